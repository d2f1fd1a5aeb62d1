// SPDX-License-Identifier: MIT
#include "wait/member_table.hpp"

namespace usocket::detail {

void member_table::reserve_one() {
    if (first_free_ != no_place)
        return;
    reserve_for(places_, places_.size() + 1);
    reserve_for(identities_, places_.size() + 1);
    reserve_for(due_, places_.size() + 1);
}

member_place member_table::take() noexcept {
    if (first_free_ == no_place) {
        places_.emplace_back();
        identities_.emplace_back();
        return size() - 1;
    }
    member_place const place = first_free_;
    first_free_ = places_[place].listed;
    clear(place);
    return place;
}

void member_table::give_back(member_place place) noexcept {
    clear(place);
    places_[place].listed = first_free_;
    first_free_ = place;
}

void member_table::queue(member_place place) noexcept {
    if (places_[place].queued)
        return;
    if (due_.size() == due_.capacity())
        visit_due([](member_place) { return true; }); // there is room for each place once
    places_[place].queued = true;
    due_.push_back(place);
}

void member_table::clear(member_place place) noexcept {
    bool const marked = places_[place].marked;
    places_[place] = {};
    places_[place].marked = marked;
    identities_[place] = {};
}

} // namespace usocket::detail
