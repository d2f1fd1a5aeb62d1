// SPDX-License-Identifier: MIT
#include "resolve/lookup.hpp"

#include <atomic>
#include <thread>
#include <utility>

#include <usocket/error.hpp>

#include "conditions/raise.hpp"
#include "resolve/lookup_pool.hpp"
#include "resolve/testing.hpp"

namespace usocket::detail {

namespace {

constinit resolver_calls const system_calls{};
constinit std::atomic<resolver_calls const*> calls_in_use{&system_calls};

platform::resolver_status call(resolver_calls const& calls, question const& asked, answer& out) {
    switch (asked.asked_for) {
    case question::subject::addresses_of_name:
        return calls.resolve_name(asked.text, asked.family, out.addresses);
    case question::subject::name_of_address:
        return calls.resolve_address(asked.address, out.text);
    case question::subject::port_of_service:
        return calls.resolve_service(asked.text, asked.type, out.port);
    case question::subject::service_of_port:
        break;
    }
    return calls.name_service(asked.port, asked.type, out.text);
}

std::error_code code_of(platform::resolver_status const& status) noexcept {
    if (status.error == 0)
        return {};
    if (status.system_error != 0)
        return system_code(status.system_error);
    return {status.error, resolver_category()};
}

} // namespace

void start_detached_thread(void (*body)(void*) noexcept, void* argument) { std::thread(body, argument).detach(); }

resolver_calls const& calls_of_resolver() noexcept { return *calls_in_use.load(std::memory_order_acquire); }

void set_resolver_for_testing(resolver_calls const* calls) noexcept {
    calls_in_use.store(calls != nullptr ? calls : &system_calls, std::memory_order_release);
}

answer ask_system(question const& asked) {
    auto const& calls = calls_of_resolver();
    for (;;) {
        answer result;
        auto const status = call(calls, asked, result);
        if (status.error != 0 && status.system_error != 0 && platform::is_interrupted(status.system_error))
            continue;
        result.error = code_of(status);
        return result;
    }
}

answer look_up(question asked, limit const* in_force) {
    if (in_force == nullptr)
        return ask_system(asked);
    return lookup_pool::of_this_process().ask(std::move(asked), *in_force);
}

} // namespace usocket::detail
