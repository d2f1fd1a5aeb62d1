// SPDX-License-Identifier: MIT
//
// The same random scripts on all backends at once. USOCKET_SCRIPT_SEED and USOCKET_SCRIPT_COUNT choose others and more;
// USOCKET_SCRIPT runs one, given as a report prints it.
#include <usocket/wait.hpp>

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/wait_backends.hpp"
#include "conformance/wait_script.hpp"
#include "conformance/wait_script_operation.hpp"

namespace usocket::test {
namespace {

unsigned number_from(char const* variable, unsigned otherwise) {
    char const* const text = std::getenv(variable);
    return text != nullptr ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : otherwise;
}

void expect_well(char const* script) {
    std::string const report = run_wait_script(parse_wait_script(script), supported_backends());
    EXPECT_TRUE(report.empty()) << report;
}

TEST(wait_script_conformance, random_scripts) {
    auto const backends = supported_backends();
    unsigned const first = number_from("USOCKET_SCRIPT_SEED", 1);
    unsigned const count = number_from("USOCKET_SCRIPT_COUNT", 150);
    for (unsigned seed = first; seed < first + count; ++seed) {
        std::string const report = run_wait_script(random_script(seed), backends);
        ASSERT_TRUE(report.empty()) << "seed " << seed << ": " << report;
    }
}

// Scripts that were found to go wrong once, made short.

TEST(wait_script_conformance, input_that_in_avail_took_is_no_longer_there) {
    for (char const* const script : {"00 020000 050000 070000 2b0001 0d0000 0c000c 2b0001",
                                     "00 020000 050000 070000 2b0001 0d0000 2b0001 0c000c 2b0001"})
        expect_well(script);
}

TEST(wait_script_conformance, an_urgent_octet_is_no_input) {
    expect_well("00 020000 050000 2b0000 230000 2b0000 070000 2b0001");
    expect_well("00 020000 050000 260003 2b0000 2b0001 230000 2b0001"); // below the low-water mark
}

TEST(wait_script_conformance, what_follows_an_urgent_mark_is_found_beside_what_else_is_ready) {
    expect_well("01 020106 050144 070164 23019d 020204 0701e6 2b001c 0901ff 0502bc 0702e1 2b0003");
}

TEST(wait_script_conformance, a_wait_that_was_woken_leaves_nothing_unasked) {
    expect_well("04 020029 0500dc 0203bd 020488 050449 0700c8 070491 090409 1c0232 2b0206 0204fa 050302");
    expect_well("01 020231 0502a6 020471 050430 07048b 080257 0904be 1c0066 2b008a 0504d7");
    expect_well("00 020145 050196 02025d 050210 08015a 07025d 0a0182 1c00d2 2b0090 070113");
}

TEST(wait_script_conformance, members_that_move_are_followed_in_the_result_and_others_are_not) {
    expect_well("04 0200ab 0500a1 020249 050292 2b00e0 04029e 2100ce 18005b 1800b8");
    expect_well("07 02004c 0500a1 000113 050156 0701a3 2b00f4 2b00bd 19010c 18017d");
}

TEST(wait_script_conformance, a_script_of_your_own) {
    char const* const text = std::getenv("USOCKET_SCRIPT");
    expect_well(text != nullptr ? text : "");
}

} // namespace
} // namespace usocket::test
