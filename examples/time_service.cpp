// SPDX-License-Identifier: MIT
//
// Tells the time of day: whoever sends it a datagram, an empty one too, gets a line of text back (as in RFC 867).
//
//     time_service [PORT]
//
// Without a port it takes a free one, and says which. Stops on SIGINT and SIGTERM.
#include <array>
#include <cstddef>
#include <ctime>
#include <iostream>
#include <optional>
#include <span>
#include <string>

#include <usocket/server.hpp>

#include "support/service.hpp"

namespace u = usocket;

namespace {

/// What is returned is the reply; nothing returned, nothing sent.
std::optional<std::string> tell_time(std::span<std::byte const> /*request*/) {
    // Low ports are those of other services. One that answers every datagram, as this one does, would go on answering
    // us for ever, after a single request with a forged sender.
    if (u::remote_port().value_or(0) < 1024)
        return std::nullopt;
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> text{};
    return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC\n", &parts));
}

} // namespace

int main(int argc, char** argv) {
    try {
        stop_signals const signals; // before any thread starts
        // What a request says does not matter, so that one octet of it is enough.
        auto server = u::socket_server("127.0.0.1", argc > 1 ? argv[1] : "0", tell_time,
                                       {.in_new_thread = true, .max_buffer_size = 1, .on_error = log_failure});
        std::cout << "bound to " << server.address() << '\n' << std::flush;
        signals.wait();
        std::cout << "told the time " << server.stop().counters.served << " times\n";
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "time_service: " << failure.what() << '\n';
        return 1;
    }
}
