// SPDX-License-Identifier: MIT
#include "conformance/wait_script_world.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <usocket/error.hpp>

namespace usocket::test {

using namespace std::chrono_literals;

namespace {

// A wait that something must end is given long, and one that nothing ends short.
constexpr auto long_enough = 5s;
constexpr auto short_enough = 50us;

bool is_between(readiness value, readiness a, readiness b) {
    auto const number = [](readiness x) { return static_cast<unsigned>(x); };
    return (number(a) & number(b) & ~number(value)) == 0 && includes(a | b, value);
}

} // namespace

char const* to_text(readiness value) noexcept {
    constexpr char const* texts[] = {"none", "read", "write", "read_write"};
    return texts[static_cast<std::size_t>(value)];
}

script_world::script_world(enum backend which, script_manner manner) : list_({.backend = which}), manner_(manner) {
    for (auto& place : places_)
        place.patient = manner.patient;
}

void script_world::complain(std::string const& what) {
    if (complaint_.empty())
        complaint_ = what;
}

std::string script_world::name_of(std::size_t index) const { return "place " + std::to_string(index); }

// ---- waiting --------------------------------------------------------------------------------------------------------

script_world::truths script_world::look() const {
    truths all;
    for (std::size_t i = 0; i < place_count; ++i) {
        if (places_[i].interest && manner_.observed)
            all[i] = places_[i].look();
    }
    return all;
}

bool script_world::any_expected(truths const& all) const {
    for (std::size_t i = 0; i < place_count; ++i) {
        if (all[i] && places_[i].expected(*all[i]) != readiness::none)
            return true;
    }
    return false;
}

void script_world::wait(bool ready_only, bool timed) {
    forget_result();
    truths const before = look();
    bool const must_end = woken_ || any_expected(before);
    time_limit const timeout = !timed ? time_limit(0s) : must_end ? time_limit(long_enough) : time_limit(short_enough);
    std::error_code code;
    auto const result = wait_for_input(list_, {.timeout = timeout, .ready_only = ready_only}, code);
    woken_ = false;
    if (code)
        return complain("the wait failed: " + code.message());
    truths const after = look();
    check_members(result.sockets, ready_only);
    check_states(before, after);
    bool const any_found = std::ranges::any_of(found_, [](readiness each) { return each != readiness::none; });
    if (timed && must_end && !result.remaining)
        complain("the wait lasted until its end, though there was something to end it");
    if ((!timed || !(must_end || any_found)) && result.remaining)
        complain("something is left of the time of a wait that nothing ended");
    result_ = result.sockets;
    expected_result_.assign(result_.begin(), result_.end());
    for (usocket const* const each : result_) {
        auto const owner = std::ranges::find(places_, each, &script_place::member);
        result_places_.push_back(static_cast<std::size_t>(owner - places_.begin()));
    }
}

void script_world::check_members(std::span<usocket* const> listed, bool ready_only) {
    std::size_t members = 0;
    for (std::size_t i = 0; i < place_count; ++i) {
        script_place& place = places_[i];
        found_[i] = readiness::none;
        if (place.member() == nullptr)
            continue;
        if (list_.contains(*place.member()) != place.interest.has_value())
            complain(name_of(i) + " is a member, or is none, against what is true");
        if (place.interest) {
            found_[i] = place.member()->state();
            place.is_followed = true;
            ++members;
        }
        bool const expected = place.interest && (!ready_only || found_[i] != readiness::none);
        if (std::ranges::count(listed, place.member()) != (expected ? 1 : 0))
            complain(name_of(i) + " with the state " + to_text(found_[i]) + " is in the result " +
                     std::to_string(std::ranges::count(listed, place.member())) + " times");
        if (!place.knows_its_buffer())
            complain(name_of(i) + ": the script does not know what the stream has buffered");
    }
    if (list_.size() != members)
        complain("the list has " + std::to_string(list_.size()) + " members instead of " + std::to_string(members));
    if (listed.size() > members)
        complain("the result has more entries than the list has members");
}

void script_world::check_states(truths const& before, truths const& after) {
    for (std::size_t i = 0; i < place_count; ++i) {
        if (!before[i] || !after[i])
            continue;
        readiness const first = places_[i].expected(*before[i]);
        readiness const last = places_[i].expected(*after[i]);
        if (!is_between(found_[i], first, last))
            complain(name_of(i) + ", waiting for " + to_text(*places_[i].interest) + ", was found to be " +
                     to_text(found_[i]) + "; the truth was " + to_text(first) + " before and " + to_text(last) +
                     " after the wait");
    }
}

void script_world::forget_result() {
    result_ = {};
    expected_result_.clear();
    result_places_.clear();
}

void script_world::check_result() {
    if (!std::ranges::equal(result_, expected_result_))
        complain("the result of the last wait has changed");
}

void script_world::settle() {
    for (auto& place : places_)
        place.settle();
}

long script_world::wait_without_list(script_place& place) {
    if (place.member() == nullptr)
        return script_place::does_not_apply;
    auto const ask = [&place] { return past_the_library::look(place.handle(), readiness::read); };
    auto const is_ready = [&place](past_the_library::truth const& truth) {
        return truth.readable || truth.failed || place.has_fresh_input();
    };
    bool const before = manner_.observed && is_ready(ask());
    std::error_code code;
    auto const result = wait_for_input(*place.member(), {.timeout = 0s, .ready_only = true}, code);
    if (place.is_open() ? static_cast<bool>(code) : code != errc::invalid_socket)
        complain("a wait on one socket said: " + code.message());
    if (!place.is_open())
        return script_place::failed;
    bool const found = !result.sockets.empty();
    if (manner_.observed && found != before && is_ready(ask()) == before)
        complain("a wait on one socket found what is not true");
    return found ? 1 : 0;
}

// ---- the list -------------------------------------------------------------------------------------------------------

long script_world::add(script_place& place, readiness interest) {
    if (place.member() == nullptr)
        return script_place::does_not_apply;
    std::error_code code;
    add_waiter(list_, *place.member(), interest, code);
    if (place.is_open() ? static_cast<bool>(code) : code != errc::invalid_socket)
        complain("adding a member said: " + code.message());
    if (code)
        return script_place::failed;
    if (!place.interest)
        place.is_followed = false;
    place.interest = interest;
    return 0;
}

long script_world::move(std::size_t from, std::size_t into) {
    usocket const* const before = places_[from].member();
    long const result = from == into ? places_[from].move() : places_[into].move_from(places_[from]);
    script_place const& place = places_[into];
    if (result != 0)
        return result;
    if (from != into)
        std::ranges::replace(result_places_, into, place_count);
    std::ranges::replace(result_places_, from, into);
    for (std::size_t i = 0; i < expected_result_.size() && place.interest; ++i) {
        if (place.is_followed && result_places_[i] == into)
            expected_result_[i] = place.member();
        else if (expected_result_[i] == before && result_[i] == place.member())
            expected_result_[i] = result_[i]; // of a member that has left; the object may be followed all the same
    }
    return result;
}

long script_world::remake_list() {
    forget_result();
    list_ = wait_list({.backend = list_.backend()});
    woken_ = false;
    for (auto& place : places_) {
        if (place.interest)
            add(place, *place.interest);
    }
    return 0;
}

long script_world::move_list() {
    forget_result();
    wait_list moved(std::move(list_));
    list_ = std::move(moved);
    return 0;
}

} // namespace usocket::test
