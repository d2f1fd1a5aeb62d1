// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <system_error>

#include <usocket/sequence.hpp>
#include <usocket/socket.hpp>
#include <usocket/time_limit.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// How a wait list asks the system (usocket: `*backend*`). Which of them exist depends on the system.
enum class backend : std::uint8_t { native, select, poll, epoll, kqueue, wsapoll, io_uring };

/// The backend of wait lists that name none: the one that was set, else the one that the environment variable
/// USOCKET_BACKEND names ("poll"; looked at once), else `native`, the best one that the system has. When the variable
/// names nothing that can be used here, making such a list raises unsupported.
[[nodiscard]] backend default_backend() noexcept;
/// Sets it for the whole process. Raises unsupported where the system (or this build) lacks it.
void set_default_backend(backend which);
void set_default_backend(backend which, std::error_code& ec);
/// Whether wait lists can use it here.
[[nodiscard]] bool supports(backend which) noexcept;

/// Options of wait_list and make_wait_list().
struct wait_list_options {
    /// `native` follows default_backend().
    enum backend backend = backend::native;
};

namespace detail {
class wait_set;
struct wait_access;
} // namespace detail

/// Sockets to wait on together (usocket: `wait-list`).
///
/// The list never owns a socket: closing, moving or destroying a member keeps the list right, and destroying the list
/// leaves the sockets as they are. A socket is in at most one list. Adding and removing are O(1).
///
/// Threads: one thread at a time waits on a list; another that tries gets invalid_argument_error. While it waits, other
/// threads may add, remove, close, move and destroy members and call wake(); the wait goes on with the list as it then
/// is. Streams of members are read by the thread that waits, or while none waits. A list is moved and destroyed while
/// nobody uses it (a debug build aborts when a list goes that a thread waits on), but members may be closed meanwhile.
///
/// Processes: after a fork, parent and child each go on with a list of their own, with the same members. What one does
/// to its list, the other does not notice. As with any lock, a list that another thread was using at the moment of the
/// fork cannot be used in the child; so fork while no other thread uses it, or leave it alone there.
///
/// Costs: a list holds one handle of the system's, by which it is woken, and some backends one more; a member takes at
/// most 64 octets (on 64-bit Linux), for a moment more while a list grows. Waiting allocates nothing.
class wait_list {
public:
    /// An empty list. Raises unsupported (no such backend here; inside ignore_unsupported_warnings() the native one
    /// takes its place), no_buffers_error, out_of_memory_error.
    explicit wait_list(wait_list_options const& options = {});
    /// A moved-from list has no members and takes none: adding and waiting raise invalid_argument_error.
    wait_list(wait_list&& other) noexcept;
    wait_list& operator=(wait_list&& other) noexcept;
    ~wait_list();

    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    [[nodiscard]] bool contains(usocket const& socket) const noexcept;
    /// What this list really uses; never `native`.
    [[nodiscard]] enum backend backend() const noexcept;

    /// Ends the wait under way, or else the next one, once; that wait returns with the members that are ready, perhaps
    /// none. From any thread. Several calls before a wait count as one.
    void wake() noexcept;

private:
    friend struct detail::wait_access;
    explicit wait_list(detail::wait_set* set) noexcept : set_(set) {}

    detail::wait_set* set_;
};

/// A list of these sockets, all waiting for input (usocket: `make-wait-list`). Raises what wait_list and add_waiter do.
[[nodiscard]] wait_list make_wait_list(std::initializer_list<usocket*> sockets, wait_list_options const& options = {});
[[nodiscard]] wait_list make_wait_list(std::span<usocket* const> sockets, wait_list_options const& options = {});
/// The error_code forms return an empty list on failure, moved from: it can be assigned to, and refuses all else.
[[nodiscard]] wait_list make_wait_list(std::initializer_list<usocket*> sockets, wait_list_options const& options,
                                       std::error_code& ec);
[[nodiscard]] wait_list make_wait_list(std::span<usocket* const> sockets, wait_list_options const& options,
                                       std::error_code& ec);

/// Adds a socket, or changes the interest of one that is in the list already; `readiness::none` keeps it in the list
/// without waiting for anything but failure (usocket: `add-waiter`).
/// Raises invalid_socket_error (closed), invalid_argument_error (it is in another list), no_buffers_error,
/// out_of_memory_error; the list is then as it was.
void add_waiter(wait_list& list, usocket& socket, readiness interest = readiness::read);
void add_waiter(wait_list& list, usocket& socket, readiness interest, std::error_code& ec);
/// Takes a socket out; one that is not in the list is left alone (usocket: `remove-waiter`).
void remove_waiter(wait_list& list, usocket& socket) noexcept;
/// usocket: `remove-all-waiters`.
void remove_all_waiters(wait_list& list) noexcept;

/// Options of wait_for_input().
struct wait_options {
    /// Unset waits for ever, zero polls; part of a tick is rounded up, so that a wait never ends early.
    time_limit timeout{};
    /// Return only the sockets that are ready, rather than all.
    bool ready_only = false;
};

/// What a wait on a list found. The sockets are those that are ready, or all members without `ready_only`, in no
/// particular order; ask each for its state().
///
/// The span is valid until the list waits again, is moved to or goes. Meanwhile members may come, go, move and die: the
/// span stays as it is, except that a member that moves moves in it, too. The entry of a member that was destroyed must
/// not be used any more.
struct wait_result {
    std::span<usocket* const> sockets{};
    /// What is left of the timeout; unset when there was none, or nothing is left.
    std::optional<std::chrono::nanoseconds> remaining{};
};

/// As wait_result, owning its list.
struct wait_sockets_result {
    sequence<usocket*> sockets{};
    std::optional<std::chrono::nanoseconds> remaining{};
};

/// Waits until a member is ready, the timeout has passed, or wake() is called (usocket: `wait-for-input`).
///
/// A member is ready for reading when input, a connection or the end of its stream waits, or its stream has buffered
/// input (but for the beginning of a line that read_line() has found unfinished, and for what was put back after all
/// was read); an error or hang-up makes it ready for all it is interested in (for both, if in nothing), and the next
/// operation tells why. Readiness is level-triggered: what is not consumed is ready again. A timeout is no error: the
/// ready list is empty and `remaining` unset. An empty list waits for the timeout or wake(). An interrupted system call
/// is repeated for the time left. Raises invalid_argument_error (another thread waits on the list; nothing happens to
/// that wait), and deadline_timeout_error, interrupted_condition (cancel_scope; the wait is then not even tried),
/// no_buffers_error, out_of_memory_error. After these no member is ready, and all states are `none`.
wait_result wait_for_input(wait_list& list, wait_options const& options = {});
wait_result wait_for_input(wait_list& list, wait_options const& options, std::error_code& ec);
inline wait_result wait_for_input(wait_list& list, std::error_code& ec) {
    return wait_for_input(list, wait_options{}, ec);
}

/// Waits on one socket for input, without a list: one system call. It may be in a list too.
/// Raises invalid_socket_error (closed, before or during the wait), deadline_timeout_error, interrupted_condition,
/// no_buffers_error, out_of_memory_error.
wait_sockets_result wait_for_input(usocket& socket, wait_options const& options = {});
wait_sockets_result wait_for_input(usocket& socket, wait_options const& options, std::error_code& ec);

/// Waits on a few sockets for input, without making a list of them: one system call. The result is in the order given.
/// Raises what the wait on one socket does, and invalid_argument_error: a null pointer among the sockets, or no socket
/// and nothing else that could end the wait. Bad arguments are found before any waiting.
wait_sockets_result wait_for_input(std::span<usocket* const> sockets, wait_options const& options = {});
wait_sockets_result wait_for_input(std::span<usocket* const> sockets, wait_options const& options, std::error_code& ec);
wait_sockets_result wait_for_input(std::initializer_list<usocket*> sockets, wait_options const& options = {});
wait_sockets_result wait_for_input(std::initializer_list<usocket*> sockets, wait_options const& options,
                                   std::error_code& ec);

} // namespace usocket
