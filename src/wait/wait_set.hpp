// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <system_error>
#include <vector>

#include <usocket/wait.hpp>

#include "io/socket_core.hpp"
#include "wait/backend.hpp"
#include "wait/backends.hpp"
#include "wait/wait_clock.hpp"

namespace usocket::detail {

/// What a wait list is.
///
/// The lock guards members and result, and is free while the system waits. A thread that changes the members during a
/// wait leaves what the backend must be told to the waiting thread, and wakes it; at other times it tells the backend
/// itself. `gate_` decides which: entering a wait, or a change at other times, each take it from idle, so that a wait
/// begins without the lock as long as nothing is due.
///
/// A child process inherits the set, and shares with its parent what the backend and the wake handle have in the
/// system. The first use in the child (`separate()`) gives those up and lets the next wait register the members anew.
///
/// Sets are made and disposed of by acquire() and release(). Their memory is used again but never given back, so that a
/// member that is closed while its list goes finds a lock to take, and that it is a member no more.
class wait_set final : public wait_membership {
public:
    wait_set() noexcept = default;

    /// Null, and why, when the system refuses or memory is out.
    [[nodiscard]] static wait_set* acquire(backend_entry const& entry, std::error_code& code) noexcept;
    static void release(wait_set* set) noexcept;

    [[nodiscard]] std::error_code add(socket_core& core, readiness interest) noexcept;
    void clear() noexcept;

    /// Here, so that it becomes a part of its callers. After a system call a processor mispredicts each return to a
    /// frame from before it: the fewer frames, the faster.
    [[nodiscard]] result_code wait(wait_clock& clock, bool ready_only, wait_result& result) noexcept {
        bool entered = false; // and stays so from round to round: another thread's wait is refused
        for (int unsettled_rounds = 0;;) {
            result_code code = clock.refused();
            bool input_waits = false;
            gate expected = gate::idle;
            entered = !is_inherited() && (entered || gate_.compare_exchange_strong(expected, gate::waiting));
            // After the gate, in this order: who makes a member due afterwards sees that a wait is under way.
            if ((!entered || has_due_.load()) && !enter(entered, code, input_waits))
                return make_code(errc::invalid_argument);
            int const found =
                code ? 0 : backend_->wait(input_waits ? std::chrono::nanoseconds::zero() : clock.left(), clock.alarm());
            if (conclude(clock, ready_only, found, unsettled_rounds, code, result))
                return code;
            entered = true;
        }
    }
    void wake() noexcept;

    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool contains(socket_core const& core) const noexcept {
        return core.membership.load(std::memory_order_acquire) == this;
    }
    [[nodiscard]] backend kind() const noexcept { return entry_->which; }

    void input_buffered(socket_core& core) noexcept override;
    void leave(socket_core& core) noexcept override;
    void state_set(socket_core& core) noexcept override;
    void moved(socket_core& core, usocket& object) noexcept override;

private:
    enum class gate : int { idle, changing, waiting };
    class change;

    [[nodiscard]] std::error_code open() noexcept;
    void shut() noexcept;
    [[nodiscard]] bool is_inherited() const noexcept {
        return generation_.load(std::memory_order_acquire) != platform::fork_generation();
    }

    // Called with the lock held:
    void separate() noexcept;
    [[nodiscard]] std::error_code prepare_wait(bool& input_waits) noexcept;
    void reserve_one();
    [[nodiscard]] std::error_code set_interest(change const& now, member_place place, readiness interest) noexcept;
    [[nodiscard]] std::error_code tell_backend(change const& now, member_place place) noexcept;
    [[nodiscard]] std::error_code register_with_backend(member_place place) noexcept;
    void detach(change const& now, member_place place) noexcept;
    void make_due(member_place place) noexcept;
    void nudge() noexcept;
    [[nodiscard]] std::error_code look_after_due(bool& input_waits) noexcept;
    void review_due() noexcept;
    void let_go_of_left() noexcept;
    void begin_result() noexcept;
    void report_buffered(wait_findings& findings) noexcept;
    void fill_result(bool ready_only) noexcept;
    void list(member_place place) noexcept;
    void list_all() noexcept;

    // Of a wait:
    [[nodiscard]] bool enter(bool entered, result_code& code, bool& input_waits) noexcept;
    [[nodiscard]] bool conclude(wait_clock const& clock, bool ready_only, int found, int& unsettled_rounds,
                                result_code& code, wait_result& result) noexcept;
    [[nodiscard]] bool take_in(wait_clock const& clock, int found, int& unsettled_rounds) noexcept;

    mutable std::mutex lock_;
    std::atomic<gate> gate_{gate::idle};
    std::atomic<bool> has_due_{false}; ///< The next wait must begin with the lock: something is due, or to be prepared.
    std::atomic<bool> woken_{false};   ///< wake() was called, and no wait has ended for it yet.
    bool nudged_ = false;              ///< The wake handle was raised for a change, and not cleared yet.
    bool result_is_all_ = false;       ///< The result lists all members, and still would.
    std::atomic<std::uint32_t> generation_{0}; ///< Of the process that the backend and the wake handle belong to.

    backend_entry const* entry_ = nullptr;
    std::unique_ptr<wait_backend> backend_; ///< Null in a child process, until it waits.
    platform::wake_handle wake_{};
    member_table members_;
    std::size_t count_ = 0;
    std::vector<member_place> ready_;   ///< What the last wait found ready.
    std::vector<usocket*> result_;      ///< What the last wait returned: stays where it is until the next.
    std::vector<usocket*> next_result_; ///< A larger one for the next, where the list has outgrown it.
    wait_set* next_unused_ = nullptr;
};

} // namespace usocket::detail
