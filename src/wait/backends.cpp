// SPDX-License-Identifier: MIT
#include "wait/backends.hpp"

#include <algorithm>
#include <atomic>

#include "conditions/raise.hpp"

namespace usocket {
namespace {

std::atomic<backend> chosen{backend::native};

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
    switch (which) {
    case backend::native:
        return "the native backend";
    case backend::select:
        return "the select backend";
    case backend::poll:
        return "the poll backend";
    case backend::epoll:
        return "the epoll backend";
    case backend::kqueue:
        return "the kqueue backend";
    case backend::wsapoll:
        return "the wsapoll backend";
    case backend::io_uring:
        return "the io_uring backend";
    }
    return "an unknown backend";
}

} // namespace detail

backend default_backend() noexcept { return chosen.load(std::memory_order_relaxed); }

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
