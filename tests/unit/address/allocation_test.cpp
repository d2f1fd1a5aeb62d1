// SPDX-License-Identifier: MIT
//
// What allocates, counted: values of addresses must not.
#include <usocket/endpoint.hpp>
#include <usocket/host.hpp>

#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/allocation_counter.hpp"

namespace {

using allocation_counter::during;
using usocket::endpoint;
using usocket::host;
using usocket::ip_address;

TEST(address_allocation, is_counted) {
    EXPECT_GE(during([] { std::string(300, 'x').append("y"); }), 1U);
    EXPECT_GE(during([] {
                  auto const path = endpoint::local_path("/a/path/that/is/too/long/to/be/kept/inside/of/a/string");
                  EXPECT_TRUE(path.is_local());
              }),
              1U);
}

TEST(address_allocation, values_do_without) {
    EXPECT_EQ(during([] {
                  auto const address = ip_address::parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295");
                  ip_address::text_buffer buffer;
                  EXPECT_EQ(address->to_chars(buffer).size(), ip_address::max_text_size);
              }),
              0U);
    EXPECT_EQ(during([] {
                  endpoint const nothing;
                  endpoint copy = nothing;
                  copy = endpoint(ip_address::loopback_v6(), 80);
                  EXPECT_NE(copy, nothing);
                  EXPECT_TRUE(endpoint::parse("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"));
              }),
              0U);
    EXPECT_EQ(during([] {
                  for (auto const& designator :
                       {host(), host(0x7f000001), host(127, 0, 0, 1), host(usocket::wildcard_host),
                        host("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")})
                      EXPECT_TRUE(designator.is_valid());
              }),
              0U);
}

} // namespace
