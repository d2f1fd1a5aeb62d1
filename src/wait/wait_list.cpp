// SPDX-License-Identifier: MIT
#include <usocket/wait.hpp>

#include <new>
#include <utility>

#include "conditions/raise.hpp"
#include "io/transfer.hpp"
#include "socket/socket_access.hpp"
#include "wait/wait_set.hpp"

namespace usocket {

using detail::socket_access;
using detail::socket_core;
using detail::wait_set;

namespace detail {

struct wait_access {
    [[nodiscard]] static wait_set* set(wait_list const& list) noexcept { return list.set_; }
    /// As a moved-from list is.
    [[nodiscard]] static wait_list none() noexcept { return wait_list(static_cast<wait_set*>(nullptr)); }
};

namespace {

constexpr std::string_view moved_from = "the list was moved from";

/// What the code alone cannot say: the backend takes no such handle.
std::string_view reason_of(std::error_code const& code, backend_entry const* entry) noexcept {
    return entry != nullptr && code == std::errc::no_buffer_space ? entry->takes_only : std::string_view();
}

wait_set* make_set(backend which) {
    auto selection = select_entry(which);
    if (selection.entry == nullptr) {
        report_unsupported(selection.missing, "wait_list");
        selection.entry = find_backend(backend::native); // what was asked for may be ignored
        if (selection.entry == nullptr)
            raise_condition({.code = make_code(errc::unsupported),
                             .operation = "wait_list",
                             .feature = backend_name(backend::native)});
    }
    std::error_code code;
    wait_set* const set = wait_set::acquire(*selection.entry, code);
    if (set == nullptr)
        raise_condition({.code = code, .operation = "wait_list", .detail = reason_of(code, selection.entry)});
    return set;
}

std::string_view reason_of(std::error_code const& code, wait_list const& list) noexcept {
    return reason_of(code, find_backend(list.backend()));
}

std::error_code add(wait_list& list, usocket& socket, readiness interest) noexcept {
    wait_set* const set = wait_access::set(list);
    if (set == nullptr)
        return make_code(errc::invalid_argument);
    socket_core* const core = socket_access::core(socket);
    return core != nullptr ? set->add(*core, interest) : make_code(errc::invalid_socket);
}

inline result_code wait(wait_list& list, wait_options const& options, wait_clock& clock, wait_result& result) noexcept {
    wait_set* const set = wait_access::set(list);
    if (set == nullptr)
        return make_code(errc::invalid_argument);
    result_code code = clock.prepare();
    if (!code)
        code = set->wait(clock, options.ready_only, result);
    if (!code)
        result.remaining = clock.remaining();
    return code;
}

} // namespace
} // namespace detail

wait_list::wait_list(wait_list_options const& options) : set_(detail::make_set(options.backend)) {}

wait_list::wait_list(wait_list&& other) noexcept : set_(std::exchange(other.set_, nullptr)) {}

wait_list& wait_list::operator=(wait_list&& other) noexcept {
    if (this != &other)
        wait_set::release(std::exchange(set_, std::exchange(other.set_, nullptr)));
    return *this;
}

wait_list::~wait_list() { wait_set::release(set_); }

std::size_t wait_list::size() const noexcept { return set_ != nullptr ? set_->size() : 0; }

bool wait_list::contains(usocket const& socket) const noexcept {
    socket_core const* const core = socket_access::core(socket);
    return set_ != nullptr && core != nullptr && set_->contains(*core);
}

enum backend wait_list::backend() const noexcept {
    if (set_ != nullptr)
        return set_->kind();
    auto const* const entry = detail::find_backend(default_backend());
    return entry != nullptr ? entry->which : backend::native;
}

void wait_list::wake() noexcept {
    if (set_ != nullptr)
        set_->wake();
}

wait_list make_wait_list(std::span<usocket* const> sockets, wait_list_options const& options) {
    wait_list list(options);
    for (usocket* const socket : sockets) {
        if (socket == nullptr)
            detail::raise_invalid_argument("make_wait_list", "a null pointer among the sockets");
        add_waiter(list, *socket);
    }
    return list;
}

wait_list make_wait_list(std::initializer_list<usocket*> sockets, wait_list_options const& options) {
    return make_wait_list(std::span(sockets.begin(), sockets.size()), options);
}

wait_list make_wait_list(std::span<usocket* const> sockets, wait_list_options const& options, std::error_code& ec) {
    auto made = detail::report_to(ec, [&] { return std::optional(make_wait_list(sockets, options)); });
    return made ? std::move(*made) : detail::wait_access::none();
}

wait_list make_wait_list(std::initializer_list<usocket*> sockets, wait_list_options const& options,
                         std::error_code& ec) {
    return make_wait_list(std::span(sockets.begin(), sockets.size()), options, ec);
}

void add_waiter(wait_list& list, usocket& socket, readiness interest) {
    std::error_code const code = detail::add(list, socket, interest);
    if (!code)
        return;
    if (code == errc::invalid_argument && detail::wait_access::set(list) == nullptr)
        detail::raise_invalid_argument("add_waiter", detail::moved_from);
    if (code == errc::invalid_argument)
        detail::raise_invalid_argument("add_waiter", "the socket is in another wait list");
    if (auto const reason = detail::reason_of(code, list); !reason.empty())
        raise_condition({.code = code, .operation = "add_waiter", .detail = reason, .handle = socket.native_handle()});
    if (socket_core const* const core = socket_access::core(socket))
        detail::raise_io_failure(*core, "add_waiter", {0, code, {}});
    raise_condition({.code = code, .operation = "add_waiter"});
}

void add_waiter(wait_list& list, usocket& socket, readiness interest, std::error_code& ec) {
    ec = detail::add(list, socket, interest);
}

void remove_waiter(wait_list& list, usocket& socket) noexcept {
    wait_set* const set = detail::wait_access::set(list);
    socket_core* const core = socket_access::core(socket);
    if (set != nullptr && core != nullptr)
        set->leave(*core);
}

void remove_all_waiters(wait_list& list) noexcept {
    if (wait_set* const set = detail::wait_access::set(list))
        set->clear();
}

namespace {

[[noreturn, gnu::cold]] void raise_failure(std::error_code const& code, wait_list const& list,
                                           detail::wait_clock const& clock) {
    std::string_view reason;
    if (detail::wait_access::set(list) == nullptr)
        reason = detail::moved_from;
    else if (code == detail::make_code(errc::invalid_argument))
        reason = "another thread waits on the list";
    else
        reason = detail::reason_of(code, list);
    raise_condition({.code = code, .operation = "wait_for_input", .detail = reason, .elapsed = clock.elapsed()});
}

} // namespace

wait_result wait_for_input(wait_list& list, wait_options const& options) {
    detail::wait_clock clock(options.timeout);
    wait_result result;
    if (auto const code = detail::wait(list, options, clock, result); code)
        raise_failure(code, list, clock);
    return result;
}

wait_result wait_for_input(wait_list& list, wait_options const& options, std::error_code& ec) {
    detail::wait_clock clock(options.timeout);
    wait_result result;
    ec = detail::wait(list, options, clock, result);
    return result;
}

} // namespace usocket
