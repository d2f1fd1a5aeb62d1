// SPDX-License-Identifier: MIT
#include "wait/io_uring_backend.hpp"

#include <algorithm>
#include <new>
#include <thread>
#include <vector>

#include "conditions/raise.hpp"
#include "platform/poll_ring.hpp"
#include "platform/poll_set.hpp"

namespace usocket::detail {
namespace {

constexpr std::uint32_t wake_index = 0;
constexpr std::uint32_t alarm_index = 1;
constexpr std::uint32_t first_asked = 3; // behind the ring's own handle

/// An event says that something happened; a wait list promises what holds. (TCP's urgent octets, for one, announce
/// input where there is none.) So whoever has had an event, or was ready at the last wait, is asked for by poll: these
/// few alone, in the same call that waits for further events. Whoever is found not ready is left to its events again.
///
/// A member's position is the serial number of its poll while the kernel has one, else zero. Late events of an earlier
/// poll are told by it.
class io_uring_backend final : public wait_backend {
public:
    using wait_backend::wait_backend;

    [[nodiscard]] std::error_code open(platform::handle wake) noexcept override {
        if (int const error = ring_.open(); error != 0)
            return system_code(error);
        for (platform::handle const watched : {wake, platform::invalid_handle, ring_.watched()}) {
            if (int const error = asked_.add(watched, true, false); error != 0)
                return system_code(error);
        }
        return {};
    }

    [[nodiscard]] bool changes_during_wait() const noexcept override { return false; }

    [[nodiscard]] std::error_code add(member_place place) noexcept override {
        try {
            reserve_for(recent_, members.size());
        } catch (std::bad_alloc const&) {
            return make_code(errc::out_of_memory);
        }
        if (int const error = asked_.reserve(first_asked + members.size()); error != 0)
            return system_code(error);
        members[place].position = 0;
        look_at(place);
        return {};
    }

    [[nodiscard]] std::error_code change(member_place place) noexcept override {
        remove(place);
        look_at(place);
        return {};
    }

    void remove(member_place place) noexcept override {
        disarm(place);
        // What could not be handed over goes with the next wait.
        static_cast<void>(ring_.submit());
    }

    [[nodiscard]] bool prepares() const noexcept override { return true; }

    [[nodiscard]] std::error_code prepare() noexcept override {
        // The kernel delivers through the thread that armed: that must be the one that waits.
        if (std::this_thread::get_id() != armed_by_) {
            armed_by_ = std::this_thread::get_id();
            disarm_all();
        }
        take_events();
        if (int const error = arm_new_members(); error != 0)
            return system_code(error);
        take_events();
        asked_.truncate(first_asked);
        for (member_place const place : recent_) {
            wait_member const& member = members[place];
            // There is room since add().
            static_cast<void>(
                asked_.add(member.socket, wants(member, readiness::read), wants(member, readiness::write)));
        }
        return {};
    }

    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, platform::handle alarm) override {
        asked_.replace(alarm_index, alarm);
        return outcome(asked_.wait(timeout));
    }

    void collect(wait_findings& findings, int) noexcept override {
        findings.woken = asked_.at(wake_index).readable;
        findings.alarmed = asked_.at(alarm_index).readable;
        findings.unsettled = ring_.has_events();
        std::uint32_t kept = 0;
        for (std::uint32_t i = 0; i < recent_.size(); ++i) {
            member_place const place = recent_[i];
            auto const found = asked_.at(first_asked + i);
            bool const ready = found.readable || found.writable || found.failed;
            if (ready)
                findings.report(place, found.readable, found.writable, found.failed);
            if (ready || members[place].position == 0)
                recent_[kept++] = place;
            else
                members[place].marked = false;
        }
        recent_.resize(kept);
    }

private:
    [[nodiscard]] static std::uint64_t cookie(member_place place, std::uint32_t serial) noexcept {
        return static_cast<std::uint64_t>(serial) << 32U | place;
    }

    void look_at(member_place place) noexcept {
        if (members[place].marked)
            return;
        members[place].marked = true;
        recent_.push_back(place); // there is room since add()
    }

    void disarm(member_place place) noexcept {
        std::uint32_t& serial = members[place].position;
        if (serial != 0)
            ring_.disarm(cookie(place, serial));
        serial = 0;
    }

    void disarm_all() noexcept {
        for (member_place place = 0; place < members.size(); ++place) {
            if (!members[place].registered)
                continue;
            disarm(place);
            look_at(place);
        }
    }

    /// Arms who is not, and forgets who has left.
    [[nodiscard]] int arm_new_members() noexcept {
        std::erase_if(recent_, [this](member_place place) {
            members[place].marked = members[place].registered;
            return !members[place].registered;
        });
        for (member_place const place : recent_) {
            wait_member& member = members[place];
            if (member.position != 0)
                continue;
            last_serial_ = std::max(last_serial_ + 1, 1U); // never zero
            if (int const error = ring_.arm(member.socket, wants(member, readiness::read),
                                            wants(member, readiness::write), cookie(place, last_serial_));
                error != 0)
                return error;
            member.position = last_serial_;
        }
        return ring_.submit();
    }

    void take_events() noexcept {
        platform::poll_ring::event taken;
        while (ring_.next(taken)) {
            auto const place = static_cast<member_place>(taken.cookie);
            if (place >= members.size() || members[place].position != taken.cookie >> 32U)
                continue; // of a member that has left, or of its earlier interest
            if (!taken.armed)
                members[place].position = 0;
            look_at(place);
        }
    }

    static bool wants(wait_member const& member, readiness what) noexcept { return includes(member.interest, what); }

    platform::poll_ring ring_;
    platform::poll_set asked_; ///< For the wake handle, the alarm, the ring, and the members that are asked for.
    std::vector<member_place> recent_; ///< Members to be asked for in this order; each is `marked`.
    std::thread::id armed_by_;
    std::uint32_t last_serial_ = 0;
};

} // namespace

bool io_uring_available() noexcept { return platform::poll_ring::available(); }

std::unique_ptr<wait_backend> make_io_uring_backend(member_table& members) {
    return std::make_unique<io_uring_backend>(members);
}

} // namespace usocket::detail
