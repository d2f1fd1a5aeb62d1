// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <usocket/local.hpp>
#include <usocket/stream.hpp>

/// The program netcat, listening on a free port of 127.0.0.1, with a terminal that we type at and read from.
///
/// The terminal is one end of a socket pair, so that waiting for netcat obeys the caller's cancel_scope like every
/// other wait. All members raise usocket's conditions, and std::runtime_error when netcat does not do what is expected
/// of it.
class netcat {
public:
    enum class protocol { tcp, udp };

    /// Starts netcat and returns when it listens.
    explicit netcat(protocol which);
    /// Ends it.
    ~netcat();
    netcat(netcat const&) = delete;
    netcat& operator=(netcat const&) = delete;

    /// Where it listens.
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// How it was called.
    [[nodiscard]] std::string const& command() const { return command_; }
    /// What it said when it listened.
    [[nodiscard]] std::string const& greeting() const { return greeting_; }

    /// The next line that it prints.
    [[nodiscard]] std::string next_line();
    /// The next octets that it prints.
    [[nodiscard]] std::string next_octets(std::size_t count);
    /// Types at its terminal and sends it without ending the line, as Ctrl-D does. Returns what was typed.
    std::string type(std::string_view text);

private:
    [[nodiscard]] bool start();
    void end();

    bool udp_;
    std::uint16_t port_ = 0;
    int process_ = 0;
    usocket::stream_usocket terminal_;
    std::string command_;
    std::string greeting_;
};
