// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <netdb.h>

#include <usocket/ip_address.hpp>

#include "platform/platform.hpp"
#include "resolve/lookup_pool.hpp"
#include "resolve/testing.hpp"

namespace usocket::testing {

/// Waits until `holds()`; a condition that never comes true ends in the test's time limit.
template <class Condition>
void eventually(Condition&& holds) {
    while (!holds())
        std::this_thread::yield();
}

/// Stands in for the system's resolver while it lives; there is one at a time. A name that was not told of does not
/// exist. On destruction it lets the hung calls go and waits for the last of them to end.
class fake_resolver {
public:
    fake_resolver() {
        state().clear();
        detail::set_resolver_for_testing(&table());
    }
    fake_resolver(fake_resolver const&) = delete;
    fake_resolver& operator=(fake_resolver const&) = delete;
    ~fake_resolver() {
        release();
        eventually([] {
            auto const counts = detail::lookup_pool::of_this_process().counts();
            return counts.running + counts.queued == 0;
        });
        detail::set_resolver_for_testing(nullptr);
    }

    void add(std::string const& name, std::vector<ip_address> addresses) {
        change([&](auto& known) { known.names[name].addresses = std::move(addresses); });
    }
    void fail(std::string const& name, platform::resolver_status status) {
        change([&](auto& known) { known.names[name].status = status; });
    }
    /// Fails the first call only.
    void fail_once(std::string const& name, platform::resolver_status status) {
        change([&](auto& known) {
            known.names[name].status = status;
            known.names[name].fails_once = true;
        });
    }
    void run_out_of_memory(std::string const& name) {
        change([&](auto& known) { known.names[name].out_of_memory = true; });
    }
    /// Calls for the name block until release().
    void hang(std::string const& name) {
        change([&](auto& known) { known.names[name].hangs = true; });
    }
    void release() {
        change([](auto& known) { known.released = true; });
    }
    /// Starting a thread fails from now on.
    void refuse_threads() {
        change([](auto& known) { known.no_threads = true; });
    }

    [[nodiscard]] std::size_t calls() const {
        std::lock_guard const lock(state().mutex);
        return state().calls;
    }
    void wait_for_calls(std::size_t count) const {
        std::unique_lock lock(state().mutex);
        state().changed.wait(lock, [&] { return state().calls >= count; });
    }

private:
    struct behaviour {
        std::vector<ip_address> addresses{};
        platform::resolver_status status{};
        bool fails_once = false;
        bool out_of_memory = false;
        bool hangs = false;
    };
    struct state_type {
        std::mutex mutex;
        std::condition_variable changed;
        std::map<std::string, behaviour> names{};
        std::size_t calls = 0;
        bool released = false;
        bool no_threads = false;

        void clear() {
            std::lock_guard const lock(mutex);
            names.clear();
            calls = 0;
            released = no_threads = false;
        }
    };

    // Never destroyed: a worker may still wait on it while the process ends.
    static state_type& state() {
        static state_type& only = *new state_type;
        return only;
    }
    static detail::resolver_calls const& table() {
        static constexpr detail::resolver_calls calls{.resolve_name = resolve_name,
                                                      .resolve_address = resolve_address,
                                                      .resolve_service = resolve_service,
                                                      .name_service = name_service,
                                                      .start_thread = start_thread};
        return calls;
    }

    template <class Change>
    static void change(Change&& what) {
        std::lock_guard const lock(state().mutex);
        what(state());
        state().changed.notify_all();
    }

    static platform::resolver_status call(std::string const& name, std::vector<ip_address>& out) {
        auto& known = state();
        std::unique_lock lock(known.mutex);
        ++known.calls;
        known.changed.notify_all();
        auto const found = known.names.find(name);
        if (found == known.names.end())
            return {EAI_NONAME, 0};
        if (found->second.hangs)
            known.changed.wait(lock, [&] { return known.released; });
        if (found->second.out_of_memory)
            throw std::bad_alloc();
        auto const status = found->second.status;
        if (found->second.fails_once)
            found->second.status = {};
        out = found->second.addresses;
        return status;
    }

    static platform::resolver_status resolve_name(std::string const& name, std::optional<platform::family> only,
                                                  std::vector<ip_address>& out) {
        auto const status = call(name, out);
        if (only)
            std::erase_if(out, [&](auto const& each) { return each.is_v6() != (only == platform::family::v6); });
        return status;
    }
    static platform::resolver_status resolve_address(ip_address const& address, std::string& out) {
        std::vector<ip_address> ignored;
        out = "name-of-" + address.to_string();
        return call(address.to_string(), ignored);
    }
    static platform::resolver_status resolve_service(std::string const& service, platform::socket_type type,
                                                     std::uint16_t& port) {
        std::vector<ip_address> ignored;
        port = type == platform::socket_type::datagram ? 17 : 6;
        return call(service, ignored);
    }
    static platform::resolver_status name_service(std::uint16_t port, platform::socket_type type, std::string& out) {
        std::vector<ip_address> ignored;
        out = type == platform::socket_type::datagram ? "of-datagrams" : "of-streams";
        return call(std::to_string(port), ignored);
    }
    static void start_thread(void (*body)(void*) noexcept, void* argument) {
        {
            std::lock_guard const lock(state().mutex);
            if (state().no_threads)
                throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
        }
        detail::start_detached_thread(body, argument);
    }
};

/// What `body` raised; the test fails where that is nothing, or of another class.
template <class Condition, class Body>
std::optional<Condition> raised_by(Body&& body) {
    try {
        body();
    } catch (Condition const& condition) {
        return condition;
    }
    return std::nullopt;
}

} // namespace usocket::testing
