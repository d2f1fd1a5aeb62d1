// SPDX-License-Identifier: MIT
#include "torture/judge.hpp"

#include <algorithm>
#include <cerrno>
#include <new>

#include "torture/verdict.hpp"

namespace torture {
namespace {

/// Of the operation under way.
struct {
    char operation[128] = {};
    char peer[128] = {};
} under_way; // NOLINT

template <std::size_t Size>
void keep(std::string_view text, char (&out)[Size]) noexcept {
    out[text.copy(out, Size - 1)] = '\0';
}

outcome of_condition(u::condition const& condition) {
    outcome seen{.what = outcome::kind::condition, .text = condition.what(), .code = condition.code()};
    seen.operation = condition.operation();
    if (auto const* const error = dynamic_cast<u::socket_error const*>(&condition)) {
        for (auto const& attempt : error->attempts())
            seen.reasons.push_back(attempt.reason);
    }
    return seen;
}

std::error_code code_of(fault const& what) {
    return {what.code, what.kind == code_kind::resolver ? u::resolver_category() : std::system_category()};
}

/// Whether a condition of this class is what the fault is told as.
bool tells(u::errc seen, target const& aim) {
    if (seen == u::classify(code_of(aim.what)))
        return true;
    std::string_view const call = aim.call;
    // A path that did not refuse has a listener; one that is said to be gone, and is not, is in use.
    if (seen == u::errc::address_in_use &&
        (call == "connect" || (aim.what.code == ENOENT && (call == "lstat" || call == "unlink"))))
        return true;
    // What cannot be asked what it is, is no socket of ours.
    if (seen == u::errc::invalid_socket && call == "getsockopt")
        return true;
    if (seen == u::errc::invalid_argument && aim.what.kind == code_kind::resolver)
        return true; // no such service
    switch (aim.what.code) {
    case ENOPROTOOPT:
        return seen == u::errc::unsupported;
    case ENOSYS:
    case EPERM:
        return seen == u::errc::unsupported &&
               (call.starts_with("io_uring") || call == "epoll_create1" || call == "setsockopt");
    case ENOTCONN:
        return seen == u::errc::invalid_socket_stream;
    case EAGAIN:
        return call == "thread" && seen == u::errc::no_buffers;
    case EPIPE:
        return seen == u::errc::shutdown;
    default:
        return false;
    }
}

bool tells_one(std::error_code const& code, std::vector<target> const& targets) {
    return std::ranges::any_of(targets, [&](target const& aim) { return tells(u::classify(code), aim); });
}

/// Whether one of these, separated by bars, is the operation.
bool names(std::string_view several, std::string_view operation) {
    if (several.empty())
        return true;
    for (std::size_t end = 0; end != std::string_view::npos; several.remove_prefix(std::min(end, several.size()) + 1)) {
        end = several.find('|');
        if (several.substr(0, end) == operation)
            return true;
        if (end == std::string_view::npos)
            break;
    }
    return false;
}

void judge_condition(plan const& which, outcome const& seen) {
    bool const is_told =
        tells_one(seen.code, which.targets) || std::ranges::any_of(seen.reasons, [&](std::error_code const& reason) {
            return tells_one(reason, which.targets);
        });
    if (!is_told)
        violation("the condition is not that of the fault");
    if (seen.is_code_alone)
        return;
    std::string_view const operation = under_way.operation;
    if (seen.operation.empty() || !names(operation, seen.operation))
        violation("the condition is not of the operation " + std::string(operation) + " but of " + seen.operation);
    if (!seen.text.starts_with(seen.operation))
        violation("the message does not name the operation");
    bool const is_of_memory = u::classify(seen.code) == u::errc::out_of_memory; // which needs some to say more
    if (under_way.peer[0] != '\0' && !is_of_memory && seen.text.find(under_way.peer) == std::string::npos)
        violation("the message does not name the peer " + std::string(under_way.peer));
}

} // namespace

void doing(std::string_view operation, std::string_view peer) {
    keep(operation, under_way.operation);
    keep(peer, under_way.peer);
}

outcome outcome_of(scenario const& which) {
    using kind = outcome::kind;
    try {
        which.run();
        return {};
    } catch (u::condition const& condition) {
        unharmed const own;
        return of_condition(condition);
    } catch (told_by_code const& told) {
        unharmed const own;
        return {.what = kind::condition, .text = told.code.message(), .code = told.code, .is_code_alone = true};
    } catch (std::bad_alloc const&) {
        unharmed const own;
        return {.what = kind::no_memory, .text = "std::bad_alloc"};
    } catch (unexpected_input const&) {
        unharmed const own;
        return {.what = kind::unexpected_input, .text = "input was not what had been sent, or service not given"};
    } catch (mismatch const& failure) {
        unharmed const own;
        return {.what = kind::mismatch, .text = failure.what()};
    } catch (std::exception const& failure) {
        unharmed const own;
        return {.what = kind::other, .text = failure.what()};
    }
}

void judge(plan const& which, outcome const& seen) {
    using kind = outcome::kind;
    auto const any = [&](auto property) { return std::ranges::any_of(which.targets, property); };
    bool const may_fail = any([](target const& aim) { return aim.what.expectation != expectation::success; });
    bool const may_differ = any([](target const& aim) { return aim.what.expectation == expectation::anything; });
    bool const lacks_memory = any([](target const& aim) { return aim.what.effect == effect::out_of_memory; });
    // What fails again and again leaves a server without clients.
    bool const is_denied = std::string_view(which.what->name).starts_with("server") && may_fail &&
                           any([](target const& aim) { return aim.onwards; });
    switch (seen.what) {
    case kind::success:
        return;
    case kind::mismatch:
    case kind::other:
        violation(seen.text);
        return;
    case kind::unexpected_input:
        if (!may_differ && !is_denied)
            violation(seen.text);
        return;
    case kind::no_memory:
        if (!lacks_memory)
            violation("std::bad_alloc where there was memory");
        return;
    case kind::condition:
        if (!may_fail)
            violation("a fault that must pass unseen is raised");
        else if (!may_differ)
            judge_condition(which, seen);
        return;
    }
}

} // namespace torture
