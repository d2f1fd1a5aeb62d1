// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include <usocket/socket_types.hpp>

#include "platform/platform.hpp"

namespace usocket::detail {

class socket_core;

/// Where a member of a wait list is in the list's table. It keeps its place as long as it is a member.
using member_place = std::uint32_t;
inline constexpr member_place no_place = std::numeric_limits<member_place>::max();

/// A member of a wait list.
struct wait_member {
    /// Null where the place is free, and where the socket has left but the place cannot be given to another yet.
    socket_core* core = nullptr;
    /// The socket's handle, from add() to remove() of the backend.
    platform::handle socket = platform::invalid_handle;
    /// The backend's own: where it finds the member.
    std::uint32_t position = 0;
    /// Where in the last result it was; meaningless unless that entry names the same socket.
    std::uint32_t listed = no_place;
    /// Neighbours in the list of due members; `next` alone links the free places.
    member_place previous = no_place;
    member_place next = no_place;
    readiness interest = readiness::none;
    /// What this wait has found so far.
    readiness found = readiness::none;
    bool registered : 1 = false; ///< The backend has it.
    bool pending : 1 = false;    ///< The backend has yet to be told of it, or of its interest.
    bool buffered : 1 = false;   ///< Its stream had buffered input when last heard of.
    bool foreign : 1 = false;    ///< Its socket's state was set by a wait without the list.
    bool queued : 1 = false;     ///< It is among the due members.
};
static_assert(sizeof(wait_member) <= 24 + 2 * sizeof(platform::handle), "a member costs at most 64 bytes in all");

/// The members of a wait list, in places that do not change, and the few among them that are due: those to be looked at
/// before the next wait, because the backend must hear of them or their stream has buffered input.
class member_table {
public:
    [[nodiscard]] wait_member& operator[](member_place place) noexcept { return places_[place]; }
    [[nodiscard]] wait_member const& operator[](member_place place) const noexcept { return places_[place]; }
    /// Places, taken or not: each is below this.
    [[nodiscard]] member_place size() const noexcept { return static_cast<member_place>(places_.size()); }

    /// Makes sure that the next take() does not allocate. Raises std::bad_alloc.
    void reserve_one();
    [[nodiscard]] member_place take() noexcept;
    /// The member must not be due.
    void give_back(member_place) noexcept;

    [[nodiscard]] member_place first_due() const noexcept { return first_due_; }
    void queue(member_place) noexcept;
    void unqueue(member_place) noexcept;

private:
    std::vector<wait_member> places_;
    member_place first_free_ = no_place;
    member_place first_due_ = no_place;
};

/// Reserves room for `count` items with an eighth to spare: amortised constant time, little memory left unused.
template <class T>
void reserve_for(std::vector<T>& items, std::size_t count) {
    if (items.capacity() < count)
        items.reserve(count + count / 8 + 16);
}

} // namespace usocket::detail
