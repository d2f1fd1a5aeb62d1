// SPDX-License-Identifier: MIT
#include "wait/select_backend.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <span>
#include <vector>

#include "conditions/raise.hpp"
#include "platform/poll_set.hpp"
#include "platform/select_set.hpp"

namespace usocket::detail {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t wake_cookie = no_place;
constexpr std::uint32_t not_mute = 0xffffffff;

/// While there are mute members, their failures are noticed this late at most.
constexpr std::chrono::nanoseconds slice = 50ms;

/// Whether an error or a hang-up is there now.
bool has_failed(platform::handle socket) noexcept {
    platform::poll_entry entry{.socket = socket};
    std::size_t ready = 0;
    return platform::poll(std::span(&entry, 1), 0ns, ready) == 0 && entry.failed;
}

/// The set is handed to the system at every wait, and overwritten.
///
/// To select a failure is input. Of members that do not wait for input (they are mute here, mostly for the short time
/// until their output has left) it could tell none. So these are in a poll set as well: each wait first asks poll about
/// them, and then selects for a slice of time only. A member's position is its index among the mute, where
/// there is room for all.
class select_backend final : public wait_backend {
public:
    using wait_backend::wait_backend;

    [[nodiscard]] std::error_code open(platform::handle wake) noexcept override {
        if (auto const code = refuses(wake); code)
            return code;
        if (int const error = set_.open(); error != 0)
            return system_code(error);
        return system_code(set_.add(wake, true, false, wake_cookie));
    }

    [[nodiscard]] bool changes_during_wait() const noexcept override { return false; }

    [[nodiscard]] std::error_code refuses(platform::handle socket) const noexcept override {
        return system_code(platform::select_set::refuses(socket));
    }

    [[nodiscard]] std::error_code add(member_place place) noexcept override {
        wait_member& member = members[place];
        try {
            reserve_for(mute_places_, count_ + 1); // whose interests may change to that
        } catch (std::bad_alloc const&) {
            return make_code(errc::out_of_memory);
        }
        if (int const error = mute_.reserve(count_ + 1); error != 0)
            return system_code(error);
        if (int const error =
                set_.add(member.socket, wants(member, readiness::read), wants(member, readiness::write), place);
            error != 0)
            return system_code(error);
        ++count_;
        member.position = not_mute;
        listen_for_failures(place);
        return {};
    }

    [[nodiscard]] std::error_code change(member_place place) noexcept override {
        wait_member const& member = members[place];
        listen_for_failures(place);
        set_.change(member.socket, wants(member, readiness::read), wants(member, readiness::write));
        return {};
    }

    void remove(member_place place) noexcept override {
        set_.remove(members[place].socket, place);
        unmute(place);
        --count_;
    }

    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, platform::handle alarm) override {
        if (mute_.size() != 0) {
            if (int const error = mute_.wait(0ns); error != 0)
                return outcome(error);
            timeout = mute_.ready() != 0 ? 0ns : std::min(timeout.value_or(slice), slice);
        }
        return outcome(set_.wait(timeout, alarm));
    }

    void collect(wait_findings& findings, int) noexcept override {
        findings.alarmed = set_.alarmed();
        set_.for_each_ready([&](platform::select_set::found const& found) {
            if (found.cookie == wake_cookie) {
                findings.woken = true;
                return;
            }
            wait_member const& member = members[found.cookie];
            // A failure is input; where output is waited for as well, it must be told from mere input.
            bool const failed =
                found.failed || (found.readable && !found.writable && members.core(found.cookie) != nullptr &&
                                 wants(member, readiness::write) && has_failed(member.socket));
            findings.report(found.cookie, found.readable, found.writable, failed);
        });
        if (mute_.size() == 0)
            return;
        std::uint32_t left = mute_.ready();
        for (std::uint32_t index = mute_.next_ready(0); left != 0; index = mute_.next_ready(index + 1), --left)
            findings.report(mute_places_[index], false, false, mute_.at(index).failed);
    }

private:
    static bool wants(wait_member const& member, readiness what) noexcept { return includes(member.interest, what); }

    /// Puts the member among the mute, or takes it out, as its interest demands.
    void listen_for_failures(member_place place) noexcept {
        wait_member& member = members[place];
        if (wants(member, readiness::read)) {
            unmute(place);
        } else if (member.position == not_mute && mute_.add(member.socket, false, false) == 0) { // there is room
            mute_places_.push_back(place);
            member.position = mute_.size() - 1;
        }
    }

    void unmute(member_place place) noexcept {
        std::uint32_t const index = members[place].position;
        if (index == not_mute)
            return;
        mute_.remove(index);
        member_place const last = mute_places_.back();
        mute_places_[index] = last;
        members[last].position = index;
        mute_places_.pop_back();
        members[place].position = not_mute;
    }

    platform::select_set set_;
    platform::poll_set mute_;
    std::uint32_t count_ = 0;               ///< Of members.
    std::vector<member_place> mute_places_; ///< Whose the entries of the poll set are.
};

} // namespace

std::unique_ptr<wait_backend> make_select_backend(member_table& members) {
    return std::make_unique<select_backend>(members);
}

} // namespace usocket::detail
