// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

#include "conditions/raise.hpp"
#include "platform/platform.hpp"

namespace usocket {
namespace {

struct named_backend {
    backend which;
    std::string_view name;
    std::string_view in_messages;
};

constexpr named_backend names[] = {
    {backend::native, "native", "the native backend"},
    {backend::select, "select", "the select backend"},
    {backend::poll, "poll", "the poll backend"},
    {backend::epoll, "epoll", "the epoll backend (of Linux)"},
    {backend::kqueue, "kqueue", "the kqueue backend (of macOS and the BSDs)"},
    {backend::wsapoll, "wsapoll", "the wsapoll backend (of Windows)"},
    {backend::io_uring, "io_uring",
     "the io_uring backend (of Linux from 5.17 on, where the build has liburing and the kernel allows it)"},
};

constexpr char const* variable = "USOCKET_BACKEND";

/// Nothing has been set, and the environment counts.
constexpr auto not_set = static_cast<backend>(0xff);

constinit std::atomic<backend> chosen{not_set};

detail::environment_choice const& environment() noexcept {
    static auto const choice = detail::read_choice(platform::environment_variable(variable));
    return choice;
}

} // namespace

namespace detail {

backend_entry const* find_backend(backend which) noexcept {
    auto const table = backend_table();
    auto const fits = [which](backend_entry const& entry) {
        return (which == backend::native || entry.which == which) && entry.available();
    };
    auto const found = std::find_if(table.begin(), table.end(), fits);
    return found != table.end() ? &*found : nullptr;
}

std::string_view backend_name(backend which) noexcept {
    auto const* const found = std::ranges::find(names, which, &named_backend::which);
    return found != std::end(names) ? found->in_messages : "an unknown backend";
}

std::optional<backend> backend_named(std::string_view name) noexcept {
    auto const* const found = std::ranges::find(names, name, &named_backend::name);
    return found != std::end(names) ? std::optional(found->which) : std::nullopt;
}

environment_choice read_choice(char const* value) noexcept {
    environment_choice choice;
    std::string_view const text = value != nullptr ? value : "";
    if (auto const which = text.empty() ? std::optional(backend::native) : backend_named(text))
        choice.which = *which;
    else
        text.copy(choice.unknown.data(), choice.unknown.size() - 1);
    return choice;
}

backend_selection select_entry(backend which) {
    bool const by_environment = which == backend::native && chosen.load(std::memory_order_relaxed) == not_set;
    if (by_environment && environment().unknown[0] != '\0')
        return {nullptr, std::string(variable) + '=' + environment().unknown.data() + " names no backend"};
    backend const wanted = which == backend::native ? default_backend() : which;
    if (auto const* const entry = find_backend(wanted))
        return {entry};
    std::string missing(backend_name(wanted));
    if (by_environment && wanted != backend::native)
        missing.append(", which ").append(variable).append(" asks for");
    return {nullptr, std::move(missing)};
}

} // namespace detail

backend default_backend() noexcept {
    backend const set = chosen.load(std::memory_order_relaxed);
    return set != not_set ? set : environment().which;
}

bool supports(backend which) noexcept { return detail::find_backend(which) != nullptr; }

void set_default_backend(backend which, std::error_code& ec) {
    if (!supports(which)) {
        ec = detail::make_code(errc::unsupported);
        return;
    }
    ec.clear();
    chosen.store(which, std::memory_order_relaxed);
}

void set_default_backend(backend which) {
    std::error_code code;
    set_default_backend(which, code);
    if (code)
        detail::report_unsupported(detail::backend_name(which), "set_default_backend");
}

} // namespace usocket
