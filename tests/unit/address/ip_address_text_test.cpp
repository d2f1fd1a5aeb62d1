// SPDX-License-Identifier: MIT
//
// Reading and writing addresses, compared with the system's inet_pton and inet_ntop on generated texts.
#include <usocket/ip_address.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace {

using usocket::ip_address;

class generator {
public:
    explicit generator(std::uint32_t seed) : engine_(seed) {}

    std::size_t below(std::size_t bound) { return engine_() % bound; }
    bool one_in(std::size_t chance) { return below(chance) == 0; }
    std::uint8_t octet() { return static_cast<std::uint8_t>(engine_()); }

    ip_address::v4_octets_type v4_octets() { return {octet(), octet(), octet(), octet()}; }

    /// Octets with many zeros, and sometimes a v4-mapped or v4-compatible prefix.
    ip_address::v6_octets_type v6_octets() {
        ip_address::v6_octets_type octets{};
        for (auto& value : octets)
            value = one_in(2) ? octet() : std::uint8_t{0};
        for (std::size_t i = 0; i < 16; i += 2) {
            if (one_in(2))
                octets[i] = octets[i + 1] = 0;
        }
        if (one_in(8)) {
            std::fill_n(octets.begin(), 12, std::uint8_t{0});
            if (one_in(2))
                octets[10] = octets[11] = 0xff;
        }
        return octets;
    }

    std::string decimal() { return std::to_string(one_in(8) ? below(1000) : below(256)); }
    std::string dotted_quad() { return decimal() + '.' + decimal() + '.' + decimal() + '.' + decimal(); }

    std::string group() {
        static constexpr std::string_view digits = "0123456789abcdefABCDEF";
        std::string text;
        for (auto size = 1 + below(one_in(16) ? 5 : 4); size != 0; --size)
            text += one_in(3) ? '0' : digits[below(digits.size())];
        return text;
    }

    /// A text that is usually an IPv6 address.
    std::string v6_text() {
        std::size_t const groups = one_in(8) ? below(10) : 8;
        std::size_t const gap = one_in(3) ? groups + 1 : below(groups + 1);
        std::string text;
        for (std::size_t i = 0; i < groups;) {
            if (i == gap) {
                text += text.empty() ? "::" : ":";
                i += 1 + below(groups);
                continue;
            }
            if (i + 2 == groups && one_in(4)) {
                text += dotted_quad();
                return text;
            }
            text += group();
            if (++i < groups)
                text += ':';
        }
        return text;
    }

    std::string mutated(std::string text) {
        static constexpr std::string_view alphabet = "0123456789abcfFgG:::...%[]/ x+-_\t";
        for (auto edits = 1 + below(3); edits != 0; --edits) {
            char const c = alphabet[below(alphabet.size())];
            auto const at = below(text.size() + 1);
            if (at == text.size() || one_in(3))
                text.insert(at, 1, c);
            else if (one_in(2))
                text.erase(at, 1);
            else
                text[at] = c;
        }
        return text;
    }

private:
    std::mt19937 engine_;
};

std::optional<ip_address> system_parse(std::string const& text) {
    ip_address::v4_octets_type v4{};
    if (inet_pton(AF_INET, text.c_str(), v4.data()) == 1)
        return v4;
    ip_address::v6_octets_type v6{};
    if (inet_pton(AF_INET6, text.c_str(), v6.data()) == 1)
        return v6;
    return std::nullopt;
}

std::string system_text(ip_address const& address) {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    return inet_ntop(address.is_v4() ? AF_INET : AF_INET6, address.octets().data(), buffer.data(),
                     static_cast<socklen_t>(buffer.size()));
}

void compare_parse(std::string const& text, std::size_t& valid) {
    auto const expected = system_parse(text);
    auto const actual = ip_address::parse(text);
    bool const has_scope = text.find('%') != text.npos; // which the system's function does not know
    if (!has_scope) {
        ASSERT_EQ(actual, expected) << '"' << text << '"';
    }
    if (actual) {
        ++valid;
        ASSERT_EQ(ip_address::parse(actual->to_string()), actual) << '"' << text << '"';
    }
}

void compare_format(ip_address const& address) {
    auto const text = address.to_string();
    ASSERT_EQ(ip_address::parse(text), address) << text;
    auto expected = system_text(address);
    // Some systems give the deprecated "v4-compatible" addresses a dotted tail; RFC 5952 does not ask for it.
    if (address.is_v6() && !address.is_v4_mapped() && expected.find('.') != expected.npos) {
        ASSERT_TRUE(expected.starts_with("::")) << expected;
        ASSERT_EQ(text.find('.'), text.npos) << text;
        ASSERT_EQ(system_parse(text), address) << text;
        return;
    }
    ASSERT_EQ(text, expected);
}

constexpr int rounds = 50'000;

TEST(ip_address_text, v4_is_read_as_the_system_reads_it) {
    generator random(4);
    std::size_t valid = 0;
    for (int i = 0; i < rounds; ++i) {
        auto const text = random.dotted_quad();
        ASSERT_NO_FATAL_FAILURE(compare_parse(random.one_in(2) ? text : random.mutated(text), valid));
    }
    EXPECT_GT(valid, std::size_t{rounds / 4}); // the generator does make addresses
    EXPECT_LT(valid, std::size_t{rounds * 3 / 4});
}

TEST(ip_address_text, v6_is_read_as_the_system_reads_it) {
    generator random(6);
    std::size_t valid = 0;
    for (int i = 0; i < rounds; ++i) {
        auto const text = random.v6_text();
        ASSERT_NO_FATAL_FAILURE(compare_parse(random.one_in(2) ? text : random.mutated(text), valid));
    }
    EXPECT_GT(valid, std::size_t{rounds / 4});
    EXPECT_LT(valid, std::size_t{rounds * 3 / 4});
}

TEST(ip_address_text, a_short_text_of_any_characters_is_read_as_the_system_reads_it) {
    // All texts of up to six characters of those that matter most.
    static constexpr std::string_view alphabet = "0:.1a%";
    std::size_t valid = 0;
    for (std::size_t length = 0; length <= 6; ++length) {
        std::size_t count = 1;
        for (std::size_t i = 0; i < length; ++i)
            count *= alphabet.size();
        for (std::size_t number = 0; number < count; ++number) {
            std::string text;
            for (auto rest = number; text.size() < length; rest /= alphabet.size())
                text += alphabet[rest % alphabet.size()];
            ASSERT_NO_FATAL_FAILURE(compare_parse(text, valid));
        }
    }
    EXPECT_GT(valid, 100U);
}

TEST(ip_address_text, v4_is_written_as_the_system_writes_it) {
    generator random(44);
    for (int i = 0; i < rounds; ++i)
        ASSERT_NO_FATAL_FAILURE(compare_format(random.v4_octets()));
    for (unsigned value = 0; value < 256; ++value) {
        auto const octet = static_cast<std::uint8_t>(value);
        ASSERT_NO_FATAL_FAILURE(compare_format({octet, octet, octet, octet}));
    }
}

TEST(ip_address_text, v6_is_written_as_the_system_writes_it) {
    generator random(66);
    for (int i = 0; i < rounds; ++i)
        ASSERT_NO_FATAL_FAILURE(compare_format(random.v6_octets()));
    // Every pattern of zero and other groups, with groups of one to four digits.
    for (unsigned pattern = 0; pattern < 256; ++pattern) {
        for (auto const& [high, low] : {std::pair{0, 1}, {0, 0x10}, {1, 0}, {0xff, 0xff}}) {
            ip_address::v6_octets_type octets{};
            for (unsigned group = 0; group < 8; ++group) {
                if ((pattern >> group & 1) != 0) {
                    octets[2 * group] = static_cast<std::uint8_t>(high);
                    octets[2 * group + 1] = static_cast<std::uint8_t>(low);
                }
            }
            ASSERT_NO_FATAL_FAILURE(compare_format(octets));
        }
    }
}

TEST(ip_address_text, a_scope_is_read_back) {
    generator random(7);
    for (int i = 0; i < rounds; ++i) {
        auto const scope = std::uint32_t{random.octet()} << random.below(25);
        ip_address const address(random.v6_octets(), scope);
        auto const text = address.to_string();
        ASSERT_EQ(ip_address::parse(text), address) << text;
        ASSERT_EQ(text, address.with_scope(0).to_string() + (scope == 0 ? "" : '%' + std::to_string(scope)));
    }
}

} // namespace
