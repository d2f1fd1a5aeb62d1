// SPDX-License-Identifier: MIT
#include <uv.h>

#include "udp/contender.hpp"

namespace udp_bench {
namespace {

/// uv_udp_try_send(), and a callback for each datagram that has come.
class program final : public contender {
public:
    explicit program(burst const&) : buffer_(largest_datagram) {
        sockaddr_in address = contest::loopback(0);
        int size = sizeof where_;
        int room = receive_buffer;
        if (::uv_loop_init(&loop_) != 0 || ::uv_udp_init(&loop_, &sender_) != 0 ||
            ::uv_udp_init(&loop_, &receiver_) != 0 ||
            ::uv_udp_bind(&receiver_, reinterpret_cast<sockaddr const*>(&address), 0) != 0 ||
            ::uv_udp_getsockname(&receiver_, reinterpret_cast<sockaddr*>(&where_), &size) != 0 ||
            ::uv_recv_buffer_size(reinterpret_cast<uv_handle_t*>(&receiver_), &room) != 0)
            peer::give_up("libuv");
        receiver_.data = this;
        if (::uv_udp_recv_start(&receiver_, give_room, received) != 0)
            peer::give_up("uv_udp_recv_start");
    }
    ~program() override {
        ::uv_close(reinterpret_cast<uv_handle_t*>(&sender_), nullptr);
        ::uv_close(reinterpret_cast<uv_handle_t*>(&receiver_), nullptr);
        ::uv_run(&loop_, UV_RUN_DEFAULT);
        ::uv_loop_close(&loop_);
    }
    void send(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i) {
            uv_buf_t const piece = ::uv_buf_init(const_cast<char*>(all.data(i)), static_cast<unsigned>(all.size(i)));
            if (::uv_udp_try_send(&sender_, &piece, 1, reinterpret_cast<sockaddr const*>(&where_)) < 0)
                peer::give_up("uv_udp_try_send");
        }
    }
    void receive(datagrams const& all) override {
        expected_ = &all;
        for (count_ = 0; count_ < all.count();) {
            std::size_t const before = count_;
            ::uv_run(&loop_, UV_RUN_NOWAIT);
            if (count_ == before)
                all.lost(count_);
        }
    }

private:
    static void give_room(uv_handle_t* handle, std::size_t, uv_buf_t* out) {
        auto& self = *static_cast<program*>(handle->data);
        *out = ::uv_buf_init(self.buffer_.data(), static_cast<unsigned>(self.buffer_.size()));
    }
    static void received(uv_udp_t* handle, ssize_t size, uv_buf_t const* buffer, sockaddr const* source, unsigned) {
        if (size < 0)
            peer::give_up("uv_udp_recv");
        auto& self = *static_cast<program*>(handle->data);
        if (source != nullptr) // else there is nothing more to read
            self.expected_->check(self.count_++, buffer->base, static_cast<std::size_t>(size));
    }

    uv_loop_t loop_{};
    uv_udp_t sender_{};
    uv_udp_t receiver_{};
    sockaddr_in where_{};
    std::vector<char> buffer_;
    datagrams const* expected_ = nullptr;
    std::size_t count_ = 0;
};

} // namespace

entry libuv_single() { return {"libuv uv_udp_t", make<program>}; }

} // namespace udp_bench
