// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <limits>
#include <vector>

#include <usocket/socket_types.hpp>

#include "platform/platform.hpp"

namespace usocket {
class usocket;
}

namespace usocket::detail {

class socket_core;

/// Where a member of a wait list is in the list's table. It keeps its place as long as it is a member.
using member_place = std::uint32_t;
inline constexpr member_place no_place = std::numeric_limits<member_place>::max();

/// A member of a wait list, apart from whose it is.
struct wait_member {
    /// The socket's handle, from add() to remove() of the backend.
    platform::handle socket = platform::invalid_handle;
    /// The backend's own: where it finds the member.
    std::uint32_t position = 0;
    /// Where in the last result it was; meaningless unless that entry names the same socket. Links the free places.
    std::uint32_t listed = no_place;
    readiness interest = readiness::none;
    /// What this wait has found so far.
    readiness found = readiness::none;
    bool registered : 1 = false; ///< The backend has it.
    bool pending : 1 = false;    ///< The backend has yet to be told of it, or of its interest.
    bool buffered : 1 = false;   ///< Its stream had buffered input when last heard of.
    bool foreign : 1 = false;    ///< Its socket's state was set by a wait without the list.
    bool queued : 1 = false;     ///< It is among the due members.
    bool marked : 1 = false;     ///< The backend's own; stays with the place when it changes hands.
};
static_assert(sizeof(wait_member) <= 8 + 2 * sizeof(platform::handle), "a member costs at most 64 bytes in all");

/// Whose a place is. These have an array of their own: small enough to stay in a cache when the rest does not, it says
/// at once where the socket is, and everything else can be fetched at the same time.
struct member_identity {
    /// Null where the place is free, and where the socket has left but the place cannot be given to another yet.
    socket_core* core = nullptr;
    usocket* owner = nullptr; ///< The same as the core's.
};

/// The members of a wait list, in places that do not change, and the few among them that are due: those to be looked at
/// before the next wait, because the backend must hear of them or their stream has buffered input.
class member_table {
public:
    [[nodiscard]] wait_member& operator[](member_place place) noexcept { return places_[place]; }
    [[nodiscard]] wait_member const& operator[](member_place place) const noexcept { return places_[place]; }
    [[nodiscard]] member_identity& identity(member_place place) noexcept { return identities_[place]; }
    [[nodiscard]] socket_core* core(member_place place) const noexcept { return identities_[place].core; }
    /// Places, taken or not: each is below this.
    [[nodiscard]] member_place size() const noexcept { return static_cast<member_place>(places_.size()); }

    /// Makes sure that the next take() does not allocate. Raises std::bad_alloc.
    void reserve_one();
    [[nodiscard]] member_place take() noexcept;
    /// The member must not be due.
    void give_back(member_place) noexcept;

    /// Whether there may be due members.
    [[nodiscard]] bool has_due() const noexcept { return !due_.empty(); }
    void queue(member_place) noexcept;
    void unqueue(member_place place) noexcept { places_[place].queued = false; }
    /// Calls `visit` for each due member; one for which it returns false is due no more, and may be given back by it.
    template <class Visit>
    void visit_due(Visit&& visit) {
        std::size_t kept = 0;
        for (member_place const place : due_) {
            if (!places_[place].queued)
                continue;
            unqueue(place); // until the end, so that each is visited once
            if (visit(place))
                due_[kept++] = place;
        }
        due_.resize(kept);
        for (member_place const place : due_)
            places_[place].queued = true;
    }

private:
    void clear(member_place) noexcept;

    std::vector<wait_member> places_;
    std::vector<member_identity> identities_;
    std::vector<member_place> due_; ///< The `queued` members, and some that are so no more, or have been so twice.
    member_place first_free_ = no_place;
};

/// Reserves room for `count` items with a little to spare: amortised constant time, little memory left unused.
template <class T>
void reserve_for(std::vector<T>& items, std::size_t count) {
    if (items.capacity() < count)
        items.reserve(count + count / 32 + 8);
}

/// Adds an item where there is room already.
template <class T>
void push_reserved(std::vector<T>& items, T item) noexcept {
    if (items.size() == items.capacity())
        std::terminate(); // also tells the compiler that nothing is allocated
    items.push_back(item);
}

} // namespace usocket::detail
