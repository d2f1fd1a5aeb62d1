// SPDX-License-Identifier: MIT
#include "wait/member_table.hpp"

namespace usocket::detail {

void member_table::reserve_one() {
    if (first_free_ == no_place)
        reserve_for(places_, places_.size() + 1);
}

member_place member_table::take() noexcept {
    if (first_free_ == no_place) {
        places_.emplace_back();
        return size() - 1;
    }
    member_place const place = first_free_;
    first_free_ = places_[place].next;
    places_[place] = {};
    return place;
}

void member_table::give_back(member_place place) noexcept {
    places_[place] = {};
    places_[place].next = first_free_;
    first_free_ = place;
}

void member_table::queue(member_place place) noexcept {
    wait_member& member = places_[place];
    if (member.queued)
        return;
    member.queued = true;
    member.previous = no_place;
    member.next = first_due_;
    if (first_due_ != no_place)
        places_[first_due_].previous = place;
    first_due_ = place;
}

void member_table::unqueue(member_place place) noexcept {
    wait_member& member = places_[place];
    if (!member.queued)
        return;
    member.queued = false;
    if (member.previous != no_place)
        places_[member.previous].next = member.next;
    else
        first_due_ = member.next;
    if (member.next != no_place)
        places_[member.next].previous = member.previous;
}

} // namespace usocket::detail
