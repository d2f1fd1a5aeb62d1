// SPDX-License-Identifier: MIT
//
// Performs each operation between two marks, for strace to count what lies between them. A mark is a write to a
// descriptor that does not exist, which changes nothing.
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

void mark(std::string_view text) {
    if (::write(-1, text.data(), text.size()) >= 0)
        std::abort();
}

template <class Body>
void measured(std::string_view name, Body&& body) {
    mark(std::string("begin ").append(name));
    body();
    mark("end");
}

std::array<char, 4096> buffer{};

void streams() {
    auto const loopback = u::ip_address::loopback_v4();
    auto listener = u::socket_listen(loopback, u::auto_port);
    auto const port = u::get_local_port(listener);
    u::stream_usocket client;
    u::stream_usocket server;
    measured("connect", [&] { client = u::socket_connect(loopback, port); });
    measured("accept", [&] { server = u::socket_accept(listener); });
    measured("send", [&] { u::socket_send(client, "hello"); });
    measured("wait_for_input one", [&] { static_cast<void>(u::wait_for_input(server)); });
    measured("receive", [&] { static_cast<void>(u::socket_receive(server, buffer)); });
    u::socket_send(client, "hello");
    measured("receive with a limit, ready",
             [&] { static_cast<void>(u::socket_receive(server, buffer, {.timeout = 1h})); });
    measured("send with a limit", [&] { u::socket_send(client, "hello", {.timeout = 1h}); });
    {
        u::cancel_scope const scope{1h};
        measured("receive in a cancel_scope, ready", [&] { static_cast<void>(u::socket_receive(server, buffer)); });
    }
    static_cast<void>(client.stream()); // the process's first iostream sets its locale up
    measured("stream write", [&] { client.stream() << "line one\nline " << 2 << '\n'; });
    measured("stream flush", [&] { client.stream() << std::flush; });
    std::string line;
    measured("read_line", [&] { u::read_line(server.stream(), line); });
    measured("read_line, buffered", [&] { u::read_line(server.stream(), line); });
    client.stream() << "line three\nline four\n" << std::flush;
    measured("getline", [&] { std::getline(server.stream(), line); });
    measured("getline, buffered", [&] { std::getline(server.stream(), line); });
    std::string const block(1 << 16, 'x');
    std::string room(1 << 16, '\0');
    client.stream() << "head";
    measured("large write with output pending", [&] { client.stream().write(block.data(), 1 << 16); });
    measured("local name", [&] { static_cast<void>(u::get_local_name(client)); });
    measured("peer name", [&] { static_cast<void>(u::get_peer_name(client)); });
    measured("shutdown", [&] { u::socket_shutdown(client, u::direction::output); });
    measured("close", [&] { u::socket_close(client); });
}

void datagrams() {
    auto const loopback = u::ip_address::loopback_v4();
    auto server = u::socket_connect(u::protocol::datagram, {.local_host = loopback});
    auto const port = u::get_local_port(server);
    u::datagram_usocket client;
    measured("datagram connect", [&] { client = u::socket_connect(loopback, port, u::protocol::datagram); });
    measured("datagram send", [&] { u::socket_send(client, "hello"); });
    measured("datagram receive", [&] { static_cast<void>(u::socket_receive(server, buffer)); });
    auto const to = u::get_local_endpoint(client);
    measured("datagram send to", [&] { u::socket_send(server, "hello", {.destination = &to}); });
    measured("datagram send to an endpoint", [&] { u::socket_send_to(server, "hello", to); });
    measured("datagram send to host and port",
             [&] { u::socket_send(server, "hello", {.host = to.address(), .port = to.port()}); });
}

void addressed_datagrams() {
    auto const loopback = u::ip_address::loopback_v4();
    auto server = u::socket_connect(u::protocol::datagram);
    u::set_socket_option(server, u::option::packet_info, true);
    auto client = u::socket_connect(loopback, u::get_local_port(server), u::protocol::datagram);
    u::socket_send(client, "hello");
    u::endpoint from;
    u::endpoint to;
    auto const receive = [&] {
        static_cast<void>(u::socket_receive(server, buffer, {.peek = true, .source = &from, .destination = &to}));
    };
    measured("datagram receive with destination", receive);
    measured("datagram send from", [&] { u::socket_send(server, "hello", {.destination = &from, .source = &to}); });
    u::set_socket_option(server, u::option::packet_info, false);
    measured("datagram receive with our end", receive);
    measured("datagram receive without destination", [&] { static_cast<void>(u::socket_receive(server, buffer)); });
    measured("datagram receive with our end, asked for",
             [&] { static_cast<void>(u::socket_receive(client, buffer, {.destination = &to})); });
    if (to != u::get_local_endpoint(client))
        std::abort();
}

void batches_of_datagrams() {
    auto server = u::socket_connect(u::protocol::datagram, {.local_host = u::ip_address::loopback_v4()});
    auto client = u::socket_connect(u::protocol::datagram);
    auto const where = u::get_local_endpoint(server);
    std::vector<u::outgoing_datagram> equal(64, {.data = "hello", .destination = &where});
    std::vector<u::outgoing_datagram> mixed{{.data = "a", .destination = &where},
                                            {.data = "bc", .destination = &where}};
    u::datagram_batch batch;
    static_cast<void>(u::supports(u::datagram_path::offload)); // asks the system once
    measured("batch of equal datagrams", [&] { u::socket_send_batch(client, equal); });
    measured("first batch received", [&] { u::socket_receive_batch(server, batch); });
    measured("batch of any datagrams", [&] { u::socket_send_batch(client, mixed); });
    measured("batch received", [&] { u::socket_receive_batch(server, batch); });
    measured("buffer sent as datagrams", [&] { u::socket_send_split(client, "0123456789", 2, &where); });
}

void lists() {
    auto pair = u::make_socket_pair();
    auto& left = pair.first;
    auto& right = pair.second;
    auto list = u::make_wait_list({&left, &right});
    u::socket_send(left, "x");
    measured("wait_for_input list", [&] { static_cast<void>(u::wait_for_input(list, {.ready_only = true})); });
    struct {
        u::backend which;
        std::string_view name;
    } const backends[] = {
        {u::backend::select, "select"},
        {u::backend::poll, "poll"},
        {u::backend::epoll, "epoll"},
    };
    for (auto const& kind : backends) {
        auto const title = [&](std::string_view what) { return std::string(kind.name).append(", ").append(what); };
        u::remove_all_waiters(list);
        list = u::make_wait_list({&left, &right}, {.backend = kind.which});
        auto const wait = [&](u::time_limit timeout) {
            static_cast<void>(u::wait_for_input(list, {.timeout = timeout, .ready_only = true}));
        };
        measured(title("wait"), [&] { wait({}); });
        measured(title("wait with a timeout"), [&] { wait(1h); });
        measured(title("wait again, without waiting"), [&] { wait(0s); });
        measured(title("change"), [&] { u::add_waiter(list, right, u::readiness::read_write); });
        measured(title("wait for output, too"), [&] { wait({}); });
        measured(title("remove"), [&] { u::remove_waiter(list, left); });
        measured(title("add"), [&] { u::add_waiter(list, left); });
        u::add_waiter(list, left, u::readiness::none);
        u::add_waiter(list, right);
        measured(title("wait for nothing"), [&] { wait(1ns); });
        u::add_waiter(list, left);
        u::cancel_scope const scope{1h};
        wait(0s); // a thread's first wait in a scope opens what cancels it
        measured(title("wait in a cancel_scope"), [&] { wait({}); });
    }
    measured("cancel_scope", [&] { u::cancel_scope const scope{1h}; });
}

void io_uring_list() {
    if (!u::supports(u::backend::io_uring)) {
        std::error_code refused;
        static_cast<void>(u::make_wait_list({}, {.backend = u::backend::io_uring}, refused));
        if (refused != u::errc::unsupported || u::wait_list().backend() == u::backend::io_uring)
            std::abort();
        measured("io_uring is not supported here", [] {});
        return;
    }
    auto const loopback = u::ip_address::loopback_v4();
    auto listener = u::socket_listen(loopback, u::auto_port);
    auto const connect = [&] { return u::socket_connect(loopback, u::get_local_port(listener)); };
    auto first_peer = connect();
    auto first = u::socket_accept(listener);
    auto second_peer = connect();
    auto second = u::socket_accept(listener);
    auto list = u::make_wait_list({&first, &second}, {.backend = u::backend::io_uring});
    auto const wait = [&] { static_cast<void>(u::wait_for_input(list, {.timeout = 0s, .ready_only = true})); };
    measured("io_uring, first wait", wait);
    u::socket_send(first_peer, "x");
    measured("io_uring, wait", wait);
    measured("io_uring, wait again", wait);
    static_cast<void>(u::socket_receive(first, buffer));
    u::socket_send(second_peer, "x");
    measured("io_uring, wait for another", wait);
    static_cast<void>(u::socket_receive(second, buffer));
    measured("io_uring, wait in vain", wait);
    measured("io_uring, remove", [&] { u::remove_waiter(list, first); });
    measured("io_uring, add", [&] { u::add_waiter(list, first); });
}

} // namespace

int main() {
    streams();
    datagrams();
    addressed_datagrams();
    batches_of_datagrams();
    lists();
    io_uring_list();
}
