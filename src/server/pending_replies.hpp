// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include <usocket/datagram_batch.hpp>

namespace usocket::detail {

/// Replies to a batch of datagrams, collected to go out together.
class pending_replies {
public:
    /// May raise std::bad_alloc.
    pending_replies() : room_(std::make_unique_for_overwrite<std::byte[]>(capacity)) { all_.reserve(most); }

    /// Keeps a copy of the octets; where the reply goes to and comes from must stay. False: there is no room for it.
    [[nodiscard]] bool add(outgoing_datagram const& reply) noexcept {
        std::size_t const size = reply.data.size();
        if (all_.size() == most || size > capacity - used_)
            return false;
        std::byte* const copy = room_.get() + used_;
        if (size != 0)
            std::memcpy(copy, reply.data.data(), size);
        used_ += size;
        all_.push_back({.data = {copy, size}, .destination = reply.destination, .source = reply.source});
        return true;
    }
    [[nodiscard]] std::span<outgoing_datagram> all() noexcept { return all_; }
    void clear() noexcept {
        all_.clear();
        used_ = 0;
    }

private:
    static constexpr std::size_t most = 256;
    static constexpr std::size_t capacity = 131072;

    std::vector<outgoing_datagram> all_{};
    std::unique_ptr<std::byte[]> room_;
    std::size_t used_ = 0;
};

} // namespace usocket::detail
