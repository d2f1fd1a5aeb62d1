// SPDX-License-Identifier: MIT
//
// Batches of datagrams of any sizes, to two receivers on this machine, sent and received on every path through the
// system, against the list of what was sent. The input is a script of batches.
#include <usocket/datagram_batch.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include <usocket/connect.hpp>
#include <usocket/error.hpp>
#include <usocket/options.hpp>
#include <usocket/transfer.hpp>

#include "input.hpp"
#include "report.hpp"

namespace {

using fuzz::require;
using namespace usocket;

constexpr auto patience = std::chrono::seconds(20);
/// What the receivers' buffers certainly hold.
constexpr std::size_t most_datagrams = 60;
constexpr std::size_t most_octets = 60'000;
constexpr std::size_t too_large = 65'508;

datagram_path path_of(fuzz::input& in) {
    auto const path = static_cast<datagram_path>(in.octet() % 4);
    return supports(path) ? path : datagram_path::automatic;
}

datagram_usocket bound() {
    auto socket = socket_connect(protocol::datagram, {.local_host = ip_address::loopback_v4()});
    set_socket_option(socket, option::receive_buffer_size, std::size_t{4} << 20);
    return socket;
}

struct receiver {
    datagram_usocket socket = bound();
    /// The same twice: equal destinations need not be one object.
    endpoint where[2] = {get_local_endpoint(socket), get_local_endpoint(socket)};
    std::deque<std::string> expected{};
};

class world {
public:
    void step(fuzz::input& in) {
        if (in.octet() % 4 == 0)
            send_split(in);
        else
            send_list(in);
        for (auto& each : receivers_)
            receive(each, in);
    }

private:
    std::string_view made(std::size_t at, std::size_t size) {
        for (std::size_t i = at; i != at + size; ++i)
            octets_[i] = static_cast<char>(i * 7 + i / 251 + rounds_ * 31);
        return {octets_.data() + at, size};
    }

    void send_split(fuzz::input& in) {
        auto const path = path_of(in);
        std::size_t const size = 1 + in.number(2) % 3000;
        auto const data = made(0, std::min(in.number(2) % most_octets, size * most_datagrams));
        auto& to = receivers_[in.octet() % 2];
        auto const sent = socket_send_split(sender_, data, size, &to.where[0], {.timeout = patience, .path = path});
        std::size_t count = 0;
        for (std::size_t at = 0; at < data.size(); at += size, ++count)
            to.expected.emplace_back(data.substr(at, size));
        require(sent.taken == count && sent.refused == 0 && !sent.stopped, "a buffer that was not sent");
        ++rounds_;
    }

    void send_list(fuzz::input& in) {
        auto const path = path_of(in);
        std::size_t const count = 1 + in.octet() % most_datagrams;
        std::vector<outgoing_datagram> all;
        std::vector<bool> refused;
        std::size_t at = 0;
        std::size_t size = 0;
        for (unsigned same = 0; all.size() < count;) {
            auto const how = in.octet();
            if (same == 0) { // otherwise another of that size to the same place, a run of which can go as one
                size = how % 16 == 0 ? in.number(2) % 20'000 : in.octet();
                same = how / 16U;
            } else {
                --same;
            }
            bool const refuse = how == 255;
            // Where nothing but offload will do, a run of these stops the batch.
            bool const nowhere = how == 254 && path != datagram_path::offload;
            if (at + size > most_octets)
                break;
            at += how % 3 == 0 ? 1 : 0; // else right behind the one before
            auto& to = receivers_[same != 0 ? all.size() / 16 % 2 : how / 2 % 2];
            auto const data = refuse ? std::string_view(octets_.data(), too_large) : made(at, size);
            all.push_back({.data = data, .destination = nowhere ? &nowhere_ : &to.where[how % 2]});
            refused.push_back(refuse || nowhere);
            if (!refused.back()) {
                at += size;
                to.expected.emplace_back(); // filled in when all octets stand
                places_.push_back({&to.expected.back(), data});
            }
        }
        for (auto const& [expected, data] : places_)
            *expected = data;
        places_.clear();
        std::error_code ec;
        auto const sent = socket_send_batch(sender_, all, {.timeout = patience, .path = path}, ec);
        require(!ec && sent.taken == all.size() && !sent.stopped, "a batch that was not taken");
        require(sent.refused == static_cast<std::size_t>(std::count(refused.begin(), refused.end(), true)),
                "how many are refused");
        for (std::size_t i = 0; i < all.size(); ++i)
            require(static_cast<bool>(all[i].error) == refused[i], "which are refused");
        ++rounds_;
    }

    void receive(receiver& from, fuzz::input& in) {
        auto const sender = get_local_endpoint(sender_);
        auto const path = path_of(in);
        auto const singly = in.octet();
        while (!from.expected.empty()) {
            if (singly % 4 == 0 || (singly % 4 == 1 && from.expected.size() % 2 != 0)) {
                endpoint source;
                auto const got = socket_receive(from.socket, buffer_, {.timeout = patience, .source = &source});
                take(from, {reinterpret_cast<char const*>(got.buffer.data()), got.buffer.size()});
                require(source == sender, "another sender");
                continue;
            }
            socket_receive_batch(from.socket, batch_, {.timeout = patience, .path = path});
            require(!batch_.empty(), "a batch of nothing");
            for (auto const& one : batch_) {
                require(one.source == sender && !one.truncated(), "another sender in a batch");
                take(from, one.text());
            }
        }
        std::error_code ec;
        socket_receive_batch(from.socket, batch_, {.timeout = std::chrono::nanoseconds(0), .path = path}, ec);
        require(ec == errc::timeout, "a datagram that was not sent");
    }

    static void take(receiver& from, std::string_view text) {
        require(!from.expected.empty(), "more datagrams than were sent");
        require(from.expected.front() == text, "another datagram", [&] {
            return std::to_string(text.size()).append(" octets: ").append(fuzz::quoted(text.substr(0, 40)));
        });
        from.expected.pop_front();
    }

    struct place {
        std::string* expected;
        std::string_view data;
    };

    datagram_usocket sender_ = bound();
    receiver receivers_[2]{};
    endpoint const nowhere_{};
    datagram_batch batch_{8};
    std::string octets_ = std::string(most_octets + too_large, '\0');
    std::string buffer_ = std::string(65'536, '\0');
    std::vector<place> places_{};
    unsigned rounds_ = 0;
};

} // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static world all; // left as it was found, so that its sockets can serve all scripts
    fuzz::input in(data, size);
    for (int steps = 0; !in.empty() && steps < 20; ++steps)
        all.step(in);
    return 0;
}
