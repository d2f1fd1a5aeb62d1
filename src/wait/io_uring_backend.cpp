// SPDX-License-Identifier: MIT
#include "wait/io_uring_backend.hpp"

#include <algorithm>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "conditions/raise.hpp"
#include "platform/poll_ring.hpp"
#include "platform/poll_set.hpp"

namespace usocket::detail {
namespace {

/// So many sockets stay in a cache for a while.
constexpr std::size_t few = 64;

/// In the place of a member.
constexpr member_place wake_place = no_place;

/// An event says that something happened; a wait list promises what holds. (TCP's urgent octets, for one, announce
/// input where there is none.) So whoever has had an event, or was ready at the last wait, is asked for by poll: these
/// few alone, and without waiting, which spares the system most of its work. Whoever is found not ready is left to its
/// events again; with nobody to ask, a wait sleeps until there is an event.
///
/// A member's position is the serial number of its poll while the kernel has one, else zero. Late events of an earlier
/// poll are told by it.
class io_uring_backend final : public wait_backend {
public:
    using wait_backend::wait_backend;

    [[nodiscard]] std::error_code open(platform::handle wake) noexcept override {
        wake_ = wake;
        return system_code(ring_.open(room_));
    }

    [[nodiscard]] bool changes_during_wait() const noexcept override { return false; }

    [[nodiscard]] std::error_code add(member_place place) noexcept override {
        try {
            reserve_for(recent_, members.size());
        } catch (std::bad_alloc const&) {
            return make_code(errc::out_of_memory);
        }
        if (int const error = asked_.reserve(members.size()); error != 0)
            return system_code(error);
        if (members.size() > room_)
            enlarge();
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
        if (int const error = arm(); error != 0)
            return system_code(error);
        take_events();
        asked_.truncate(0);
        for (member_place const place : recent_) {
            wait_member const& member = members[place];
            // Who has had an event will be reported as a rule: the socket comes while the system is asked.
            if (recent_.size() <= few)
                wait_findings::prefetch(members.identity(place));
            // There is room since add().
            static_cast<void>(
                asked_.add(member.socket, wants(member, readiness::read), wants(member, readiness::write)));
        }
        asks_ = !recent_.empty();
        return {};
    }

    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, platform::handle alarm) override {
        if (asks_)
            return asked_.ask();
        return sleep(timeout, alarm);
    }
    [[nodiscard]] int error() const noexcept override { return asks_ ? platform::last_error() : wait_backend::error(); }

    void collect(wait_findings& findings, int) noexcept override {
        std::uint32_t kept = 0;
        for (std::uint32_t i = 0; i < recent_.size(); ++i) {
            member_place const place = recent_[i];
            auto const found = asked_.at(i);
            bool const ready = found.readable || found.writable || found.failed;
            if (ready)
                findings.report(place, found.readable, found.writable, found.failed);
            if (ready || members[place].position == 0)
                recent_[kept++] = place;
            else
                members[place].marked = false;
        }
        recent_.resize(kept);
        take_events();
        findings.unsettled = recent_.size() != kept;
        findings.woken = std::exchange(woken_, false);
        findings.alarmed = std::exchange(alarmed_, false);
    }

private:
    [[nodiscard]] static std::uint64_t cookie(member_place place, std::uint32_t serial) noexcept {
        return static_cast<std::uint64_t>(serial) << 32U | place;
    }

    /// When nobody is to be asked. The wake handle must be armed and silent, else there is nothing to sleep for.
    [[gnu::noinline]] int sleep(std::optional<std::chrono::nanoseconds> timeout, platform::handle alarm) noexcept {
        if (woken_ || wake_serial_ == 0)
            timeout = std::chrono::nanoseconds::zero();
        return outcome(ring_.wait(timeout, alarm, alarmed_));
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
        if (wake_serial_ != 0)
            ring_.disarm(cookie(wake_place, wake_serial_));
        wake_serial_ = 0;
        for (member_place place = 0; place < members.size(); ++place) {
            if (!members[place].registered)
                continue;
            disarm(place);
            look_at(place);
        }
    }

    /// Makes room for an event of each member. Goes on as it is where the system refuses that.
    void enlarge() noexcept {
        room_ *= 2;
        // The kernel takes its time to close a ring, and must not keep sockets open meanwhile.
        disarm_all();
        static_cast<void>(ring_.submit());
        static_cast<void>(ring_.open(room_));
    }

    /// Arms who is not, and forgets who has left.
    [[nodiscard]] int arm() noexcept {
        std::erase_if(recent_, [this](member_place place) {
            members[place].marked = members[place].registered;
            return !members[place].registered;
        });
        if (wake_serial_ == 0) {
            if (int const error = arm(wake_, true, false, wake_place, wake_serial_); error != 0)
                return error;
        }
        for (member_place const place : recent_) {
            wait_member& member = members[place];
            if (member.position != 0)
                continue;
            if (int const error = arm(member.socket, wants(member, readiness::read), wants(member, readiness::write),
                                      place, member.position);
                error != 0)
                return error;
        }
        return ring_.submit();
    }

    [[nodiscard]] int arm(platform::handle watched, bool read, bool write, member_place place,
                          std::uint32_t& serial) noexcept {
        last_serial_ = std::max(last_serial_ + 1, 1U); // never zero
        int const error = ring_.arm(watched, read, write, cookie(place, last_serial_));
        if (error == 0)
            serial = last_serial_;
        return error;
    }

    void take_events() noexcept {
        platform::poll_ring::event taken;
        while (ring_.next(taken)) {
            auto const place = static_cast<member_place>(taken.cookie);
            bool const of_wake = place == wake_place;
            if (!of_wake && place >= members.size())
                continue;
            std::uint32_t& serial = of_wake ? wake_serial_ : members[place].position;
            if (serial != taken.cookie >> 32U)
                continue; // of a member that has left, or of its earlier interest
            if (!taken.armed)
                serial = 0;
            if (of_wake)
                woken_ = true;
            else
                look_at(place);
        }
    }

    static bool wants(wait_member const& member, readiness what) noexcept { return includes(member.interest, what); }

    platform::poll_ring ring_;
    platform::poll_set asked_;         ///< The members that are asked for, as in `recent_`.
    std::vector<member_place> recent_; ///< Members to be asked for; each is `marked`.
    bool asks_ = false;                ///< The wait asks for them; else there are none, and it sleeps.
    bool woken_ = false;               ///< The wake handle has had an event that no wait has told of.
    bool alarmed_ = false;
    platform::handle wake_ = platform::invalid_handle;
    std::uint32_t wake_serial_ = 0;
    std::uint32_t last_serial_ = 0;
    std::uint32_t room_ = 4096; ///< For events: 64 KiB at first.
    std::thread::id armed_by_;
};

} // namespace

bool io_uring_available() noexcept { return platform::poll_ring::available(); }

std::unique_ptr<wait_backend> make_io_uring_backend(member_table& members) {
    return std::make_unique<io_uring_backend>(members);
}

} // namespace usocket::detail
