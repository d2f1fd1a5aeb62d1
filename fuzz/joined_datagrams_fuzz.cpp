// SPDX-License-Identifier: MIT
//
// Datagrams that the system hands over joined, of any segment size and length, received singly and in batches in any
// order, against the list of the datagrams. The system's part is played here.
#include <usocket/datagram_batch.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <string>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <usocket/error.hpp>
#include <usocket/transfer.hpp>

#include "input.hpp"
#include "report.hpp"

namespace {

using fuzz::require;
using namespace usocket;

constexpr int udp_gro = 104;

struct message {
    std::string octets;
    int segment;
    std::uint16_t port;
};

struct datagram {
    std::string octets;
    std::uint16_t port;
};

/// The queue of the one socket.
struct {
    std::deque<message> messages{};
    int interruptions = 0;
} queue;

template <class Octets>
void put(void* to, Octets const& octets) {
    std::memcpy(to, &octets, sizeof octets);
}

/// What recvmsg does: the next message, which stays if it is only looked at.
ssize_t take(msghdr& header, int flags) {
    if (queue.interruptions > 0) {
        --queue.interruptions;
        errno = EINTR;
        return -1;
    }
    if (queue.messages.empty()) {
        require((flags & MSG_DONTWAIT) != 0, "waits for what never comes");
        errno = EAGAIN;
        return -1;
    }
    auto const& next = queue.messages.front();
    std::string_view rest = next.octets;
    for (std::size_t i = 0; i < header.msg_iovlen; ++i) {
        auto const part = rest.substr(0, header.msg_iov[i].iov_len);
        if (!part.empty())
            std::memcpy(header.msg_iov[i].iov_base, part.data(), part.size());
        rest.remove_prefix(part.size());
    }
    auto const size =
        static_cast<ssize_t>((flags & MSG_TRUNC) != 0 ? next.octets.size() : next.octets.size() - rest.size());
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_port = htons(next.port);
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (header.msg_name != nullptr)
        std::memcpy(header.msg_name, &from, std::min<std::size_t>(header.msg_namelen, sizeof from));
    header.msg_namelen = sizeof from;
    header.msg_flags = rest.empty() ? 0 : MSG_TRUNC;
    std::size_t notes = 0;
    if (next.segment != 0 && header.msg_controllen >= CMSG_SPACE(sizeof(int))) {
        cmsghdr note{};
        note.cmsg_level = IPPROTO_UDP;
        note.cmsg_type = udp_gro;
        note.cmsg_len = CMSG_LEN(sizeof(int));
        put(header.msg_control, note);
        put(CMSG_DATA(static_cast<cmsghdr*>(header.msg_control)), next.segment);
        notes = CMSG_SPACE(sizeof(int));
    }
    header.msg_controllen = notes;
    if ((flags & MSG_PEEK) == 0)
        queue.messages.pop_front();
    return size;
}

class receiver {
public:
    receiver() : socket_(make_datagram_socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))) {
        std::error_code ec;
        socket_receive_batch(socket_, batch(), {.timeout = std::chrono::nanoseconds(0)}, ec);
        require(ec == errc::timeout, "there is nothing yet");
    }

    void step(fuzz::input& in) {
        auto const what = in.octet();
        queue.interruptions = what / 64;
        switch (what % 4) {
        case 0:
            arrive(in);
            break;
        case 1:
            receive_batch(static_cast<datagram_path>(what / 4 % 4));
            break;
        default:
            receive_one(in, what / 4 % 4 == 0, what / 16 % 2 == 0);
        }
    }

    void finish() {
        while (!expected_.empty())
            receive_batch(datagram_path::automatic);
        require(queue.messages.empty(), "a message is left");
    }

private:
    static datagram_batch& batch() {
        static datagram_batch all(4);
        return all;
    }

    void arrive(fuzz::input& in) {
        auto const kind = in.octet();
        std::size_t const size = kind % 4 == 0 ? in.number(2) % 65508 : in.octet();
        int const segment = kind % 3 == 0 ? 0 : static_cast<int>(kind % 3 == 1 ? in.octet() : in.number(2));
        // With a segment of one octet a message is as many datagrams as octets: enough of that with some hundreds.
        std::string octets(segment != 0 && segment < 64 ? size % 512 : size, '\0');
        for (std::size_t i = 0; i < octets.size(); ++i)
            octets[i] = static_cast<char>(arrived_ * 31 + i * 7 + i / 251);
        auto const port = static_cast<std::uint16_t>(1000 + ++arrived_ % 1000);
        auto const length = segment == 0 ? octets.size() : static_cast<std::size_t>(segment);
        std::size_t at = 0;
        do {
            expected_.push_back({octets.substr(at, length), port});
            at += length;
        } while (at < octets.size());
        queue.messages.push_back({std::move(octets), segment, port});
    }

    void receive_one(fuzz::input& in, bool peek, bool with_details) {
        std::string buffer(in.once_in(4) ? in.number(2) : in.octet(), '\0');
        datagram_details details;
        std::error_code ec;
        auto const got = socket_receive(
            socket_, buffer,
            {.timeout = std::chrono::nanoseconds(0), .peek = peek, .details = with_details ? &details : nullptr}, ec);
        if (expected_.empty()) {
            require(ec == errc::timeout, "a datagram that was not sent");
            return;
        }
        auto const& next = expected_.front();
        std::size_t const kept = std::min(buffer.size(), next.octets.size());
        require(!ec && got.size == next.octets.size() && got.buffer.size() == kept && got.port == next.port,
                "another datagram");
        require(buffer.compare(0, kept, next.octets, 0, kept) == 0, "other octets");
        if (!peek)
            expected_.pop_front();
    }

    void receive_batch(datagram_path path) {
        std::error_code ec;
        std::size_t const count =
            socket_receive_batch(socket_, batch(), {.timeout = std::chrono::nanoseconds(0), .path = path}, ec);
        require(expected_.empty() ? ec == errc::timeout && count == 0 : !ec && count != 0, "a batch of nothing");
        std::size_t seen = 0;
        for (auto const& one : batch()) {
            require(!expected_.empty(), "more datagrams than were sent");
            auto const& next = expected_.front();
            require(one.text() == next.octets && one.size == next.octets.size() && !one.truncated(),
                    "another datagram in a batch");
            require(one.source == endpoint(ip_address::loopback_v4(), next.port), "another sender in a batch");
            expected_.pop_front();
            ++seen;
        }
        require(seen == count && batch().size() == count, "the size of a batch");
    }

    datagram_usocket socket_;
    std::deque<datagram> expected_{};
    unsigned arrived_ = 0;
};

} // namespace

// The names are the linker's. NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" {
ssize_t __wrap_recvmsg(int, msghdr* header, int flags) { return take(*header, flags); }

int __wrap_recvmmsg(int, mmsghdr* messages, unsigned count, int flags, timespec*) {
    int done = 0;
    for (; static_cast<unsigned>(done) < count; ++done) {
        ssize_t const size = take(messages[done].msg_hdr, done == 0 ? flags : flags | MSG_DONTWAIT);
        if (size < 0)
            return done != 0 ? done : -1;
        messages[done].msg_len = static_cast<unsigned>(size);
    }
    return done;
}
} // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    queue = {};
    fuzz::input in(data, size);
    receiver all;
    while (!in.empty())
        all.step(in);
    queue.interruptions = 0;
    all.finish();
    return 0;
}
