// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <string>

#include "torture/peer.hpp"
#include "torture/scenario.hpp"

/// What a connection carries.
namespace torture {
namespace {

using namespace std::chrono_literals;

struct connection {
    raw_socket peer;
    u::stream_usocket socket;
};

connection connected(u::time_limit timeout = {}) {
    auto const listener = raw_listener();
    doing("socket_connect", "127.0.0.1");
    auto socket = u::socket_connect({u::ip_address::loopback_v4(), listener.port()},
                                    {.read_timeout = timeout, .write_timeout = timeout});
    auto peer = raw_accept(listener);
    require(peer.get() >= 0, "nobody connected");
    return {std::move(peer), std::move(socket)};
}

std::string pattern(std::size_t size) {
    unharmed const own;
    std::string made(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
        made[i] = static_cast<char>('a' + i * 7 % 26 + i / 1000 % 3);
    return made;
}

void read_all(u::time_limit timeout) {
    auto made = connected(timeout);
    closed_at_end socket(std::move(made.socket));
    made.peer.send("first line\r\nsecond\nexactly");
    doing("stream");
    auto& stream = u::stream_of(*socket);
    std::string line;
    doing("read_line", "127.0.0.1");
    expect(u::read_line(stream, line, {.strip_carriage_return = true}) && line == "first line");
    doing("read_line_view");
    expect(u::read_line_view(stream) == "second");
    char buffer[7];
    doing("read_exactly", "127.0.0.1");
    expect(u::read_exactly(stream, buffer) == 7 && std::string_view(buffer, 7) == "exactly");
    made.peer.send("some");
    doing("read_some", "127.0.0.1");
    std::size_t const some = u::read_some(stream, buffer);
    expect(some > 0 && std::string_view("some").starts_with(std::string_view(buffer, some)));
    for (std::size_t rest = 4 - some; rest != 0;) {
        std::size_t const more = u::read_some(stream, buffer);
        expect(more != 0 && more <= rest);
        rest -= more;
    }
    made.peer.end_output();
    doing("read_line");
    require(!u::read_line(stream, line), "a line after the end");
}

void read() { read_all({}); }
void read_with_timeout() { read_all(5s); }

/// By the means of iostreams, with exceptions.
void iostream() {
    auto made = connected();
    closed_at_end socket(std::move(made.socket));
    doing("stream");
    auto& stream = u::stream_of(*socket);
    stream.input().exceptions(std::ios::badbit);
    stream.output().exceptions(std::ios::badbit);
    made.peer.send("42 words\n");
    int number = 0;
    std::string word;
    doing("");
    stream.input() >> number >> word;
    expect(number == 42 && word == "words");
    stream.output() << "answer " << number << std::flush;
    std::string came = made.peer.receive();
    for (std::string more; came.size() < 9 && !(more = made.peer.receive()).empty();)
        came += more;
    require(came == "answer 42", "the answer");
}

void write_all(u::time_limit timeout) {
    auto made = connected(timeout);
    reader peer(std::move(made.peer));
    closed_at_end socket(std::move(made.socket));
    doing("stream");
    auto& stream = u::stream_of(*socket);
    auto const large = pattern(150000);
    peer.promise("small");
    peer.promise(large);
    peer.promise("tail");
    doing("");
    stream.exceptions(std::ios::badbit);
    stream << "small" << std::flush;
    stream.write(large.data(), static_cast<std::streamsize>(large.size()));
    stream << "tail" << std::flush;
    peer.all();
    doing("socket_shutdown");
    u::socket_shutdown(*socket, u::direction::output);
}

void write() { write_all({}); }
void write_with_timeout() { write_all(5s); }

/// Closing flushes; what could not be sent is told.
void close_flushes() {
    auto made = connected();
    reader peer(std::move(made.peer));
    closed_at_end socket(std::move(made.socket));
    auto const text = pattern(2000);
    peer.promise(text);
    doing("stream");
    auto& stream = u::stream_of(*socket);
    stream.exceptions(std::ios::badbit);
    doing("");
    stream << text;
    doing("socket_close");
    u::socket_close(*socket);
    peer.all();
}

void send_all(u::time_limit timeout) {
    auto made = connected(timeout);
    reader peer(std::move(made.peer));
    closed_at_end socket(std::move(made.socket));
    auto const data = pattern(150000);
    peer.promise(data);
    doing("socket_send", "127.0.0.1");
    try {
        require(u::socket_send(*socket, data) == data.size(), "the count of what was sent");
        peer.all();
    } catch (u::condition const& failure) {
        peer.exactly(failure.bytes_transferred());
        throw;
    } catch (told_by_code const& failure) {
        peer.exactly(failure.transferred);
        throw;
    }
}

void send() { send_all({}); }
void send_with_timeout() { send_all(5s); }

void receive_all(u::time_limit timeout) {
    auto made = connected(timeout);
    closed_at_end socket(std::move(made.socket));
    made.peer.send("abcdef");
    char buffer[16];
    doing("socket_receive", "127.0.0.1");
    auto const peeked = u::socket_receive(*socket, buffer, {.length = 3, .peek = true});
    expect(peeked.size != 0 && std::string_view("abc").starts_with(peeked.text()));
    for (std::string_view rest = "abcdef"; !rest.empty();) {
        auto const got = u::socket_receive(*socket, buffer);
        expect(got.size != 0 && rest.starts_with(got.text()));
        rest.remove_prefix(got.size);
    }
    made.peer.end_output();
    require(u::socket_receive(*socket, buffer).size == 0, "octets after the end");
}

void receive() { receive_all({}); }
void receive_with_timeout() { receive_all(5s); }

/// A request in the buffer is flushed before its answer is awaited; listen() neither waits nor consumes.
void dialogue() {
    auto made = connected();
    closed_at_end socket(std::move(made.socket));
    doing("stream");
    auto& stream = u::stream_of(*socket);
    doing("listen");
    expect(!u::listen(stream));
    stream.exceptions(std::ios::badbit);
    doing("");
    stream << "question\n";
    made.peer.send("answer\n");
    std::string line;
    doing("read_line", "127.0.0.1");
    expect(u::read_line(stream, line) && line == "answer");
    std::string came;
    {
        unharmed const own;
        came = made.peer.receive();
        for (std::string more; came.size() < 9 && !(more = made.peer.receive()).empty();)
            came += more;
    }
    // The answer may be there though the question could not be sent; then the stream knows why.
    require(came == "question\n" || stream.condition(), "the question was lost");
}

void shut_down() {
    auto made = connected();
    closed_at_end socket(std::move(made.socket));
    doing("socket_shutdown", "127.0.0.1");
    u::socket_shutdown(*socket, u::direction::output);
    require(made.peer.receive().empty(), "octets after the end");
    made.peer.send("late");
    char buffer[4];
    doing("read_exactly", "127.0.0.1");
    expect(u::read_exactly(u::stream_of(*socket), buffer) == 4);
    doing("socket_shutdown");
    u::socket_shutdown(*socket, u::direction::io);
}

constexpr scenario all[] = {
    {"read", read},
    {"read_with_timeout", read_with_timeout},
    {"iostream", iostream},
    {"write", write},
    {"write_with_timeout", write_with_timeout},
    {"close_flushes", close_flushes},
    {"send", send},
    {"send_with_timeout", send_with_timeout},
    {"receive", receive},
    {"receive_with_timeout", receive_with_timeout},
    {"dialogue", dialogue},
    {"shut_down", shut_down},
};

} // namespace

std::span<scenario const> stream_scenarios() { return all; }

} // namespace torture
