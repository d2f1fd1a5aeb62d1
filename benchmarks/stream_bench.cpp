// SPDX-License-Identifier: MIT
//
// Streams against programs that make the same system calls with a hand-written buffer of 64 KiB.
#include <array>
#include <charconv>
#include <cstring>
#include <istream>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

#include <ext/stdio_filebuf.h>

#include <usocket/usocket.hpp>

#include "peer.hpp"
#include "ratio.hpp"

namespace u = usocket;

namespace {

using benchmark::DoNotOptimize;
using benchmark::State;

constexpr std::size_t buffer_size = 65536;
constexpr std::size_t lines = 8192;
std::string const text_of_line(63, 'x');
std::string const line_with_end = text_of_line + '\n';

/// The best that can be done by hand: one recv fills 64 KiB, memchr finds the end of the line.
class bare_reader {
public:
    explicit bare_reader(int descriptor) : descriptor_(descriptor) {}

    std::string_view line() {
        for (;;) {
            if (begin_ != end_) {
                if (void const* const hit = std::memchr(begin_, '\n', static_cast<std::size_t>(end_ - begin_))) {
                    auto const* const end = static_cast<char const*>(hit);
                    std::string_view const result(begin_, static_cast<std::size_t>(end - begin_));
                    begin_ = end + 1;
                    return result;
                }
            }
            refill();
        }
    }

    long number() {
        for (;;) {
            char const* at = begin_;
            while (at != end_ && *at == '\n')
                ++at;
            long value = 0;
            auto const [end, error] = std::from_chars(at, end_, value);
            if (error == std::errc() && end != end_) {
                begin_ = end;
                return value;
            }
            refill();
        }
    }

private:
    void refill() {
        auto const unread = static_cast<std::size_t>(end_ - begin_);
        std::memmove(buffer_.get(), begin_, unread);
        ssize_t const count = ::recv(descriptor_, buffer_.get() + unread, buffer_size - unread, 0);
        if (count <= 0)
            peer::give_up("recv");
        begin_ = buffer_.get();
        end_ = begin_ + unread + count;
    }

    int descriptor_;
    std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(buffer_size);
    char const* begin_ = buffer_.get();
    char const* end_ = begin_;
};

class bare_writer {
public:
    explicit bare_writer(int descriptor) : descriptor_(descriptor) {}

    void text(std::string_view text) {
        if (buffer_size - used_ < text.size())
            flush();
        std::memcpy(buffer_.get() + used_, text.data(), text.size());
        used_ += text.size();
    }
    void octet(char c) {
        if (used_ == buffer_size)
            flush();
        buffer_[used_++] = c;
    }
    void number(long value) {
        if (buffer_size - used_ < 24)
            flush();
        used_ = static_cast<std::size_t>(std::to_chars(buffer_.get() + used_, buffer_.get() + buffer_size, value).ptr -
                                         buffer_.get());
    }
    void flush() {
        if (!peer::send_all(descriptor_, buffer_.get(), used_))
            peer::give_up("send");
        used_ = 0;
    }

private:
    int descriptor_;
    std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(buffer_size);
    std::size_t used_ = 0;
};

/// Two connections with peers that do the same: one for system calls, one for a stream.
struct connections {
    template <class Role>
    explicit connections(Role role) : bare(role), other(role) {}

    u::stream_usocket socket() { return u::make_stream_socket(other.release()); }

    peer::connection bare;
    peer::connection other;
};

std::string random_numbers() {
    std::mt19937 random(7);
    std::string text;
    for (int i = 0; i != 20'000; ++i)
        text += std::to_string(std::uniform_int_distribution<long>(0, 9'999'999)(random)) + '\n';
    return text;
}

void times(std::size_t count, auto&& body) {
    for (; count != 0; --count)
        body();
}

// ---- round trips ----------------------------------------------------------------------------------------------------

constexpr std::size_t round_trips = 200;

void bare_round_trip(int descriptor, std::array<char, 64>& message) {
    if (!peer::send_all(descriptor, message.data(), message.size()) ||
        !peer::receive_all(descriptor, message.data(), message.size()))
        peer::give_up("round trip");
}

void round_trip_sockets(State& state) {
    connections pair(peer::echo);
    auto socket = pair.socket();
    std::array<char, 64> message{};
    ratio::compare(
        state, 1.0, round_trips, [&] { times(round_trips, [&] { bare_round_trip(pair.bare.descriptor(), message); }); },
        [&] {
            times(round_trips, [&] {
                u::socket_send(socket, std::string_view(message.data(), message.size()));
                for (std::size_t done = 0; done != message.size();)
                    done += u::socket_receive(socket, {message.data() + done, message.size() - done}).size;
            });
        });
}

void round_trip_streams(State& state) {
    connections pair(peer::echo);
    auto socket = pair.socket();
    std::array<char, 64> message{};
    ratio::compare(
        state, 1.0, round_trips, [&] { times(round_trips, [&] { bare_round_trip(pair.bare.descriptor(), message); }); },
        [&] {
            times(round_trips, [&] {
                socket.stream().write(message.data(), message.size()).flush();
                socket.stream().read(message.data(), message.size());
            });
        });
}

// ---- reading --------------------------------------------------------------------------------------------------------

void read_line(State& state) {
    connections pair(peer::repeat(line_with_end));
    auto socket = pair.socket();
    bare_reader bare(pair.bare.descriptor());
    std::string line;
    ratio::compare(
        state, 0.9, lines,
        [&] {
            times(lines, [&] {
                line.assign(bare.line());
                DoNotOptimize(line.data());
            });
        },
        [&] {
            auto& stream = socket.stream();
            times(lines, [&] {
                u::read_line(stream, line);
                DoNotOptimize(line.data());
            });
        });
}

void read_line_view(State& state) {
    connections pair(peer::repeat(line_with_end));
    auto socket = pair.socket();
    bare_reader bare(pair.bare.descriptor());
    ratio::compare(
        state, 0.9, lines, [&] { times(lines, [&] { DoNotOptimize(bare.line().data()); }); },
        [&] {
            auto& stream = socket.stream();
            times(lines, [&] { DoNotOptimize(u::read_line_view(stream)->data()); });
        });
}

void getline_from(State& state, double goal, connections& pair, std::istream& stream) {
    bare_reader bare(pair.bare.descriptor());
    std::string line;
    ratio::compare(
        state, goal, lines,
        [&] {
            times(lines, [&] {
                line.assign(bare.line());
                DoNotOptimize(line.data());
            });
        },
        [&] {
            times(lines, [&] {
                std::getline(stream, line);
                DoNotOptimize(line.data());
            });
        });
}

void std_getline(State& state) {
    connections pair(peer::repeat(line_with_end));
    auto socket = pair.socket();
    getline_from(state, 0.6, pair, socket.stream());
}

void std_getline_of_file_stream(State& state) {
    connections pair(peer::repeat(line_with_end));
    __gnu_cxx::stdio_filebuf<char> buffer(pair.other.release(), std::ios::in, buffer_size);
    std::istream stream(&buffer);
    getline_from(state, 0, pair, stream);
}

void extract_from(State& state, double goal, connections& pair, std::istream& stream) {
    bare_reader bare(pair.bare.descriptor());
    ratio::compare(
        state, goal, lines, [&] { times(lines, [&] { DoNotOptimize(bare.number()); }); },
        [&] {
            times(lines, [&] {
                long number = 0;
                stream >> number;
                DoNotOptimize(number);
            });
        });
}

void extract_long(State& state) {
    connections pair(peer::repeat(random_numbers()));
    auto socket = pair.socket();
    extract_from(state, 0.28, pair, socket.stream());
}

void extract_long_of_file_stream(State& state) {
    connections pair(peer::repeat(random_numbers()));
    __gnu_cxx::stdio_filebuf<char> buffer(pair.other.release(), std::ios::in, buffer_size);
    std::istream stream(&buffer);
    extract_from(state, 0, pair, stream);
}

// ---- writing --------------------------------------------------------------------------------------------------------

void insert_lines_into(State& state, double goal, connections& pair, std::ostream& stream) {
    bare_writer bare(pair.bare.descriptor());
    ratio::compare(
        state, goal, lines,
        [&] {
            times(lines, [&] {
                bare.text(text_of_line);
                bare.octet('\n');
            });
        },
        [&] { times(lines, [&] { stream << text_of_line << '\n'; }); });
}

void insert_whole_lines_into(State& state, double goal, connections& pair, std::ostream& stream) {
    bare_writer bare(pair.bare.descriptor());
    ratio::compare(
        state, goal, lines, [&] { times(lines, [&] { bare.text(line_with_end); }); },
        [&] { times(lines, [&] { stream << line_with_end; }); });
}

void insert_lines(State& state) {
    connections pair(peer::swallow);
    auto socket = pair.socket();
    insert_lines_into(state, 0.5, pair, socket.stream());
}

void insert_lines_of_file_stream(State& state) {
    connections pair(peer::swallow);
    __gnu_cxx::stdio_filebuf<char> buffer(pair.other.release(), std::ios::out, buffer_size);
    std::ostream stream(&buffer);
    insert_lines_into(state, 0, pair, stream);
}

void insert_whole_lines(State& state) {
    connections pair(peer::swallow);
    auto socket = pair.socket();
    insert_whole_lines_into(state, 0.5, pair, socket.stream());
}

void insert_whole_lines_of_file_stream(State& state) {
    connections pair(peer::swallow);
    __gnu_cxx::stdio_filebuf<char> buffer(pair.other.release(), std::ios::out, buffer_size);
    std::ostream stream(&buffer);
    insert_whole_lines_into(state, 0, pair, stream);
}

void insert_longs_into(State& state, double goal, connections& pair, std::ostream& stream) {
    bare_writer bare(pair.bare.descriptor());
    long number = 0;
    auto const next = [&number] { return number = (number * 48271 + 11) % 9'999'991; };
    ratio::compare(
        state, goal, lines,
        [&] {
            times(lines, [&] {
                bare.number(next());
                bare.octet('\n');
            });
        },
        [&] { times(lines, [&] { stream << next() << '\n'; }); });
}

void insert_long(State& state) {
    connections pair(peer::swallow);
    auto socket = pair.socket();
    insert_longs_into(state, 0.42, pair, socket.stream());
}

void insert_long_of_file_stream(State& state) {
    connections pair(peer::swallow);
    __gnu_cxx::stdio_filebuf<char> buffer(pair.other.release(), std::ios::out, buffer_size);
    std::ostream stream(&buffer);
    insert_longs_into(state, 0, pair, stream);
}

// ---- bulk -----------------------------------------------------------------------------------------------------------

constexpr std::size_t blocks = 32;

void write_blocks(State& state) {
    connections pair(peer::swallow);
    auto socket = pair.socket();
    std::string const block(buffer_size, 'b');
    ratio::compare(
        state, 1.0, blocks,
        [&] { times(blocks, [&] { peer::send_all(pair.bare.descriptor(), block.data(), block.size()); }); },
        [&] { times(blocks, [&] { socket.stream().write(block.data(), buffer_size); }); });
}

void read_blocks(State& state) {
    connections pair(peer::repeat(std::string(buffer_size, 'b')));
    auto socket = pair.socket();
    std::string block(buffer_size, '\0');
    ratio::compare(
        state, 1.0, blocks,
        [&] { times(blocks, [&] { peer::receive_all(pair.bare.descriptor(), block.data(), block.size()); }); },
        [&] { times(blocks, [&] { socket.stream().read(block.data(), buffer_size); }); });
}

void add(char const* name, void (*body)(State&)) {
    benchmark::RegisterBenchmark(name, body)->UseManualTime()->Unit(benchmark::kMicrosecond);
}

} // namespace

int main(int argc, char** argv) {
    add("round trip, 64 octets, socket_send and socket_receive", round_trip_sockets);
    add("round trip, 64 octets, stream", round_trip_streams);
    add("read 64-octet lines, read_line", read_line);
    add("read 64-octet lines, read_line_view", read_line_view);
    add("read 64-octet lines, std::getline", std_getline);
    add("read 64-octet lines, std::getline, file stream", std_getline_of_file_stream);
    add("read numbers, >> long", extract_long);
    add("read numbers, >> long, file stream", extract_long_of_file_stream);
    add("write 64-octet lines, << line << '\\n'", insert_lines);
    add("write 64-octet lines, << line << '\\n', file stream", insert_lines_of_file_stream);
    add("write 64-octet lines, << line", insert_whole_lines);
    add("write 64-octet lines, << line, file stream", insert_whole_lines_of_file_stream);
    add("write numbers, << long << '\\n'", insert_long);
    add("write numbers, << long << '\\n', file stream", insert_long_of_file_stream);
    add("write 64 KiB blocks", write_blocks);
    add("read 64 KiB blocks", read_blocks);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 1;
    benchmark::RunSpecifiedBenchmarks();
}
