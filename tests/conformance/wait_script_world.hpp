// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <usocket/wait.hpp>

#include "conformance/wait_script_operation.hpp"
#include "conformance/wait_script_place.hpp"

namespace usocket::test {

/// The list of one backend, with sockets of its own, to which a script is done.
///
/// What is exact: with `observed`, the system is asked for each member before and after each wait, and where both
/// answers are the same, what the list says must be the same as well, on any socket. What changed between the two may
/// count or not.
class script_world {
public:
    static constexpr std::size_t place_count = 6;

    script_world(backend which, script_manner manner);

    /// What came of it, as script_place says.
    long perform(script_operation const& operation);
    void wait(bool ready_only, bool timed);
    /// At the end, when nothing has to be kept from the library any more.
    void finish();
    void settle();

    [[nodiscard]] script_place const& place(std::size_t index) const noexcept { return places_[index]; }
    /// What the last wait found; `none` for what is no member.
    [[nodiscard]] readiness found(std::size_t index) const noexcept { return found_[index]; }
    /// What was wrong first; empty if nothing was.
    [[nodiscard]] std::string const& complaint() const noexcept { return complaint_; }
    [[nodiscard]] backend which() const noexcept { return list_.backend(); }

private:
    using truths = std::array<std::optional<past_the_library::truth>, place_count>;

    long do_perform(script_operation const& operation, script_place& place);
    long add(script_place& place, readiness interest);
    long move(std::size_t from, std::size_t into);
    long wait_without_list(script_place& place);
    long remake_list();
    long move_list();
    void forget_result();
    void check_result();
    void check_members(std::span<usocket* const> listed, bool ready_only);
    void check_states(truths const& before, truths const& after);
    [[nodiscard]] truths look() const;
    [[nodiscard]] bool any_expected(truths const& all) const;
    void complain(std::string const& what);
    [[nodiscard]] std::string name_of(std::size_t index) const;

    wait_list list_;
    script_manner manner_;
    std::array<script_place, place_count> places_{};
    std::array<readiness, place_count> found_{};
    std::span<usocket* const> result_{}; ///< Of the last wait, as long as it is valid.
    std::vector<usocket const*> expected_result_{};
    std::vector<std::size_t> result_places_{}; ///< Where the members in it are.
    bool woken_ = false;
    std::string complaint_{};
};

[[nodiscard]] char const* to_text(readiness value) noexcept;

} // namespace usocket::test
