// SPDX-License-Identifier: MIT
#include "wait/kqueue_backend.hpp"

#include "conditions/raise.hpp"
#include "platform/kqueue_set.hpp"

namespace usocket::detail {
namespace {

using platform::kqueue_set;

constexpr std::uint32_t wake_cookie = no_place;

/// The kernel's set is told of each change at once, during a wait, too. A member's cookie is its place.
///
/// A filter of the kernel's is ready when its direction has ended or failed as well. So a member that waits for one or
/// both has all it needs. One that waits for nothing but failures has both filters as edges: mere traffic then wakes a
/// wait without being found again, and what the filters say of ends and errors is put together here. When that amounts
/// to a failure they are watched anew, and say it again to the next wait. A member's position is what is known of it.
class kqueue_backend final : public wait_backend {
public:
    using wait_backend::wait_backend;

    [[nodiscard]] std::error_code open(platform::handle wake) noexcept override {
        if (int const error = set_.open(); error != 0)
            return system_code(error);
        return system_code(set_.change(wake, {}, {.input = kqueue_set::watch::level}, wake_cookie));
    }

    [[nodiscard]] bool changes_during_wait() const noexcept override { return true; }

    [[nodiscard]] std::error_code add(member_place place) noexcept override {
        members[place].position = 0;
        return change(place);
    }

    [[nodiscard]] std::error_code change(member_place place) noexcept override {
        wait_member& member = members[place];
        auto const before = watched(member);
        member.position = 0; // whatever becomes of it
        auto const now = filters_for(member.interest);
        int const error = set_.change(member.socket, before, now, place);
        if (error == 0)
            member.position = position_for(now);
        return system_code(error);
    }

    void remove(member_place place) noexcept override {
        wait_member& member = members[place];
        set_.remove(member.socket, watched(member));
        member.position = 0;
    }

    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, platform::handle alarm) override {
        return set_.ask(timeout, alarm);
    }
    [[nodiscard]] int error() const noexcept override { return platform::last_error(); }

    void collect(wait_findings& findings, int found) noexcept override {
        set_.take(found);
        do {
            for (std::uint32_t index = 0; index < set_.ready(); ++index)
                tell(findings, set_.at(index));
        } while (set_.next_round());
        findings.alarmed = set_.alarmed();
    }

private:
    // What a position consists of: the filters that are watched, and the directions that have ended.
    static constexpr std::uint32_t input_level = 1;
    static constexpr std::uint32_t output_level = 2;
    static constexpr std::uint32_t edges = 4;
    static constexpr std::uint32_t input_ended = 8;
    static constexpr std::uint32_t output_ended = 16;

    static kqueue_set::filters filters_for(readiness interest) noexcept {
        using watch = kqueue_set::watch;
        if (interest == readiness::none)
            return {watch::edge, watch::edge};
        return {includes(interest, readiness::read) ? watch::level : watch::no,
                includes(interest, readiness::write) ? watch::level : watch::no};
    }
    static std::uint32_t position_for(kqueue_set::filters const& now) noexcept {
        using watch = kqueue_set::watch;
        if (now.input == watch::edge)
            return edges;
        return (now.input == watch::level ? input_level : 0) | (now.output == watch::level ? output_level : 0);
    }
    static kqueue_set::filters watched(wait_member const& member) noexcept {
        using watch = kqueue_set::watch;
        if ((member.position & edges) != 0)
            return {watch::edge, watch::edge};
        return {(member.position & input_level) != 0 ? watch::level : watch::no,
                (member.position & output_level) != 0 ? watch::level : watch::no};
    }

    void tell(wait_findings& findings, kqueue_set::found const& event) noexcept {
        if (event.cookie == wake_cookie) {
            findings.woken = true;
            return;
        }
        wait_member& member = members[event.cookie];
        if ((member.position & edges) == 0) {
            findings.report(event.cookie, event.readable, event.writable, event.broken);
            return;
        }
        if (!has_failed(member, event))
            return;
        findings.report(event.cookie, false, false, true);
        auto const both = watched(member);
        static_cast<void>(set_.change(member.socket, both, both, event.cookie));
    }

    static bool has_failed(wait_member& member, kqueue_set::found const& event) noexcept {
        if (event.ended)
            member.position |= event.readable ? input_ended : output_ended;
        constexpr std::uint32_t both_ended = input_ended | output_ended;
        return event.broken || (member.position & both_ended) == both_ended ||
               (event.empty && !event.ended && platform::has_pending_error(member.socket));
    }

    kqueue_set set_;
};

} // namespace

std::unique_ptr<wait_backend> make_kqueue_backend(member_table& members) {
    return std::make_unique<kqueue_backend>(members);
}

} // namespace usocket::detail
