// SPDX-License-Identifier: MIT
#include "server/load.hpp"

#include <array>
#include <cstring>
#include <vector>

#include <sys/epoll.h>

#include "contest/sockets.hpp"
#include "server/contender.hpp"

namespace server_bench {
namespace {

constexpr int patience_in_seconds = 20;

[[noreturn]] void fail(char const* what) {
    std::fprintf(stderr, "server_bench: %s\n", what);
    std::exit(1);
}

using message = std::array<char, message_size>;

constexpr message sent = [] {
    message text{};
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>(i + 1);
    return text;
}();

void send_message(int descriptor) {
    if (::send(descriptor, sent.data(), sent.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(sent.size()))
        peer::give_up("send");
}

/// Takes what has come of the message.
void receive_more(int descriptor, std::size_t& got) {
    message buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    ssize_t const size = ::recv(descriptor, buffer.data(), buffer.size() - got, 0);
    if (size <= 0)
        peer::give_up("no echo");
    auto const count = static_cast<std::size_t>(size);
    if (std::memcmp(buffer.data(), sent.data() + got, count) != 0)
        fail("what came back is not what was sent");
    got += count;
}

// Kinds of operations: begin() begins one; take(), which may wait, takes what has come and says whether one has ended.

class kept_connection {
public:
    explicit kept_connection(std::uint16_t port) : descriptor_(contest::connect_to(port)) {
        contest::set_receive_timeout(descriptor_, patience_in_seconds);
    }
    void begin() {
        got_ = 0;
        send_message(descriptor_);
    }
    [[nodiscard]] bool take() {
        receive_more(descriptor_, got_);
        return got_ == message_size;
    }
    void close() const { ::close(descriptor_); }
    [[nodiscard]] int descriptor() const { return descriptor_; }
    static constexpr bool is_new_each_time = false;

private:
    int descriptor_;
    std::size_t got_ = 0;
};

class new_connection {
public:
    explicit new_connection(std::uint16_t port) : port_(port) {}
    void begin() {
        got_ = 0;
        descriptor_ = contest::connect_to(port_, contest::ending::as_usual);
        contest::set_receive_timeout(descriptor_, patience_in_seconds);
        send_message(descriptor_);
    }
    [[nodiscard]] bool take() {
        if (got_ < message_size) {
            receive_more(descriptor_, got_);
            if (got_ == message_size)
                ::shutdown(descriptor_, SHUT_WR);
            return false;
        }
        char more = 0;
        if (::recv(descriptor_, &more, 1, 0) != 0)
            peer::give_up("no end of stream");
        ::close(descriptor_);
        return true;
    }
    void close() const {}
    [[nodiscard]] int descriptor() const { return descriptor_; }
    static constexpr bool is_new_each_time = true;

private:
    std::uint16_t port_;
    int descriptor_ = -1;
    std::size_t got_ = 0;
};

class datagram_socket {
public:
    explicit datagram_socket(std::uint16_t port) {
        contest::connect_to(descriptor_, port);
        contest::set_receive_timeout(descriptor_, patience_in_seconds);
    }
    void begin() const { send_message(descriptor_); }
    [[nodiscard]] bool take() const {
        std::size_t got = 0;
        receive_more(descriptor_, got);
        if (got != message_size)
            fail("a datagram came back cut");
        return true;
    }
    void close() const { ::close(descriptor_); }

private:
    int descriptor_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

/// Counts operations, and says whether another one is to begin.
class progress {
public:
    progress(contest::nanoseconds budget, std::size_t at_a_time)
        : end_(contest::wall_clock::now() + std::chrono::duration_cast<contest::wall_clock::duration>(budget)),
          under_way_(at_a_time) {}
    [[nodiscard]] bool ended_one() {
        ++ended_;
        bool const go_on = contest::wall_clock::now() < end_;
        if (!go_on)
            --under_way_;
        return go_on;
    }
    [[nodiscard]] bool all_ended() const { return under_way_ == 0; }
    [[nodiscard]] std::size_t ended() const { return ended_; }

private:
    contest::wall_clock::time_point end_;
    std::size_t under_way_;
    std::size_t ended_ = 0;
};

/// Waits in its one socket.
template <class Kind>
class one_socket_load final : public load {
public:
    one_socket_load(std::uint16_t port, std::size_t at_a_time) : socket_(port), at_a_time_(at_a_time) {}
    ~one_socket_load() override { socket_.close(); }

    [[nodiscard]] std::size_t run(contest::nanoseconds budget) override {
        progress made(budget, at_a_time_);
        for (std::size_t i = 0; i < at_a_time_; ++i)
            socket_.begin();
        while (!made.all_ended()) {
            if (socket_.take() && made.ended_one())
                socket_.begin();
        }
        return made.ended();
    }

private:
    Kind socket_;
    std::size_t at_a_time_;
};

/// Waits for all its sockets, with one operation at a time on each.
template <class Kind>
class epoll_load final : public load {
public:
    epoll_load(std::uint16_t port, std::size_t sockets) {
        if (epoll_ < 0)
            peer::give_up("epoll_create1");
        sockets_.reserve(sockets);
        while (sockets_.size() < sockets) {
            sockets_.emplace_back(port);
            if constexpr (!Kind::is_new_each_time)
                watch(sockets_.back());
        }
    }
    ~epoll_load() override {
        for (Kind& one : sockets_)
            one.close();
        ::close(epoll_);
    }

    [[nodiscard]] std::size_t run(contest::nanoseconds budget) override {
        progress made(budget, sockets_.size());
        for (Kind& one : sockets_)
            begin(one);
        while (!made.all_ended()) {
            int const ready =
                ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), patience_in_seconds * 1000);
            if (ready <= 0)
                peer::give_up("no answer");
            for (int i = 0; i < ready; ++i) {
                Kind& one = *static_cast<Kind*>(events_[static_cast<std::size_t>(i)].data.ptr);
                if (one.take() && made.ended_one())
                    begin(one);
            }
        }
        return made.ended();
    }

private:
    void watch(Kind& one) {
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &one}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, one.descriptor(), &event) != 0)
            peer::give_up("epoll_ctl");
    }
    void begin(Kind& one) {
        one.begin();
        if constexpr (Kind::is_new_each_time)
            watch(one);
    }

    std::vector<Kind> sockets_;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::array<epoll_event, 1024> events_{};
};

template <class Kind>
std::unique_ptr<load> make(std::uint16_t port, std::size_t sockets) {
    if (sockets == 1)
        return std::make_unique<one_socket_load<Kind>>(port, 1);
    return std::make_unique<epoll_load<Kind>>(port, sockets);
}

} // namespace

std::unique_ptr<load> message_load(std::uint16_t port, std::size_t connections) {
    return make<kept_connection>(port, connections);
}

std::unique_ptr<load> connection_load(std::uint16_t port, std::size_t at_a_time) {
    return make<new_connection>(port, at_a_time);
}

std::unique_ptr<load> datagram_load(std::uint16_t port, std::size_t at_a_time) {
    return std::make_unique<one_socket_load<datagram_socket>>(port, at_a_time);
}

} // namespace server_bench
