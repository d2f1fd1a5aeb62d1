// SPDX-License-Identifier: MIT
//
// Who derives from whom, against the supers that the original exports, both ways: what derives and what does not.
#include <usocket/conditions.hpp>

#include <array>
#include <cstddef>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace {

namespace u = usocket;

template <class Class>
struct named {
    using type = Class;
    std::string_view name;
};

constexpr std::tuple classes{
    named<u::condition>{"condition"},
    named<u::socket_condition>{"socket-condition"},
    named<u::socket_error>{"socket-error"},
    named<u::interrupted_condition>{"interrupted-condition"},
    named<u::unknown_condition>{"unknown-condition"},
    named<u::unknown_error>{"unknown-error"},
    named<u::address_in_use_error>{"address-in-use-error"},
    named<u::address_not_available_error>{"address-not-available-error"},
    named<u::bad_file_descriptor_error>{"bad-file-descriptor-error"},
    named<u::connection_aborted_error>{"connection-aborted-error"},
    named<u::connection_refused_error>{"connection-refused-error"},
    named<u::connection_reset_error>{"connection-reset-error"},
    named<u::host_down_error>{"host-down-error"},
    named<u::host_unreachable_error>{"host-unreachable-error"},
    named<u::invalid_argument_error>{"invalid-argument-error"},
    named<u::invalid_socket_error>{"invalid-socket-error"},
    named<u::invalid_socket_stream_error>{"invalid-socket-stream-error"},
    named<u::network_down_error>{"network-down-error"},
    named<u::network_reset_error>{"network-reset-error"},
    named<u::network_unreachable_error>{"network-unreachable-error"},
    named<u::no_buffers_error>{"no-buffers-error"},
    named<u::operation_not_permitted_error>{"operation-not-permitted-error"},
    named<u::operation_not_supported_error>{"operation-not-supported-error"},
    named<u::out_of_memory_error>{"out-of-memory-error"},
    named<u::protocol_not_supported_error>{"protocol-not-supported-error"},
    named<u::shutdown_error>{"shutdown-error"},
    named<u::already_shutdown_error>{"already-shutdown-error"},
    named<u::socket_type_not_supported_error>{"socket-type-not-supported-error"},
    named<u::timeout_error>{"timeout-error"},
    named<u::deadline_timeout_error>{"deadline-timeout-error"},
    named<u::end_of_stream_error>{"end-of-stream-error"},
    named<u::line_too_long_error>{"line-too-long-error"},
    named<u::ns_condition>{"ns-condition"},
    named<u::ns_error>{"ns-error"},
    named<u::ns_host_not_found_error>{"ns-host-not-found-error"},
    named<u::ns_no_recovery_error>{"ns-no-recovery-error"},
    named<u::ns_try_again_condition>{"ns-try-again-condition"},
    named<u::ns_try_again_error>{"ns-try-again-error"},
    named<u::ns_unknown_condition>{"ns-unknown-condition"},
    named<u::ns_unknown_error>{"ns-unknown-error"},
    named<u::insufficient_implementation>{"insufficient-implementation"},
    named<u::unsupported>{"unsupported"},
    named<u::unimplemented>{"unimplemented"},
    named<u::socket_warning>{"socket-warning"},
};
constexpr auto class_count = std::tuple_size_v<decltype(classes)>;

template <class Visitor>
void for_each_class(Visitor&& visit) {
    std::apply([&](auto... each) { (visit(each), ...); }, classes);
}

using parents_map = std::map<std::string, std::set<std::string>>;

/// The conditions of the original with their parents, from its list of exports.
parents_map read_exports() {
    parents_map parents;
    std::ifstream file(USOCKET_SOURCE_DIR "/tests/parity/usocket-0.8.3-exports.txt");
    for (std::string line; std::getline(file, line);) {
        auto const kind = line.find('\t') + 1;
        auto const begin = line.rfind("supers (");
        if (line.starts_with('#') || begin == line.npos || line.compare(kind, 5, "class") == 0)
            continue;
        std::istringstream supers(line.substr(begin + 8, line.find(')', begin) - begin - 8));
        auto& set = parents[line.substr(0, kind - 1)];
        for (std::string super; supers >> super;)
            set.insert(super == "error" ? "condition" : super); // `error` is std::system_error, which all derive from
    }
    return parents;
}

/// What this library has beyond that: later versions' classes, and its own.
void add_own(parents_map& parents) {
    parents["deadline-timeout-error"].insert("timeout-error");
    parents["already-shutdown-error"] = {"shutdown-error"};
    parents["out-of-memory-error"] = {"socket-error"};
    parents["ns-try-again-error"] = {"ns-error", "ns-try-again-condition"};
    parents["socket-warning"] = {"condition"};
    parents["end-of-stream-error"] = {"socket-error"};
    parents["line-too-long-error"] = {"socket-error"};
}

bool reaches(parents_map const& parents, std::string const& from, std::string const& to) {
    if (from == to)
        return true;
    auto const found = parents.find(from);
    if (found == parents.end())
        return false;
    for (auto const& parent : found->second) {
        if (reaches(parents, parent, to))
            return true;
    }
    return false;
}

TEST(hierarchy, has_a_class_for_every_condition_of_the_original) {
    std::set<std::string> names;
    for_each_class([&](auto each) { names.emplace(each.name); });
    EXPECT_EQ(names.size(), class_count);
    auto const exports = read_exports();
    EXPECT_EQ(exports.size(), 37U);
    for (auto const& [name, parents] : exports)
        EXPECT_TRUE(names.contains(name)) << name;
}

TEST(hierarchy, is_that_of_the_original_and_no_more) {
    auto parents = read_exports();
    ASSERT_FALSE(parents.empty());
    add_own(parents);
    for_each_class([&](auto derived) {
        for_each_class([&](auto base) {
            constexpr bool actual = std::is_base_of_v<typename decltype(base)::type, typename decltype(derived)::type>;
            EXPECT_EQ(actual, reaches(parents, std::string(derived.name), std::string(base.name)))
                << derived.name << " from " << base.name;
        });
    });
}

TEST(hierarchy, every_class_is_caught_as_its_standard_bases) {
    for_each_class([]<class Class>(named<Class> each) {
        auto const info = u::condition_info{.code = std::make_error_code(std::errc::timed_out), .operation = "test"};
        EXPECT_THROW(throw Class(info), std::exception) << each.name;
        EXPECT_THROW(throw Class(info), std::runtime_error) << each.name;
        EXPECT_THROW(throw Class(info), u::condition) << each.name;
        try {
            throw Class(info);
        } catch (std::system_error const& error) {
            EXPECT_EQ(error.code(), info.code) << each.name;
            EXPECT_STREQ(error.what(), "test: timed out") << each.name;
        }
    });
}

TEST(hierarchy, every_class_copies_without_throwing) {
    for_each_class([]<class Class>(named<Class> each) {
        EXPECT_TRUE(std::is_nothrow_copy_constructible_v<Class>) << each.name;
        EXPECT_TRUE(std::is_nothrow_copy_assignable_v<Class>) << each.name;
        EXPECT_TRUE(std::is_nothrow_move_constructible_v<Class>) << each.name;
        EXPECT_TRUE(std::is_nothrow_destructible_v<Class>) << each.name;
    });
}

} // namespace
