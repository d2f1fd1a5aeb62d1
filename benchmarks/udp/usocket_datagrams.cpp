// SPDX-License-Identifier: MIT
#include <usocket/usocket.hpp>

#include "udp/contender.hpp"

namespace udp_bench {
namespace {

namespace u = usocket;

struct pair {
    pair() { u::set_socket_option(receiver, u::option::receive_buffer_size, std::size_t{receive_buffer}); }

    u::datagram_usocket receiver = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
    u::datagram_usocket sender = u::socket_connect(u::protocol::datagram, {.local_host = "0.0.0.0"}); // IPv4 as others'
    u::endpoint where = u::get_local_endpoint(receiver);
};

class single final : public contender {
public:
    explicit single(burst const&) : buffer_(largest_datagram) {}

    void send(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i)
            u::socket_send_to(pair_.sender, {all.data(i), all.size(i)}, pair_.where);
    }
    void receive(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i) {
            auto const got = u::socket_receive(pair_.receiver, buffer_);
            all.check(i, buffer_.data(), got.size);
        }
    }

private:
    pair pair_;
    std::vector<char> buffer_;
};

void receive_batches(u::datagram_usocket& socket, u::datagram_batch& batch, u::datagram_path path,
                     datagrams const& all) {
    for (std::size_t i = 0; i < all.count();) {
        u::socket_receive_batch(socket, batch, {.path = path});
        for (auto const& one : batch)
            all.check(i++, one.text().data(), one.size);
    }
}

class batches final : public contender {
public:
    batches(burst const& what, u::datagram_path path) : path_(path), in_(what.count) {}

    void send(datagrams const& all) override {
        while (out_.size() < all.count()) // the first time
            out_.push_back({.data = {all.data(out_.size()), all.size(out_.size())}, .destination = &pair_.where});
        if (u::socket_send_batch(pair_.sender, out_, {.path = path_}).sent() != all.count())
            peer::give_up("socket_send_batch");
    }
    void receive(datagrams const& all) override { receive_batches(pair_.receiver, in_, path_, all); }

private:
    u::datagram_path path_;
    pair pair_;
    std::vector<u::outgoing_datagram> out_;
    u::datagram_batch in_;
};

class split final : public contender {
public:
    explicit split(burst const& what) : in_(what.count) {}

    void send(datagrams const& all) override {
        if (u::socket_send_split(pair_.sender, all.all(), all.size(0), &pair_.where).sent() != all.count())
            peer::give_up("socket_send_split");
    }
    void receive(datagrams const& all) override {
        receive_batches(pair_.receiver, in_, u::datagram_path::automatic, all);
    }

private:
    pair pair_;
    u::datagram_batch in_;
};

} // namespace

entry usocket_single() { return {"usocket single", make<single>}; }
entry usocket_many() { return {"usocket many calls", make<batches, u::datagram_path::calls_of_many>}; }
entry usocket_batch() { return {"usocket batch", make<batches, u::datagram_path::automatic>}; }
entry usocket_split() { return {"usocket split", make<split>}; }

} // namespace udp_bench
