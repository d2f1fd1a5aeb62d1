// SPDX-License-Identifier: MIT
#include "socket/stream_connector.hpp"

#include <algorithm>
#include <chrono>

#include "conditions/raise.hpp"
#include "socket/connection_race.hpp"

namespace usocket::detail {

int bind_local(platform::handle handle, std::vector<ip_address> const& addresses, std::uint16_t port,
               endpoint const& remote, endpoint& bound) {
    bool const v4 = remote.address().is_v4();
    ip_address address = v4 ? ip_address::any_v4() : ip_address::any_v6();
    if (!addresses.empty()) {
        auto const fitting = std::find_if(addresses.begin(), addresses.end(),
                                          [v4](ip_address const& candidate) { return candidate.is_v4() == v4; });
        address = fitting != addresses.end() ? *fitting : addresses.front(); // the system refuses a misfit by name
    }
    bound = endpoint(address, port);
    return platform::bind(handle, bound);
}

namespace {

time_point now() noexcept { return std::chrono::steady_clock::now(); }

/// A socket whose local end came to be its own peer: nobody listens, but the ephemeral port chosen was the one asked
/// for. Only unprivileged ports are ever chosen so.
bool is_connected_to_itself(platform::handle handle, endpoint const& remote, endpoint& local) {
    constexpr std::uint16_t first_unprivileged = 1024;
    if (!remote.is_ip() || remote.port() < first_unprivileged)
        return false;
    return platform::local_endpoint(handle, local) == 0 && local == remote;
}

/// The attempts of one connect.
class connector {
public:
    connector(connect_plan const& plan, limit const& in_force, open_failure& failure)
        : plan_(plan), limit_(in_force), failure_(failure) {}

    connected_handle run() {
        if (plan_.unlimited && plan_.remotes.size() == 1)
            return connect_blocking(plan_.remotes.front());
        if (plan_.remotes.front().is_local())
            return connect_local(plan_.remotes.front());
        return race();
    }

private:
    struct attempt {
        std::size_t candidate = 0;
        unique_handle handle{};
    };

    /// Records why one address failed.
    connected_handle fail(endpoint const& remote, std::error_code reason) {
        failure_.attempts.push_back({remote, reason});
        failure_.code = reason;
        failure_.remote = remote;
        return {};
    }

    /// Opens, configures and binds.
    unique_handle open(endpoint const& remote, bool non_blocking, std::error_code& code) {
        unique_handle handle;
        code = system_code(open_for(remote, platform::socket_type::stream, non_blocking, handle));
        if (!code)
            code = configure<stream_usocket>(*plan_.configure, handle, socket_kind::stream, family_of(remote));
        if (!code && plan_.binds() && remote.is_ip()) {
            int error = platform::set_reuse_address(handle.get(), true);
            if (error == 0)
                error = bind_local(handle.get(), plan_.local_addresses, plan_.local_port, remote, failure_.local);
            code = system_code(error);
            if (code)
                failure_.detail = "our own end cannot be bound";
        }
        return handle;
    }

    connected_handle succeed(unique_handle handle, endpoint const& remote, bool make_blocking) {
        connected_handle result{.remote = remote};
        if (make_blocking) {
            if (int const error = platform::set_non_blocking(handle.get(), false); error != 0)
                return fail(remote, system_code(error));
        }
        if (plan_.local_port == 0 && is_connected_to_itself(handle.get(), remote, result.local))
            return fail(remote, std::make_error_code(std::errc::connection_refused));
        result.handle = std::move(handle);
        failure_ = {};
        return result;
    }

    connected_handle connect_blocking(endpoint const& remote) {
        std::error_code code;
        unique_handle handle = open(remote, false, code);
        if (code)
            return fail(remote, code);
        int error = 0;
        do { // an interrupted connect of a local socket has not begun
            error = platform::connect(handle.get(), remote);
        } while (remote.is_local() && platform::is_interrupted(error));
        if (platform::is_interrupted(error)) { // any other goes on by itself; a second one would be an error
            if (code = limit_.wait_writable(handle.get()); code)
                return fail(remote, code);
            error = platform::take_error(handle.get());
        }
        if (error != 0)
            return fail(remote, system_code(error));
        return succeed(std::move(handle), remote, false);
    }

    /// A local listener whose backlog is full cannot be waited for: the system only says "not now".
    connected_handle connect_local(endpoint const& remote) {
        std::chrono::milliseconds pause{1};
        constexpr std::chrono::milliseconds longest_pause{20};
        std::error_code code;
        unique_handle handle = open(remote, true, code);
        while (!code) {
            int const error = platform::connect(handle.get(), remote);
            if (error == 0)
                return succeed(std::move(handle), remote, true);
            if (platform::is_interrupted(error))
                continue;
            if (!platform::is_would_block(error)) {
                code = system_code(error);
            } else {
                code = limit_.wait_until({}, now() + pause);
                pause = std::min(pause * 2, longest_pause);
            }
        }
        return fail(remote, code);
    }

    connected_handle race() {
        connection_race schedule(plan_.remotes.size(), plan_.attempt_delay);
        std::vector<attempt> running;
        std::vector<platform::poll_entry> entries;
        for (;;) {
            if (auto const code = limit_.refused(); code)
                return stop(running, code);
            auto const step = schedule.next(now());
            switch (step.what) {
            case connection_race::step::kind::lost:
                return {};
            case connection_race::step::kind::start:
                if (auto done = start(step.candidate, running, schedule); done.handle)
                    return done;
                break;
            case connection_race::step::kind::wait:
                if (auto done = wait(running, entries, step.until, schedule); done.handle || stopped_)
                    return done;
                break;
            }
        }
    }

    connected_handle start(std::size_t candidate, std::vector<attempt>& running, connection_race& schedule) {
        endpoint const& remote = plan_.remotes[candidate];
        std::error_code code;
        unique_handle handle = open(remote, true, code);
        if (!code) {
            int const error = platform::connect(handle.get(), remote);
            if (error == 0)
                return finish(std::move(handle), remote, schedule);
            if (platform::is_in_progress(error) || platform::is_interrupted(error)) {
                running.push_back({candidate, std::move(handle)});
                return {};
            }
            code = system_code(error);
        }
        schedule.failed();
        return fail(remote, code);
    }

    connected_handle finish(unique_handle handle, endpoint const& remote, connection_race& schedule) {
        connected_handle done = succeed(std::move(handle), remote, true);
        if (!done.handle)
            schedule.failed();
        return done;
    }

    connected_handle wait(std::vector<attempt>& running, std::vector<platform::poll_entry>& entries,
                          std::optional<time_point> until, connection_race& schedule) {
        entries.clear();
        for (auto const& one : running)
            entries.push_back({.socket = one.handle.get(), .want_write = true});
        if (auto const code = limit_.wait_until(entries, until); code)
            return stop(running, code);
        for (std::size_t i = entries.size(); i-- > 0;) {
            if (!entries[i].writable && !entries[i].failed)
                continue;
            unique_handle handle = std::move(running[i].handle);
            endpoint const& remote = plan_.remotes[running[i].candidate];
            running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
            if (int const error = platform::take_error(handle.get()); error != 0) {
                schedule.failed();
                fail(remote, system_code(error));
            } else if (auto done = finish(std::move(handle), remote, schedule); done.handle) {
                return done;
            }
        }
        return {};
    }

    /// The limit says no: what still ran failed for that reason.
    connected_handle stop(std::vector<attempt> const& running, std::error_code code) {
        stopped_ = true;
        for (auto const& one : running)
            fail(plan_.remotes[one.candidate], code);
        if (failure_.remote.type() == endpoint::kind::none)
            failure_.remote = plan_.remotes.front();
        failure_.code = code;
        return {};
    }

    connect_plan const& plan_;
    limit const& limit_;
    open_failure& failure_;
    bool stopped_ = false;
};

} // namespace

connected_handle connect_stream(connect_plan const& plan, limit const& in_force, open_failure& failure) {
    connected_handle done = connector(plan, in_force, failure).run();
    if (!done.handle)
        failure.elapsed = in_force.elapsed();
    return done;
}

} // namespace usocket::detail
