// SPDX-License-Identifier: MIT
#include <asio.hpp>

#include "wait/contender.hpp"
#include "wait/sockets.hpp"

namespace wait_bench {
namespace {

/// An async_wait() for each member; its handler reads and waits anew. One run_one() is one wait.
class asio_program final : public contender {
public:
    [[nodiscard]] std::uint16_t listen(std::size_t members) override {
        members_.reserve(members);
        return listener_.open();
    }
    void accept() override {
        members_.emplace_back(context_).assign(asio::ip::tcp::v4(), listener_.accept());
        watch(members_.size() - 1);
    }

    void take(std::size_t count) override {
        for (taken_ = 0; taken_ < count;)
            context_.run_one();
    }
    [[nodiscard]] std::optional<nanoseconds> take_timed(std::size_t count) override {
        take(count);
        return std::nullopt;
    }

private:
    void watch(std::size_t member) {
        members_[member].async_wait(asio::ip::tcp::socket::wait_read, [this, member](std::error_code const& code) {
            if (code)
                peer::give_up("async_wait");
            read_octet(members_[member].native_handle());
            ++taken_;
            watch(member);
        });
    }

    asio::io_context context_{1};
    bare_listener listener_;
    std::vector<asio::ip::tcp::socket> members_;
    std::size_t taken_ = 0;
};

} // namespace

entry asio_sockets() {
    return {"Asio async_wait", []() -> std::unique_ptr<contender> { return std::make_unique<asio_program>(); }};
}

} // namespace wait_bench
