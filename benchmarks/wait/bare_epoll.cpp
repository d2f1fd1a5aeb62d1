// SPDX-License-Identifier: MIT
#include <array>

#include <sys/epoll.h>

#include "wait/contender.hpp"
#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

/// Level-triggered, one epoll_wait for up to 1024 events; the kernel gives a descriptor back.
class descriptors {
public:
    static epoll_data add(int descriptor) { return {.fd = descriptor}; }
    static int get(epoll_data data) { return data.fd; }
};

/// As a program does that keeps something of each connection: the kernel gives a pointer back, and it has to be
/// followed. Where many sockets push each other's objects out of the caches, this is what any object costs.
class objects {
public:
    epoll_data add(int descriptor) {
        return {.ptr = all_.emplace_back(std::make_unique<connection>(connection{descriptor})).get()};
    }
    static int get(epoll_data data) { return static_cast<connection const*>(data.ptr)->descriptor; }

private:
    struct connection {
        int descriptor;
        std::array<char, 188> more{}; ///< Such as what has been read of a message.
    };
    std::vector<std::unique_ptr<connection>> all_;
};

template <class Kept>
class bare_epoll_program final : public timed_contender<bare_epoll_program<Kept>> {
public:
    bare_epoll_program() {
        if (epoll_ < 0)
            peer::give_up("epoll_create1");
    }
    ~bare_epoll_program() override { ::close(epoll_); }

    [[nodiscard]] std::uint16_t listen(std::size_t) override { return listener_.open(); }
    void accept() override {
        int const descriptor = listener_.accept();
        epoll_event event{.events = EPOLLIN, .data = kept_.add(descriptor)};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0)
            peer::give_up("epoll_ctl");
    }

    void take_with(std::size_t count, auto& watch) {
        for (std::size_t taken = 0; taken < count;) {
            watch.start();
            int const ready = ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), -1);
            watch.stop();
            if (ready < 0)
                peer::give_up("epoll_wait");
            for (int i = 0; i < ready; ++i)
                read_octet(kept_.get(events_[static_cast<std::size_t>(i)].data));
            taken += static_cast<std::size_t>(ready);
        }
    }

private:
    bare_listener listener_;
    Kept kept_;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::array<epoll_event, 1024> events_{};
};

template <class Kept>
std::unique_ptr<contender> make() {
    return std::make_unique<bare_epoll_program<Kept>>();
}

} // namespace

entry bare_epoll() { return {"bare epoll", make<descriptors>}; }

entry bare_epoll_with_objects() { return {"epoll with objects", make<objects>}; }

} // namespace wait_bench
