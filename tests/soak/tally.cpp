// SPDX-License-Identifier: MIT
#include "tally.hpp"

#include <cstdio>
#include <stdexcept>

namespace soak {
namespace {

constexpr std::size_t most_messages = 10;

} // namespace

void check(bool holds, std::string_view what) {
    if (!holds)
        throw std::runtime_error(std::string(what));
}

void tally::failed_as(char const* kind, std::error_code got, usocket::errc wanted) {
    if (got != wanted) {
        std::string what(usocket::describe(wanted));
        throw std::runtime_error(what.append(" was due, and came: ").append(usocket::describe(got)));
    }
    ++entries_[kind].expected;
}

void tally::unexpected(char const* kind, std::string_view what) {
    ++entries_[kind].unexpected;
    if (messages_.size() < most_messages)
        messages_.push_back(std::string(kind).append(": ").append(what));
}

void tally::add(tally const& other) {
    for (auto const& [kind, theirs] : other.entries_) {
        entry& ours = entries_[kind];
        ours.operations += theirs.operations;
        ours.expected += theirs.expected;
        ours.unexpected += theirs.unexpected;
    }
    for (auto const& message : other.messages_)
        if (messages_.size() < most_messages)
            messages_.push_back(message);
}

std::uint64_t tally::operations() const noexcept {
    std::uint64_t sum = 0;
    for (auto const& [kind, each] : entries_)
        sum += each.operations;
    return sum;
}

std::uint64_t tally::unexpected() const noexcept {
    std::uint64_t sum = 0;
    for (auto const& [kind, each] : entries_)
        sum += each.unexpected;
    return sum;
}

void tally::print() const {
    std::printf("%-28s %12s %16s %18s\n", "kind", "operations", "errors expected", "errors unexpected");
    for (auto const& [kind, each] : entries_)
        std::printf("%-28s %12llu %16llu %18llu\n", kind.c_str(), static_cast<unsigned long long>(each.operations),
                    static_cast<unsigned long long>(each.expected), static_cast<unsigned long long>(each.unexpected));
    for (auto const& message : messages_)
        std::printf("  unexpected: %s\n", message.c_str());
}

} // namespace soak
