// SPDX-License-Identifier: MIT
//
// What a script's sockets send and receive.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <usocket/error.hpp>
#include <usocket/options.hpp>
#include <usocket/stream.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_script_place.hpp"

namespace usocket::test {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t large = 65536;
constexpr long always_taken_in = 40000; ///< So much a TCP connection takes though nobody reads.

/// Lines of a hundred octets.
std::string text_of(std::size_t count, bool ends_line) {
    std::string text(count, 'x');
    for (std::size_t i = 99; i < count; i += 100)
        text[i] = '\n';
    if (ends_line && count != 0)
        text.back() = '\n';
    return text;
}

long outcome(std::size_t count, std::error_code code) {
    if (!code || count != 0)
        return static_cast<long>(count);
    return code == errc::timeout ? script_place::would_wait : script_place::failed;
}

long receive_from(usocket& socket, std::size_t most, bool peek) {
    std::vector<std::byte> octets(most);
    std::error_code code;
    receive_options const options{.timeout = 0s, .peek = peek};
    std::size_t count = 0;
    if (socket.kind() == socket_kind::datagram)
        count = socket_receive(static_cast<datagram_usocket&>(socket), octets, options, code).buffer.size();
    else
        count = socket_receive(static_cast<stream_usocket&>(socket), octets, options, code).size;
    return outcome(count, code);
}

bool can_transfer(usocket const* socket) { return socket != nullptr && socket->kind() != socket_kind::stream_server; }

} // namespace

long script_place::send(usocket* from, usocket const* to, std::size_t count, bool ends_line) {
    if (!can_transfer(from))
        return does_not_apply;
    std::string const text = text_of(count, ends_line);
    std::error_code code;
    if (from->kind() == socket_kind::stream) {
        std::size_t const sent = socket_send(static_cast<stream_usocket&>(*from), text, {.timeout = 0s}, code);
        long& total = from == near_.get() ? sent_ : far_sent_;
        total += static_cast<long>(sent);
        filled_ = filled_ || total > always_taken_in;
        return outcome(sent, code);
    }
    auto& socket = static_cast<datagram_usocket&>(*from);
    datagram_send_options options{.timeout = 0s};
    endpoint destination;
    if (!socket.connected()) {
        if (to == nullptr || !to->is_open())
            return does_not_apply;
        destination = get_local_endpoint(*to, code);
        options.destination = &destination;
    }
    std::size_t const sent = socket_send(socket, text, options, code);
    return outcome(sent, code);
}

// ---- the peer -------------------------------------------------------------------------------------------------------

long script_place::peer_writes(std::size_t count, bool ends_line) {
    return send(far_.get(), near_.get(), count, ends_line);
}

long script_place::peer_fills() {
    if (far_stream() == nullptr)
        return does_not_apply;
    filled_ = true;
    long total = 0;
    for (long sent = 0; (sent = peer_writes(large, true)) > 0;)
        total += sent;
    return total;
}

long script_place::peer_reads(std::size_t most) {
    if (!can_transfer(far_.get()))
        return does_not_apply;
    return receive_from(*far_, most, false);
}

long script_place::peer_closes(bool resets) {
    if (!clients_.empty())
        clients_.erase(clients_.begin()); // the system may keep the connection until it is accepted
    if (!far_)
        return does_not_apply;
    settle();
    far_ended_ = true;
    std::error_code code;
    if (resets && kind_ == place_kind::tcp)
        set_socket_option(*far_, option::linger, 0s, code);
    socket_close(*far_, code);
    return outcome(0, code);
}

long script_place::peer_shuts(direction which) {
    if (!far_ || !far_->is_open() || kind_ == place_kind::udp)
        return does_not_apply;
    settle();
    std::error_code code;
    socket_shutdown(*far_, which, code);
    far_ended_ = far_ended_ || (!code && which != direction::input);
    deaf_ = deaf_ || which != direction::output;
    return outcome(0, code);
}

long script_place::urgent() {
    if (kind_ != place_kind::tcp || !far_->is_open() || streamed_)
        return does_not_apply;
    urgent_ = true;
    if (past_the_library::send_urgent(far_handle_) != 1)
        return failed;
    ++far_sent_;
    return 1;
}

long script_place::pass_handle() {
    if (kind_ != place_kind::local || !far_->is_open())
        return does_not_apply;
    return past_the_library::send_with_handle(far_handle_) > 0 ? 1 : failed;
}

// ---- the member -----------------------------------------------------------------------------------------------------

long script_place::writes(std::size_t count) { return send(near_.get(), far_.get(), count, true); }

long script_place::fills() {
    if (near_stream() == nullptr)
        return does_not_apply;
    filled_ = true;
    long total = 0;
    for (long sent = 0; (sent = writes(large)) > 0;)
        total += sent;
    return total;
}

long script_place::shuts(direction which) {
    if (!is_open())
        return does_not_apply;
    std::error_code code;
    socket_shutdown(*near_, which, code);
    clients_.clear(); // a listener forgets them
    deaf_ = deaf_ || which != direction::output;
    return outcome(0, code);
}

long script_place::receive(std::size_t most, bool peek) {
    if (!can_transfer(near_.get()))
        return does_not_apply;
    if (patient)
        settle();
    long const count = receive_from(*near_, most, peek);
    if (buffered_ > 0 && count > 0 && !peek) {
        buffered_ -= count;
        unfinished_ = false;
    }
    return count;
}

long script_place::drain() {
    if (!can_transfer(near_.get()))
        return does_not_apply;
    long total = 0;
    for (int left = 1000; left > 0; --left) {
        long const count = receive(large, false);
        if (count == failed || (count <= 0 && near_->kind() == socket_kind::stream))
            break;
        if (count == would_wait)
            break;
        total += count;
    }
    return total;
}

long script_place::receive_past(std::size_t most) {
    if (!can_transfer(near_.get()) || !is_open())
        return does_not_apply;
    if (patient)
        settle();
    return std::max(past_the_library::receive(near_->native_handle(), most), -1L);
}

long script_place::set_low_water(int octets) {
    if (near_stream() == nullptr || !is_open())
        return does_not_apply;
    std::error_code code;
    past_the_library::set_low_water(*near_, octets, code);
    return outcome(0, code);
}

// ---- through its stream ---------------------------------------------------------------------------------------------

/// `read(stream, held, came)` reads, and says how many octets it gave out: `held` were in the buffer before, and
/// `came()` tells how many have been taken from the system by then.
template <class Read>
long script_place::through_stream(Read&& read) {
    if (near_stream() == nullptr || !is_open() || urgent_)
        return does_not_apply;
    settle(); // so that what goes from the system to the buffer can be counted
    if ((filled_ || deaf_) && kind_ == place_kind::tcp)
        return does_not_apply;
    streamed_ = true;
    int const before = past_the_library::waiting(handle_);
    auto const came = [this, before] { return static_cast<long>(before - past_the_library::waiting(handle_)); };
    long const given = read(near_stream()->stream(), came);
    buffered_ += came() - std::max(given, 0L);
    return given;
}

long script_place::read_line() {
    return through_stream([this](socket_stream& stream, auto const& came) {
        std::string line;
        std::error_code code;
        if (!::usocket::read_line(stream, line, code)) {
            unfinished_ = static_cast<bool>(code);
            return outcome(0, code);
        }
        unfinished_ = false;
        auto const length = static_cast<long>(line.size());
        return length + (buffered_ + came() > length ? 1 : 0); // the last line may lack its terminator
    });
}

long script_place::read_some(std::size_t most) {
    return through_stream([this, most](socket_stream& stream, auto const&) {
        std::vector<std::byte> octets(most);
        std::error_code code;
        std::size_t const count = ::usocket::read_some(stream, octets, code);
        if (count != 0)
            unfinished_ = false;
        return outcome(count, code);
    });
}

long script_place::count_available() {
    return through_stream([this](socket_stream& stream, auto const&) {
        if (buffered_ == 0)
            unfinished_ = false;
        static_cast<void>(stream.rdbuf()->in_avail());
        return 0L;
    });
}

long script_place::look_in_stream() {
    return through_stream([](socket_stream& stream, auto const&) {
        std::error_code code;
        static_cast<void>(listen(stream, code));
        return 0L;
    });
}

long script_place::unget() {
    if (buffered_ == 0)
        return does_not_apply; // lists do not hear of what is put back into an empty buffer
    long ungotten = 0;
    long const result = through_stream([&ungotten](socket_stream& stream, auto const&) {
        if (stream.rdbuf()->sungetc() != std::char_traits<char>::eof())
            ungotten = 1;
        return 0L;
    });
    if (ungotten != 0)
        unfinished_ = false;
    buffered_ += ungotten;
    return result < 0 ? result : ungotten;
}

bool script_place::knows_its_buffer() const {
    if (buffered_ <= 0 || !is_open())
        return buffered_ == 0 || !is_open();
    return near_stream()->stream().rdbuf()->in_avail() == buffered_;
}

} // namespace usocket::test
