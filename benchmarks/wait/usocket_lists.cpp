// SPDX-License-Identifier: MIT
#include <array>

#include <usocket/usocket.hpp>

#include "peer.hpp"
#include "wait/contender.hpp"

namespace wait_bench {
namespace {

namespace u = usocket;

/// A wait list with one of the backends; reading goes through the library as well.
template <u::backend Which>
class usocket_program final : public timed_contender<usocket_program<Which>> {
public:
    [[nodiscard]] std::uint16_t listen(std::size_t members) override {
        if (Which == u::backend::select && members >= 1024)
            throw left_out{"select takes only descriptors below 1024"};
        members_.reserve(members);
        return u::get_local_port(listener_);
    }
    void accept() override {
        members_.push_back(u::socket_accept(listener_));
        try {
            u::add_waiter(list_, members_.back());
        } catch (u::no_buffers_error const& error) {
            throw left_out{error.what()};
        }
    }

    void take_with(std::size_t count, auto& watch) {
        for (std::size_t taken = 0; taken < count;) {
            watch.start();
            auto const found = u::wait_for_input(list_, {.ready_only = true});
            watch.stop();
            for (u::usocket* const member : found.sockets) {
                if (u::socket_receive(static_cast<u::stream_usocket&>(*member), buffer_).size != 1)
                    peer::give_up("socket_receive");
            }
            taken += found.sockets.size();
        }
    }

private:
    u::stream_server_usocket listener_ = u::socket_listen(0x7f000001, u::auto_port);
    std::vector<u::stream_usocket> members_;
    u::wait_list list_{{.backend = Which}};
    std::array<char, buffer_size> buffer_{};
};

template <u::backend Which>
entry list(std::string_view name) {
    if (!u::supports(Which))
        return {name, nullptr, "this build of the library, or this system, lacks the backend"};
    return {name, []() -> std::unique_ptr<contender> { return std::make_unique<usocket_program<Which>>(); }};
}

} // namespace

std::vector<entry> usocket_lists() {
    return {list<u::backend::epoll>("usocket epoll"), list<u::backend::io_uring>("usocket io_uring"),
            list<u::backend::poll>("usocket poll"), list<u::backend::select>("usocket select")};
}

} // namespace wait_bench
