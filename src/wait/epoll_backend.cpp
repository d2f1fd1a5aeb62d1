// SPDX-License-Identifier: MIT
#include "wait/epoll_backend.hpp"

#include "conditions/raise.hpp"
#include "platform/epoll_set.hpp"

namespace usocket::detail {
namespace {

constexpr std::uint32_t wake_cookie = no_place;

/// The kernel's set is told of each change at once, during a wait, too. A member's cookie is its place.
class epoll_backend final : public wait_backend {
public:
    using wait_backend::wait_backend;

    [[nodiscard]] std::error_code open(platform::handle wake) noexcept override {
        if (int const error = set_.open(); error != 0)
            return system_code(error);
        return system_code(set_.add(wake, true, false, wake_cookie));
    }

    [[nodiscard]] bool changes_during_wait() const noexcept override { return true; }

    [[nodiscard]] std::error_code add(member_place place) noexcept override {
        wait_member const& member = members[place];
        return system_code(
            set_.add(member.socket, wants(member, readiness::read), wants(member, readiness::write), place));
    }

    [[nodiscard]] std::error_code change(member_place place) noexcept override {
        wait_member const& member = members[place];
        return system_code(
            set_.change(member.socket, wants(member, readiness::read), wants(member, readiness::write), place));
    }

    void remove(member_place place) noexcept override { set_.remove(members[place].socket); }

    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, platform::handle alarm) override {
        return set_.ask(timeout, alarm);
    }
    [[nodiscard]] int error() const noexcept override { return platform::last_error(); }

    void collect(wait_findings& findings, int found) noexcept override {
        static_cast<void>(set_.take(found));
        set_.finish();
        for (std::uint32_t index = 0; index < set_.ready(); ++index) {
            auto const event = set_.at(index);
            if (event.cookie == wake_cookie)
                findings.woken = true;
            else
                findings.report(event.cookie, event.readable, event.writable, event.failed);
        }
        findings.alarmed = set_.alarmed();
    }

private:
    static bool wants(wait_member const& member, readiness what) noexcept { return includes(member.interest, what); }

    platform::epoll_set set_;
};

} // namespace

std::unique_ptr<wait_backend> make_epoll_backend(member_table& members) {
    return std::make_unique<epoll_backend>(members);
}

} // namespace usocket::detail
