// SPDX-License-Identifier: MIT
#include <usocket/warnings.hpp>

#include <memory>
#include <mutex>
#include <utility>

#include "conditions/raise.hpp"

namespace usocket {

namespace {

/// The handler is shared so that it is called without the lock and outlives being replaced meanwhile. Null is no
/// handler.
struct handler_slot {
    std::mutex mutex;
    std::shared_ptr<warning_handler const> handler;
};

/// Never destroyed: static objects of the program may still warn.
handler_slot& slot() {
    static auto& instance = *new handler_slot;
    return instance;
}

thread_local unsigned ignore_depth = 0;

} // namespace

warning_handler set_warning_handler(warning_handler handler) {
    std::shared_ptr<warning_handler const> replacement;
    if (handler)
        replacement = std::make_shared<warning_handler const>(std::move(handler));
    std::lock_guard const lock(slot().mutex);
    auto previous = slot().handler ? *slot().handler : warning_handler();
    slot().handler.swap(replacement);
    return previous;
}

void signal_unsupported(std::string_view feature, std::string_view context, std::string_view minimum) {
    detail::report_unsupported(feature, context, minimum);
}

void signal_unimplemented(std::string_view feature, std::string_view context) {
    raise_condition({.code = detail::make_code(errc::unimplemented), .operation = context, .feature = feature});
}

namespace detail {

ignore_unsupported_extent::ignore_unsupported_extent() noexcept { ++ignore_depth; }

ignore_unsupported_extent::~ignore_unsupported_extent() { --ignore_depth; }

void report_unsupported(std::string_view feature, std::string_view context, std::string_view minimum) {
    if (ignore_depth != 0) {
        warn_left_undone(feature, context, minimum);
        return;
    }
    raise_condition(
        {.code = make_code(errc::unsupported), .operation = context, .feature = feature, .minimum = minimum});
}

void warn_left_undone(std::string_view feature, std::string_view context, std::string_view minimum) {
    std::shared_ptr<warning_handler const> handler;
    {
        std::lock_guard const lock(slot().mutex);
        handler = slot().handler;
    }
    if (!handler)
        return;
    (*handler)(socket_warning({.code = make_code(errc::unsupported),
                               .operation = context,
                               .detail = "left undone",
                               .feature = feature,
                               .minimum = minimum}));
}

} // namespace detail

} // namespace usocket
