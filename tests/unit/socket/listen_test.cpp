// SPDX-License-Identifier: MIT
#include <usocket/listen.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <usocket/cancel_scope.hpp>
#include <usocket/options.hpp>
#include <usocket/transfer.hpp>

#include "support/loopback.hpp"

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

u::ip_address const v4 = u::ip_address::loopback_v4();
u::ip_address const v6 = u::ip_address::loopback_v6();

/// A path for a local socket in a directory of its own.
class temporary_path {
public:
    temporary_path() {
        char name[] = "/tmp/usocket-test-XXXXXX";
        directory_ = ::mkdtemp(name);
        path_ = directory_ + "/socket";
    }
    ~temporary_path() {
        ::unlink(path_.c_str());
        ::rmdir(directory_.c_str());
    }
    temporary_path(temporary_path const&) = delete;
    temporary_path& operator=(temporary_path const&) = delete;
    [[nodiscard]] u::endpoint local() const { return u::endpoint::local_path(path_); }
    [[nodiscard]] std::string const& text() const { return path_; }
    [[nodiscard]] bool exists() const { return ::access(path_.c_str(), F_OK) == 0; }

private:
    std::string directory_;
    std::string path_;
};

} // namespace

TEST(socket_listen, takes_a_free_port) {
    auto listener = u::socket_listen(v4, u::auto_port);
    EXPECT_NE(u::get_local_port(listener), 0);
    EXPECT_EQ(u::get_local_address(listener), v4);
    EXPECT_TRUE(u::stream_server_usocket_p(listener));
}

TEST(socket_listen, the_wildcard_takes_both_families) {
    auto listener = u::socket_listen(u::wildcard_host, u::auto_port);
    auto const four = loopback::connect_over(listener, v4);
    EXPECT_EQ(u::get_peer_address(four.server), v4) << "an IPv4 peer is shown as one";
    EXPECT_EQ(u::get_local_address(four.server), v4);
    auto const six = loopback::connect_over(listener, v6);
    EXPECT_EQ(u::get_peer_address(six.server), v6);
}

TEST(socket_listen, nothing_is_the_wildcard) {
    auto listener = u::socket_listen(std::nullopt, u::auto_port);
    EXPECT_TRUE(loopback::connect_over(listener, v4).server.is_open());
}

TEST(socket_listen, one_family_only) {
    std::error_code ec;
    auto four = u::socket_listen(u::wildcard_host_v4, u::auto_port);
    EXPECT_TRUE(u::get_local_address(four).is_v4());
    auto six = u::socket_listen(u::wildcard_host_v6, u::auto_port);
    static_cast<void>(u::socket_connect(v4, u::get_local_port(six), {}, ec));
    EXPECT_EQ(ec, u::errc::connection_refused);
    auto also_six = u::socket_listen(u::wildcard_host, u::auto_port, {.ipv6_only = true});
    static_cast<void>(u::socket_connect(v4, u::get_local_port(also_six), {}, ec));
    EXPECT_EQ(ec, u::errc::connection_refused);
}

TEST(socket_listen, a_live_listeners_port_is_taken) {
    auto first = u::socket_listen(v4, u::auto_port);
    auto const port = u::get_local_port(first);
    try {
        auto second = u::socket_listen(v4, port);
        FAIL();
    } catch (u::address_in_use_error const& condition) {
        EXPECT_EQ(condition.operation(), "socket_listen");
        EXPECT_EQ(condition.local(), u::endpoint(v4, port));
        EXPECT_NE(std::string(condition.what()).find("127.0.0.1:" + std::to_string(port)), std::string::npos)
            << condition.what();
    }
}

TEST(socket_listen, a_port_is_free_at_once_after_a_restart) {
    auto listener = u::socket_listen(v4, u::auto_port);
    auto const port = u::get_local_port(listener);
    {
        auto made = loopback::connect_over(listener, v4);
        u::socket_close(made.server); // our side closes first: the connection lingers in TIME_WAIT
    }
    u::socket_close(listener);
    std::error_code ec;
    static_cast<void>(u::socket_listen(v4, port, {.reuse_address = false}, ec));
    EXPECT_EQ(ec, u::errc::address_in_use);
    static_cast<void>(u::socket_listen(v4, port, {.reuseaddress = false}, ec));
    EXPECT_EQ(ec, u::errc::address_in_use);
    EXPECT_TRUE(u::socket_listen(v4, port, {.reuse_address = true, .reuseaddress = false}).is_open());
    EXPECT_TRUE(u::socket_listen(v4, port).is_open());
}

TEST(socket_listen, listeners_may_share_a_port_when_all_agree) {
    auto first = u::socket_listen(v4, u::auto_port, {.reuse_port = true});
    auto second = u::socket_listen(v4, u::get_local_port(first), {.reuse_port = true});
    EXPECT_TRUE(second.is_open());
}

TEST(socket_listen, refuses_bad_input) {
    EXPECT_THROW(static_cast<void>(u::socket_listen(v4, 65536)), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_listen(v4, 0, {.backlog = -1})), u::invalid_argument_error);
    EXPECT_THROW(static_cast<void>(u::socket_listen("192.0.2.1", 0)), u::address_not_available_error);
    EXPECT_THROW(static_cast<void>(u::socket_listen(-1, 0)), u::invalid_argument_error);
}

TEST(socket_listen, configuring_has_the_last_word) {
    auto listener = u::socket_listen(v4, u::auto_port, {.configure = [](u::usocket& socket) {
                                         u::set_socket_option(socket, u::option::tcp_nodelay, false);
                                     }});
    EXPECT_FALSE(u::socket_option(listener, u::option::tcp_nodelay));
}

TEST(socket_listen, on_failure_may_take_another_port) {
    auto first = u::socket_listen(v4, u::auto_port);
    auto second =
        u::socket_listen(v4, u::get_local_port(first),
                         {.on_failure = [](auto const&) -> u::restart { return u::use_other_port{u::auto_port}; }});
    EXPECT_NE(u::get_local_port(first), u::get_local_port(second));
}

TEST(socket_accept, hands_down_the_element_type) {
    auto listener = u::socket_listen(v4, u::auto_port, {.element_type = u::element::octet});
    EXPECT_EQ(listener.element_type(), u::element::octet);
    EXPECT_EQ(loopback::connect_over(listener, v4).server.element_type(), u::element::octet);
    auto client = u::socket_connect(v4, u::get_local_port(listener));
    auto server = u::socket_accept(listener, {.element_type = u::element::character});
    EXPECT_EQ(server.element_type(), u::element::character);
}

TEST(socket_accept, is_bounded) {
    auto listener = u::socket_listen(v4, u::auto_port);
    EXPECT_THROW(static_cast<void>(u::socket_accept(listener, {.timeout = 5ms})), u::timeout_error);
    {
        u::cancel_scope const scope{5ms};
        EXPECT_THROW(static_cast<void>(u::socket_accept(listener)), u::deadline_timeout_error);
    }
    // and goes back to waiting without an end
    std::thread client([&] { static_cast<void>(u::socket_connect(v4, u::get_local_port(listener))); });
    EXPECT_TRUE(u::socket_accept(listener).is_open());
    client.join();
}

TEST(socket_accept, many_threads_may_wait_with_a_limit) {
    auto listener = u::socket_listen(v4, u::auto_port);
    std::atomic<int> accepted{0};
    std::vector<std::thread> acceptors;
    for (int i = 0; i < 4; ++i)
        acceptors.emplace_back([&] {
            std::error_code ec;
            if (u::socket_accept(listener, {.timeout = 200ms}, ec).is_open())
                ++accepted;
        });
    auto client = u::socket_connect(v4, u::get_local_port(listener));
    for (auto& thread : acceptors)
        thread.join(); // a thread that lost the race would hang here if accepting could block
    EXPECT_EQ(accepted, 1);
}

TEST(socket_accept, comes_back_when_the_listener_is_closed) {
    for (auto const timeout : {u::time_limit(), u::time_limit(1h)}) {
        for (int round = 0; round < 50; ++round) {
            auto listener = u::socket_listen(v4, u::auto_port);
            std::thread closer([&] { u::socket_close(listener); });
            std::error_code ec;
            EXPECT_FALSE(u::socket_accept(listener, {.timeout = timeout}, ec).is_open());
            EXPECT_EQ(ec, u::errc::invalid_socket);
            closer.join();
        }
    }
}

TEST(socket_accept, sockets_are_not_inherited_and_send_at_once) {
    auto made = loopback::tcp();
    for (auto const handle : {made.client.native_handle(), made.server.native_handle()}) {
        EXPECT_NE(::fcntl(handle, F_GETFD) & FD_CLOEXEC, 0);
        int nodelay = 0;
        socklen_t size = sizeof nodelay;
        ASSERT_EQ(::getsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &nodelay, &size), 0);
        EXPECT_NE(nodelay, 0);
    }
}

TEST(local_sockets, listen_connect_and_clean_up) {
    temporary_path const path;
    {
        auto listener = u::socket_listen(path.local());
        EXPECT_TRUE(path.exists());
        auto client = u::socket_connect(path.local());
        auto server = u::socket_accept(listener);
        EXPECT_EQ(u::get_peer_endpoint(client), path.local());
        EXPECT_EQ(u::get_local_endpoint(server), path.local());
        EXPECT_THROW(static_cast<void>(u::get_peer_address(client)), u::operation_not_supported_error);
        u::socket_send(client, "hi");
        std::array<char, 4> buffer{};
        EXPECT_EQ(u::socket_receive(server, buffer).size, 2U);
    }
    EXPECT_FALSE(path.exists()) << "the file goes with the listener";
}

TEST(local_sockets, a_stale_file_is_replaced_and_a_live_one_is_not) {
    temporary_path const path;
    {
        auto listener = u::socket_listen(path.local());
        std::error_code ec;
        static_cast<void>(u::socket_listen(path.local(), {}, ec));
        EXPECT_EQ(ec, u::errc::address_in_use);
        EXPECT_TRUE(path.exists());
        ::close(listener.release()); // as a crash leaves it
    }
    ASSERT_TRUE(path.exists());
    std::error_code ec;
    static_cast<void>(u::socket_listen(path.local(), {.replace_stale = false}, ec));
    EXPECT_EQ(ec, u::errc::address_in_use);
    EXPECT_TRUE(u::socket_listen(path.local()).is_open());
}

/// Whoever cannot ask whether somebody listens does not call the path taken.
TEST(local_sockets, a_path_that_cannot_be_asked_says_why) {
    temporary_path const path;
    {
        auto listener = u::socket_listen(path.local());
        ::close(listener.release());
    }
    std::error_code ec;
    {
        rlimit all{};
        ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &all), 0);
        rlimit one_more = all;
        int const next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::close(next);
        one_more.rlim_cur = static_cast<rlim_t>(next) + 1; // for the listener, and none for the question
        ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &one_more), 0);
        static_cast<void>(u::socket_listen(path.local(), {}, ec));
        ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &all), 0);
    }
    EXPECT_EQ(ec, u::errc::no_buffers) << ec.message();
    EXPECT_TRUE(path.exists());
    EXPECT_TRUE(u::socket_listen(path.local()).is_open());
}

TEST(local_sockets, what_is_no_socket_is_never_removed) {
    temporary_path const path;
    std::FILE* const file = std::fopen(path.text().c_str(), "w");
    ASSERT_NE(file, nullptr);
    std::fclose(file);
    EXPECT_THROW(static_cast<void>(u::socket_listen(path.local())), u::address_in_use_error);
    EXPECT_TRUE(path.exists());
}

TEST(local_sockets, permissions_are_set_before_anybody_can_connect) {
    temporary_path const path;
    auto listener = u::socket_listen(path.local(), {.mode = 0600U});
    struct stat status{};
    ASSERT_EQ(::stat(path.text().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(local_sockets, missing_and_overlong_paths) {
    EXPECT_THROW(static_cast<void>(u::socket_connect(u::endpoint::local_path("/tmp/no/such/usocket"))),
                 u::address_not_available_error);
    EXPECT_THROW(static_cast<void>(u::socket_listen(u::endpoint::local_path("/tmp/no/such/usocket"))),
                 u::address_not_available_error);
    EXPECT_THROW(static_cast<void>(u::socket_listen(u::endpoint::local_path(std::string(200, 'x')))),
                 u::invalid_argument_error);
}

TEST(local_sockets, abstract_names) {
    auto const name = u::endpoint::local_abstract("usocket-test-" + std::to_string(::getpid()));
    auto listener = u::socket_listen(name);
    auto client = u::socket_connect(name);
    auto server = u::socket_accept(listener);
    EXPECT_EQ(u::get_peer_endpoint(client), name);
}

TEST(local_sockets, a_bounded_connect_waits_for_room_in_the_backlog) {
    temporary_path const path;
    auto listener = u::socket_listen(path.local(), {.backlog = 0});
    std::vector<u::stream_usocket> fillers;
    std::error_code ec;
    while (!ec) {
        auto filler = u::socket_connect(path.local(), {.connect_timeout = 20ms}, ec);
        if (!ec)
            fillers.push_back(std::move(filler));
    }
    EXPECT_EQ(ec, u::errc::timeout);
    std::thread acceptor([&] { static_cast<void>(u::socket_accept(listener)); });
    EXPECT_TRUE(u::socket_connect(path.local(), {.timeout = 1h}).is_open());
    acceptor.join();
}

TEST(local_sockets, an_interrupted_connect_goes_on_waiting_for_room) {
    static std::atomic<int> handled{0};
    handled = 0;
    struct sigaction action{};
    action.sa_handler = [](int) { ++handled; };
    struct sigaction before{};
    ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0); // without SA_RESTART
    temporary_path const path;
    auto listener = u::socket_listen(path.local(), {.backlog = 0});
    auto const filler = u::socket_connect(path.local());
    std::thread acceptor([&, connecting = ::pthread_self()] {
        // A sanitizer may hold a signal back until the call it arrived just before has returned: the next one ends
        // that.
        while (handled < 100) {
            ::pthread_kill(connecting, SIGUSR1);
            std::this_thread::yield();
        }
        static_cast<void>(u::socket_accept(listener));
        std::error_code ec;
        static_cast<void>(u::socket_accept(listener, {.timeout = 10s}, ec));
        EXPECT_FALSE(ec);
    });
    auto const client = u::socket_connect(path.local());
    acceptor.join();
    ::sigaction(SIGUSR1, &before, nullptr);
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    EXPECT_EQ(::getpeername(client.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size), 0);
}

TEST(local_sockets, a_datagram_socket_that_cannot_connect_leaves_no_file) {
    temporary_path const path;
    auto const nobody = u::endpoint::local_path(path.text() + ".nobody");
    std::error_code ec;
    auto const socket = u::socket_connect(nobody, u::protocol::datagram, {.local = path.local()}, ec);
    EXPECT_EQ(ec, u::errc::address_not_available);
    EXPECT_FALSE(path.exists());
}
