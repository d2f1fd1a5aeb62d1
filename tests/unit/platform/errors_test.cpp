// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include <netdb.h>

#include <gtest/gtest.h>

#include "support/classes_of_errno.hpp"

namespace usocket::platform {
namespace {

constexpr int highest_error = 200;

std::set<int> codes_for_which(bool (*predicate)(int) noexcept) {
    std::set<int> result;
    for (int error = -1; error < highest_error; ++error) {
        if (predicate(error))
            result.insert(error);
    }
    return result;
}

TEST(platform_errors, every_code_has_its_class_and_all_others_are_unknown) {
    for (int error = -1; error < highest_error; ++error) {
        auto const found = error_table::classes_of_errno.find(error);
        auto const expected = found == error_table::classes_of_errno.end() ? errc::unknown : found->second;
        EXPECT_EQ(classify(error), expected) << error << ": " << category().message(error);
    }
}

TEST(platform_errors, codes_compare_equal_to_the_standard_conditions) {
    EXPECT_EQ(std::error_code(ECONNREFUSED, category()), std::errc::connection_refused);
    EXPECT_EQ(std::error_code(EADDRINUSE, category()), std::errc::address_in_use);
    EXPECT_EQ(std::error_code(ETIMEDOUT, category()), std::errc::timed_out);
    EXPECT_NE(std::error_code(ETIMEDOUT, category()), std::errc::connection_refused);
    EXPECT_FALSE(category().message(ECONNREFUSED).empty());
}

TEST(platform_errors, predicates_hold_for_their_codes_only) {
    EXPECT_EQ(codes_for_which(is_would_block), (std::set<int>{EAGAIN, EWOULDBLOCK}));
    EXPECT_EQ(codes_for_which(is_interrupted), (std::set<int>{EINTR}));
    EXPECT_EQ(codes_for_which(is_in_progress), (std::set<int>{EINPROGRESS}));
    EXPECT_EQ(codes_for_which(is_transient_accept_error),
              (std::set<int>{ECONNABORTED, EPROTO, ENOPROTOOPT, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, EPERM,
                             ENONET, EOPNOTSUPP}));
    EXPECT_EQ(codes_for_which(is_connection_lost),
              (std::set<int>{ECONNRESET, ECONNABORTED, ECONNREFUSED, ETIMEDOUT, ENETRESET, ENETDOWN, ENETUNREACH,
                             EHOSTDOWN, EHOSTUNREACH}));
    EXPECT_EQ(codes_for_which(is_no_such_option), (std::set<int>{ENOPROTOOPT, EOPNOTSUPP, ENOSYS}));
}

TEST(platform_errors, running_out_of_descriptors_is_not_transient) {
    for (int const error : {EMFILE, ENFILE, ENOBUFS, ENOMEM})
        EXPECT_FALSE(is_transient_accept_error(error)) << error;
}

TEST(platform_errors, resolver_codes_have_their_class) {
    std::map<int, errc> const expected = {
        {EAI_NONAME, errc::ns_host_not_found},
        {EAI_NODATA, errc::ns_host_not_found},
        {EAI_ADDRFAMILY, errc::ns_host_not_found},
        {EAI_SERVICE, errc::ns_host_not_found},
        {EAI_AGAIN, errc::ns_try_again},
        {EAI_FAIL, errc::ns_no_recovery},
        {EAI_OVERFLOW, errc::ns_no_recovery},
        {EAI_MEMORY, errc::out_of_memory},
        {EAI_BADFLAGS, errc::invalid_argument},
        {EAI_FAMILY, errc::protocol_not_supported},
        {EAI_SOCKTYPE, errc::socket_type_not_supported},
        {EAI_SYSTEM, errc::ns_unknown},
        {-9999, errc::ns_unknown},
    };
    for (auto const& [error, value] : expected) {
        EXPECT_EQ(classify_resolver(error), value) << error;
        EXPECT_FALSE(resolver_message(error).empty()) << error;
    }
    EXPECT_NE(resolver_message(EAI_AGAIN), resolver_message(EAI_NONAME));
}

} // namespace
} // namespace usocket::platform
