// SPDX-License-Identifier: MIT
#include "wait/poll_backend.hpp"

#include <new>
#include <vector>

#include "conditions/raise.hpp"
#include "platform/poll_set.hpp"

namespace usocket::detail {
namespace {

constexpr std::uint32_t wake_index = 0;
constexpr std::uint32_t alarm_index = 1;
constexpr std::uint32_t first_member = 2;

/// The whole set is handed to the system at every wait, which therefore takes time in proportion to its size. A
/// member's position is its index in the set; the last one takes the place of one that goes.
class poll_backend final : public wait_backend {
public:
    using wait_backend::wait_backend;

    [[nodiscard]] std::error_code open(platform::handle wake) noexcept override {
        if (int const error = set_.add(wake, true, false); error != 0)
            return system_code(error);
        return system_code(set_.add(platform::invalid_handle, true, false));
    }

    [[nodiscard]] bool changes_during_wait() const noexcept override { return false; }

    [[nodiscard]] std::error_code add(member_place place) noexcept override {
        wait_member& member = members[place];
        if (int const error = set_.add(member.socket, wants(member, readiness::read), wants(member, readiness::write));
            error != 0)
            return system_code(error);
        std::uint32_t const index = set_.size() - 1;
        try {
            reserve_for(places_, index - first_member + 1);
        } catch (std::bad_alloc const&) {
            set_.remove(index);
            return make_code(errc::out_of_memory);
        }
        places_.push_back(place);
        member.position = index;
        return {};
    }

    [[nodiscard]] std::error_code change(member_place place) noexcept override {
        wait_member const& member = members[place];
        set_.change(member.position, wants(member, readiness::read), wants(member, readiness::write));
        return {};
    }

    void remove(member_place place) noexcept override {
        std::uint32_t const index = members[place].position;
        set_.remove(index);
        member_place const last = places_.back();
        places_[index - first_member] = last;
        members[last].position = index;
        places_.pop_back();
    }

    [[nodiscard]] int wait(std::optional<std::chrono::nanoseconds> timeout, platform::handle alarm) override {
        set_.replace(alarm_index, alarm);
        return outcome(set_.wait(timeout));
    }

    void collect(wait_findings& findings, int) noexcept override {
        std::uint32_t left = set_.ready();
        for (std::uint32_t index = 0; left != 0; ++index, --left) {
            index = set_.next_ready(index);
            if (index == set_.size())
                break;
            if (index == wake_index) {
                findings.woken = true;
            } else if (index == alarm_index) {
                findings.alarmed = true;
            } else {
                auto const found = set_.at(index);
                findings.report(places_[index - first_member], found.readable, found.writable, found.failed);
            }
        }
    }

private:
    static bool wants(wait_member const& member, readiness what) noexcept { return includes(member.interest, what); }

    platform::poll_set set_;
    std::vector<member_place> places_; ///< Whose the entries of the set are.
};

} // namespace

std::unique_ptr<wait_backend> make_poll_backend(member_table& members) {
    return std::make_unique<poll_backend>(members);
}

} // namespace usocket::detail
