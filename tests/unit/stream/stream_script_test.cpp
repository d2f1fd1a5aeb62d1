// SPDX-License-Identifier: MIT
//
// Random scripts of stream operations, over a peer that sends in fragments, against std::stringstream.
#include <usocket/stream.hpp>

#include <random>
#include <sstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "unit/stream/connected_stream.hpp"

namespace {

using namespace usocket;
using test::connected_stream;

class dice {
public:
    explicit dice(unsigned seed) : engine_(seed) {}
    std::size_t up_to(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(engine_); }
    bool once_in(std::size_t n) { return up_to(n - 1) == 0; }
    /// Mostly small, seldom large enough for the buffers' special cases.
    std::size_t size() { return once_in(40) ? up_to(150'000) : once_in(10) ? up_to(8'000) : up_to(40); }

private:
    std::mt19937 engine_;
};

std::string random_text(dice& random) {
    std::string text;
    for (std::size_t parts = 200 + random.up_to(300); parts != 0; --parts) {
        switch (random.up_to(4)) {
        case 0:
            text += std::to_string(static_cast<long>(random.up_to(1'000'000)) - 500'000) + ' ';
            break;
        case 1:
            text += '\n';
            break;
        case 2:
            text += test::pattern(random.size());
            break;
        case 3:
            text += std::string(random.size(), 'w') + ' ';
            break;
        default:
            text += "word\tnext\n";
        }
    }
    return text;
}

/// Does the same to both streams and compares what comes of it. False at the end.
class input_script {
public:
    input_script(std::istream& ours, std::istream& reference, dice& random)
        : ours_(ours), reference_(reference), random_(random) {}

    void step() {
        switch (random_.up_to(9)) {
        case 0:
            same([](std::istream& in) { return in.get(); });
            break;
        case 1:
            same([](std::istream& in) { return in.peek(); });
            break;
        case 2:
            same([](std::istream& in) {
                int const c = in.get();
                if (in)
                    in.unget();
                return c;
            });
            break;
        case 3: {
            std::size_t const size = random_.size();
            same([&](std::istream& in) {
                std::string text(size, '\0');
                in.read(text.data(), static_cast<std::streamsize>(size));
                return text;
            });
            break;
        }
        case 4:
            same([](std::istream& in) {
                std::string line;
                std::getline(in, line);
                return line;
            });
            break;
        case 5: {
            auto const size = static_cast<std::streamsize>(random_.size());
            same([&](std::istream& in) { return in.ignore(size, 'w').gcount(); });
            break;
        }
        case 6:
            same([](std::istream& in) {
                std::string word;
                in >> word;
                return word;
            });
            break;
        case 7:
            same([](std::istream& in) {
                long number = 0;
                in >> number;
                return number;
            });
            break;
        case 8: {
            auto const size = static_cast<std::streamsize>(1 + random_.up_to(100));
            same([&](std::istream& in) {
                char buffer[101];
                in.getline(buffer, size);
                return std::string(buffer);
            });
            break;
        }
        default:
            same([](std::istream& in) {
                std::ostringstream out;
                in.get(*out.rdbuf());
                return out.str();
            });
        }
        ASSERT_EQ(ours_.rdstate(), reference_.rdstate());
        ASSERT_EQ(ours_.gcount(), reference_.gcount());
        if (!reference_.eof()) {
            ours_.clear();
            reference_.clear();
        }
    }

private:
    template <class Operation>
    void same(Operation operation) {
        auto const expected = operation(reference_);
        ASSERT_TRUE(operation(ours_) == expected);
    }

    std::istream& ours_;
    std::istream& reference_;
    dice& random_;
};

void send_in_fragments(test::raw_peer const& peer, std::string_view text, unsigned seed) {
    dice random(seed);
    while (!text.empty()) {
        std::string_view const fragment = text.substr(0, 1 + random.size());
        peer.send(fragment);
        text.remove_prefix(fragment.size());
        if (random.once_in(3))
            std::this_thread::yield();
    }
    peer.end_output();
}

class scripts : public testing::TestWithParam<unsigned> {};

TEST_P(scripts, of_reading_do_what_a_string_stream_does) {
    dice random(GetParam());
    std::string const text = random_text(random);
    std::istringstream reference(text);
    connected_stream pair;
    std::thread sender([&] { send_in_fragments(pair.peer, text, GetParam() + 1000); });
    input_script script(pair.stream, reference, random);
    while (!reference.eof() && !HasFatalFailure())
        script.step();
    if (HasFatalFailure())
        static_cast<void>(pair.core.close());
    sender.join();
    EXPECT_EQ(pair.stream.get(), std::char_traits<char>::eof());
}

TEST_P(scripts, of_writing_do_what_a_string_stream_does) {
    dice random(GetParam());
    std::ostringstream reference;
    connected_stream pair;
    std::string received;
    std::thread receiver([&] {
        for (std::string part; !(part = pair.peer.receive(1000)).empty();)
            received += part;
    });
    for (std::size_t steps = 500; steps != 0; --steps) {
        auto const both = [&](auto operation) {
            operation(static_cast<std::ostream&>(pair.stream));
            operation(reference);
        };
        std::string const text = test::pattern(random.size());
        switch (random.up_to(4)) {
        case 0:
            both([&](std::ostream& out) { out << text; });
            break;
        case 1:
            both([&](std::ostream& out) { out << static_cast<long>(text.size()) * 7919; });
            break;
        case 2:
            both([&](std::ostream& out) { out.put('p').write(text.data(), text.size() > 4 ? 4 : 0); });
            break;
        case 3:
            both([&](std::ostream& out) {
                out.width(static_cast<std::streamsize>(text.size() % 3000));
                out << "padded" << '\n';
            });
            break;
        default:
            both([](std::ostream& out) { out << std::flush; });
        }
    }
    pair.stream << std::flush;
    EXPECT_TRUE(pair.stream.good());
    platform::shutdown(pair.core.handle(), platform::direction::output);
    receiver.join();
    EXPECT_TRUE(received == reference.str());
}

INSTANTIATE_TEST_SUITE_P(seeded, scripts, testing::Range(1U, 31U));

} // namespace
