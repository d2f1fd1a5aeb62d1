// SPDX-License-Identifier: MIT
#include <asio.hpp>

#include "udp/contender.hpp"

namespace udp_bench {
namespace {

using asio::ip::udp;

class single final : public contender {
public:
    explicit single(burst const&) : buffer_(largest_datagram) {
        receiver_.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
        receiver_.non_blocking(true); // what is not there is lost
    }
    void send(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i)
            sender_.send_to(asio::buffer(all.data(i), all.size(i)), where_);
    }
    void receive(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i) {
            udp::endpoint source;
            asio::error_code error;
            std::size_t const size = receiver_.receive_from(asio::buffer(buffer_), source, 0, error);
            if (error)
                all.lost(i);
            all.check(i, buffer_.data(), size);
        }
    }

private:
    asio::io_context context_{1};
    udp::socket receiver_{context_, udp::endpoint(asio::ip::address_v4::loopback(), 0)};
    udp::socket sender_{context_, udp::v4()};
    udp::endpoint where_ = receiver_.local_endpoint();
    std::vector<char> buffer_;
};

} // namespace

entry asio_single() { return {"Asio send_to", make<single>}; }

} // namespace udp_bench
