// SPDX-License-Identifier: MIT
#include <uv.h>

#include "wait/contender.hpp"
#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

/// A uv_poll_t for each member; the callback reads. One uv_run() is one wait.
class libuv_program final : public contender {
public:
    libuv_program() {
        if (::uv_loop_init(&loop_) != 0)
            peer::give_up("uv_loop_init");
    }
    ~libuv_program() override {
        for (auto const& member : members_)
            ::uv_close(reinterpret_cast<uv_handle_t*>(member.get()), nullptr);
        ::uv_run(&loop_, UV_RUN_DEFAULT);
        ::uv_loop_close(&loop_);
    }

    [[nodiscard]] std::uint16_t listen(std::size_t members) override {
        members_.reserve(members);
        return listener_.open();
    }
    void accept() override {
        auto& member = *members_.emplace_back(std::make_unique<uv_poll_t>());
        if (::uv_poll_init_socket(&loop_, &member, listener_.accept()) != 0)
            peer::give_up("uv_poll_init_socket");
        member.data = this;
        if (::uv_poll_start(&member, UV_READABLE, ready) != 0)
            peer::give_up("uv_poll_start");
    }

    void take(std::size_t count) override {
        for (taken_ = 0; taken_ < count;)
            ::uv_run(&loop_, UV_RUN_ONCE);
    }
    [[nodiscard]] std::optional<nanoseconds> take_timed(std::size_t count) override {
        take(count);
        return std::nullopt;
    }

private:
    static void ready(uv_poll_t* member, int status, int) {
        if (status != 0)
            peer::give_up("uv_poll");
        read_octet(member->io_watcher.fd);
        ++static_cast<libuv_program*>(member->data)->taken_;
    }

    uv_loop_t loop_{};
    bare_listener listener_;
    std::vector<std::unique_ptr<uv_poll_t>> members_;
    std::size_t taken_ = 0;
};

} // namespace

entry libuv() {
    return {"libuv uv_poll_t", []() -> std::unique_ptr<contender> { return std::make_unique<libuv_program>(); }};
}

} // namespace wait_bench
