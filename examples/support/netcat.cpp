// SPDX-License-Identifier: MIT
#include "netcat.hpp"

#include <csignal>
#include <stdexcept>
#include <system_error>

#include <spawn.h>
#include <sys/wait.h>

#include <usocket/usocket.hpp>

extern "C" char** environ; // POSIX leaves it to programs to declare this

namespace u = usocket;

namespace {

/// The name by which Debian tells the netcat of OpenBSD from others.
constexpr char const* program = "nc.openbsd";

std::uint16_t free_port(bool udp) {
    if (udp)
        return u::get_local_port(u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"}));
    return u::get_local_port(u::socket_listen("127.0.0.1", u::auto_port));
}

/// Starts netcat with `terminal` as its standard input, output and error output.
int spawn(char const* flags, std::string const& port, u::native_handle_type terminal) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (int const standard : {0, 1, 2})
        posix_spawn_file_actions_adddup2(&actions, terminal, standard);
    std::string name = program;
    std::string options = flags;
    std::string host = "127.0.0.1";
    std::string where = port;
    char* const arguments[] = {name.data(), options.data(), host.data(), where.data(), nullptr};
    pid_t process = 0;
    int const error = posix_spawnp(&process, program, &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw std::system_error(error, std::system_category(), "nc.openbsd (Debian's package netcat-openbsd)");
    return process;
}

} // namespace

netcat::netcat(protocol which) : udp_(which == protocol::udp) {
    for (int attempts = 20; !start(); --attempts) {
        if (attempts == 0)
            throw std::runtime_error("netcat does not listen; it said: " + greeting_);
    }
}

netcat::~netcat() { end(); }

/// False when somebody else took the port between our look and netcat's.
bool netcat::start() {
    port_ = free_port(udp_);
    // No names (-n), so that the transcript is the same however this machine calls itself.
    char const* const flags = udp_ ? "-lnuv" : "-lnv";
    auto const port = std::to_string(port_);
    command_ = std::string("nc ") + flags + " 127.0.0.1 " + port;

    auto [ours, netcats] = u::make_socket_pair();
    terminal_ = std::move(ours);
    process_ = spawn(flags, port, netcats.native_handle());
    u::socket_close(netcats); // netcat has it now; when netcat ends, our end says so
    greeting_.clear();
    auto const wanted = (udp_ ? "Bound on 127.0.0.1 " : "Listening on 127.0.0.1 ") + port;
    if (u::read_line(terminal_.stream(), greeting_) && greeting_ == wanted)
        return true;
    end();
    return false;
}

void netcat::end() {
    if (process_ == 0)
        return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
}

std::string netcat::next_line() {
    std::string line;
    if (!u::read_line(terminal_.stream(), line))
        throw std::runtime_error("netcat has ended");
    return line;
}

std::string netcat::next_octets(std::size_t count) {
    std::string octets(count, '\0');
    u::read_exactly(terminal_.stream(), octets);
    return octets;
}

std::string netcat::type(std::string_view text) {
    u::socket_send(terminal_, text);
    return std::string(text);
}
