// SPDX-License-Identifier: MIT
#include "conformance/wait_script.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <thread>

#include "conformance/wait_backends.hpp"
#include "conformance/wait_script_operation.hpp"
#include "conformance/wait_script_world.hpp"

namespace usocket::test {
namespace {

constexpr auto longest_disagreement = std::chrono::seconds(10);
/// A script is cut here, so that one that a fuzzer has made ends.
constexpr std::size_t most_operations = 400;

std::string name_of_backend(backend which) { return backend_name(testing::TestParamInfo<backend>(which, 0)); }

/// The worlds of all backends, in lockstep.
class lockstep {
public:
    lockstep(wait_script const& script, std::span<backend const> backends) : script_(script) {
        for (backend const which : backends)
            worlds_.push_back(std::make_unique<script_world>(which, script.manner));
    }

    /// What went wrong.
    [[nodiscard]] std::string run() {
        for (; done_ < std::min(script_.operations.size(), most_operations) && failure_.empty(); ++done_)
            step(script_.operations[done_]);
        if (failure_.empty()) {
            for (auto const& world : worlds_)
                world->finish();
            collect_complaints();
            compare_found();
        }
        return failure_;
    }

    [[nodiscard]] std::size_t done() const noexcept { return done_; }
    [[nodiscard]] std::vector<long> const& outcomes() const noexcept { return outcomes_; }

private:
    void step(script_operation const& operation) {
        std::vector<long> results;
        results.reserve(worlds_.size());
        for (auto const& world : worlds_)
            results.push_back(world->perform(operation));
        outcomes_.push_back(results.front());
        collect_complaints();
        for (std::size_t i = 1; i < worlds_.size(); ++i) {
            // Elsewhere what has arrived by now may differ.
            if (worlds_[0]->place(operation.place).is_local() && results[i] != results[0])
                fail(name(0) + " gave " + std::to_string(results[0]) + ", " + name(i) + " gave " +
                     std::to_string(results[i]));
        }
        if (operation.action >= script_action::wait_for_all)
            compare_found();
    }

    void compare_found() {
        compare(true);
        int agreements = disagree() ? 0 : 2;
        for (auto const end = std::chrono::steady_clock::now() + longest_disagreement;
             agreements < 2 && failure_.empty();) {
            if (std::chrono::steady_clock::now() > end)
                compare(false);
            std::this_thread::yield();
            for (auto const& world : worlds_) {
                world->settle();
                world->wait(true, false);
            }
            collect_complaints();
            agreements = disagree() ? 0 : agreements + 1;
        }
    }

    [[nodiscard]] bool agree(std::size_t other, std::size_t place) const {
        return worlds_[0]->place(place).varies() || worlds_[other]->place(place).varies() ||
               worlds_[0]->found(place) == worlds_[other]->found(place);
    }

    [[nodiscard]] bool disagree() const {
        for (std::size_t i = 1; i < worlds_.size(); ++i) {
            for (std::size_t place = 0; place < script_world::place_count; ++place) {
                if (!agree(i, place))
                    return true;
            }
        }
        return false;
    }

    void compare(bool only_local) {
        for (std::size_t i = 1; i < worlds_.size(); ++i) {
            for (std::size_t place = 0; place < script_world::place_count; ++place) {
                if (!agree(i, place) && (!only_local || worlds_[0]->place(place).is_local()))
                    fail("place " + std::to_string(place) + " is " + to_text(worlds_[0]->found(place)) + " for " +
                         name(0) + " and " + to_text(worlds_[i]->found(place)) + " for " + name(i));
            }
        }
    }

    void collect_complaints() {
        for (std::size_t i = 0; i < worlds_.size(); ++i) {
            if (!worlds_[i]->complaint().empty())
                fail(name(i) + ": " + worlds_[i]->complaint());
        }
    }

    [[nodiscard]] std::string name(std::size_t index) const { return name_of_backend(worlds_[index]->which()); }
    void fail(std::string const& what) { failure_ += what + "\n"; }

    wait_script const& script_;
    std::vector<std::unique_ptr<script_world>> worlds_{};
    std::vector<long> outcomes_{};
    std::size_t done_ = 0;
    std::string failure_{};
};

std::string describe(wait_script const& script, lockstep const& run) {
    std::string text = "manner:";
    text += script.manner.exposed ? " exposed" : "";
    text += script.manner.observed ? " observed" : "";
    text += script.manner.patient ? " patient\n" : "\n";
    for (std::size_t i = 0; i < run.done(); ++i) {
        script_operation const& operation = script.operations[i];
        text += "  " + std::to_string(i) + ": place " + std::to_string(operation.place) + ": " +
                std::string(name_of(operation.action)) + " (" + std::to_string(operation.argument) + ")";
        if (i < run.outcomes().size())
            text += " -> " + std::to_string(run.outcomes()[i]);
        text += "\n";
    }
    return text;
}

std::string to_hex(std::span<std::uint8_t const> octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        text += {digits[octets[i] / 16U], digits[octets[i] % 16U]};
        if (i % 3 == 0)
            text += ' ';
    }
    return text;
}

} // namespace

std::string run_wait_script(std::span<std::uint8_t const> octets, std::span<backend const> backends) {
    auto const script = read_script(octets, script_world::place_count);
    lockstep run(script, backends);
    std::string failure;
    try {
        failure = run.run();
    } catch (std::exception const& raised) {
        failure = std::string("raised: ") + raised.what();
    }
    if (failure.empty())
        return {};
    std::size_t const used = std::min(octets.size(), 1 + 3 * (run.done() + 1));
    return failure + describe(script, run) + "octets: " + to_hex(octets.first(used)) + "\n";
}

std::vector<std::uint8_t> parse_wait_script(std::string_view text) {
    std::vector<std::uint8_t> octets;
    std::string digits;
    for (char const c : text) {
        if (c == ' ' || c == '\n')
            continue;
        digits += c;
        if (digits.size() < 2)
            continue;
        std::uint8_t octet = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), octet, 16);
        octets.push_back(octet);
        digits.clear();
    }
    return octets;
}

} // namespace usocket::test
