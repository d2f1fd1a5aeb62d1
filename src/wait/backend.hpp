// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

#include <usocket/socket.hpp>
#include <usocket/wait.hpp>

#include "io/socket_core.hpp"
#include "platform/platform.hpp"
#include "platform/prefetch.hpp"
#include "wait/member_table.hpp"

namespace usocket::detail {

/// What a backend tells of one wait.
class wait_findings {
public:
    wait_findings(member_table& members, std::vector<member_place>& ready) noexcept
        : members_(members), ready_(ready) {}

    /// A member is ready. Each at most once in a wait is best, more do no harm. `failed` is an error, a hang-up or an
    /// invalid handle. What the member is not interested in (any more), and members that have left, are ignored.
    void report(member_place place, bool readable, bool writable, bool failed) noexcept {
        member_identity const& who = members_.identity(place);
        if (who.core == nullptr)
            return;
        prefetch(who);
        wait_member& member = members_[place];
        readiness const asked = member.interest == readiness::none ? readiness::read_write : member.interest;
        bool const reads = (readable || failed) && includes(asked, readiness::read);
        bool const writes = (writable || failed) && includes(asked, readiness::write);
        if ((!reads && !writes) || (member.interest == readiness::none && !failed))
            return;
        if (member.found == readiness::none)
            push_reserved(ready_, place);
        member.found =
            member.found | (reads ? readiness::read : readiness::none) | (writes ? readiness::write : readiness::none);
    }

    /// What is needed of a member that is reported, here and by the caller.
    static void prefetch(member_identity const& who) noexcept {
        platform::prefetch(who.core, 1); // all that a transfer looks at is in one line
        platform::prefetch(who.owner, sizeof(usocket));
    }

    bool woken = false;   ///< The wake handle is raised.
    bool alarmed = false; ///< The alarm of this wait is raised.
    /// Something came up that the next wait may find ready: a wait that has found nothing is not over yet.
    bool unsettled = false;

private:
    member_table& members_;
    std::vector<member_place>& ready_;
};

/// THE BACKEND CONTRACT: how a wait list asks the system. One implementation is one small file; the system calls are
/// behind the platform seam.
///
/// What every backend must do, so that all behave the same:
/// - Readiness is level-triggered: a member that is ready and stays untouched is found again by the next wait, and one
///   that is ready no more, whoever consumed what was there, is not.
/// - An error and a hang-up are detected for each member, whatever its interest, and reported as `failed`; with
/// interest
///   `none` they are all that is watched for. (A handle closed by others than its owner is the caller's fault; whether
///   it is noticed depends on the system, but the other members go on as if nothing had happened.)
/// - A wait finds all members that are ready, however many: none is starved by others that are ready as well. Where one
///   system call cannot tell of all, collect() or the next wait goes on where the last one stopped.
/// - Timeouts are rounded up to what the system can, never down: a wait may end late, never early. Zero does not wait.
///
/// Members. The table gives each member a place that stays the same while it is a member, and in it the handle, the
/// interest, `position` and `marked`, which are the backend's to use. The handle stays open from add() until remove()
/// returns. A place is given to another member only when no wait is under way, so that a place kept by the system as
/// its cookie never names another member by the time of collect().
///
/// Costs. add(), change() and remove() take constant time, amortised; collect() takes time in proportion to what is
/// ready, unless the system's own call takes more. add() may allocate, and must reserve all that waiting will need:
/// prepare(), wait() and collect() allocate nothing. A member may cost the backend up to 12 bytes: with the list's own
/// 48, and a little to spare in growing arrays (reserve_for()), it then costs no more than 64 in all.
///
/// Threads. All calls but wait() come from any thread, one at a time, under the list's lock. Only the list's waiting
/// thread calls prepare() and wait(), the latter without the lock. During wait() the others are called only if
/// changes_during_wait() says so; if not, the list raises the wake handle and applies the changes before it waits
/// again. wait() must not look into the table, which may grow meanwhile.
///
/// Processes. After a fork the child makes itself another backend, and only destroys the one that it inherited: that
/// must leave the parent's as it was.
///
/// Nothing throws.
class wait_backend {
public:
    explicit wait_backend(member_table& table) noexcept : members(table) {}
    wait_backend(wait_backend const&) = delete;
    wait_backend& operator=(wait_backend const&) = delete;
    virtual ~wait_backend() = default;

    /// Called once, before all else. `wake` is watched for input in every wait, and stays open while the backend lives.
    /// Fails where the system refuses this backend.
    [[nodiscard]] virtual std::error_code open(platform::handle wake) noexcept = 0;

    /// Whether add(), change() and remove() may be called while wait() is under way, and take effect in it.
    [[nodiscard]] virtual bool changes_during_wait() const noexcept = 0;

    /// Whether this backend could never watch the handle, such as select one above its limit, and the condition that
    /// says so. Depends on the handle alone; asked before add(), which may come later.
    [[nodiscard]] virtual std::error_code refuses(platform::handle) const noexcept { return {}; }

    /// Watches the member's handle for its interest.
    [[nodiscard]] virtual std::error_code add(member_place) noexcept = 0;
    /// The member's interest is another.
    [[nodiscard]] virtual std::error_code change(member_place) noexcept = 0;
    /// Watches it no more. Cannot fail; the core may be gone, and where changes are not taken during a wait the handle
    /// may be closed, and its number in use by another, by now.
    virtual void remove(member_place) noexcept = 0;

    /// Whether prepare() is to be called; the list spares itself the lock otherwise.
    [[nodiscard]] virtual bool prepares() const noexcept { return false; }
    /// At the beginning of each wait, when all changes have been told.
    [[nodiscard]] virtual std::error_code prepare() noexcept { return {}; }

    /// Waits until a member is ready, the wake handle or `alarm` (unless invalid_handle) is raised, or `timeout`
    /// (unset: for ever) has passed. One system call where the system can, whose native error is told, that of an
    /// interruption like others. `alarm` counts in this wait alone, and may be closed after it. May also return when
    /// nothing is ready yet: the list then waits again.
    ///
    /// Returns a number for collect(), zero or more; below zero the wait has failed, and error() tells why. Throws
    /// nothing; without saying so, it can end in the system's function instead of calling it.
    [[nodiscard]] virtual int wait(std::optional<std::chrono::nanoseconds> timeout, platform::handle alarm) = 0;
    /// Why the wait has failed: asked right after it, by its thread, without the lock.
    [[nodiscard]] virtual int error() const noexcept { return error_; }

    /// Tells what the last wait, which succeeded with `found`, has found. Called once after it.
    virtual void collect(wait_findings&, int found) noexcept = 0;

protected:
    /// What wait() returns for an error, zero for success.
    [[nodiscard]] int outcome(int error) noexcept {
        error_ = error;
        return error == 0 ? 0 : -1;
    }

    member_table& members;

private:
    int error_ = 0;
};

} // namespace usocket::detail
