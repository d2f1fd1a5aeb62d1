// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "torture/collector.hpp"

/// The other side of a scenario, by system calls that never fail on purpose.
namespace torture {

/// A descriptor of the peer's.
class raw_socket {
public:
    explicit raw_socket(int descriptor = -1) noexcept : descriptor_(descriptor) {}
    raw_socket(raw_socket&& other) noexcept : descriptor_(other.give()) {}
    raw_socket& operator=(raw_socket&& other) noexcept;
    ~raw_socket();

    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] int give() noexcept;
    void close() noexcept;
    /// Of an IPv4 socket.
    [[nodiscard]] std::uint16_t port() const;
    void send(std::string_view text) const;
    void send_to(std::string_view text, std::uint16_t port) const;
    /// What comes first, or nothing within a moment.
    [[nodiscard]] std::string receive() const;
    void end_output() const noexcept;

private:
    int descriptor_;
};

/// On 127.0.0.1.
[[nodiscard]] raw_socket raw_listener();
[[nodiscard]] raw_socket raw_connection(std::uint16_t port);
[[nodiscard]] raw_socket raw_local_listener(std::string const& path);
[[nodiscard]] raw_socket raw_local_connection(std::string const& path);
[[nodiscard]] raw_socket raw_datagram();
/// The next connection; waits no longer than a moment, and is invalid then.
[[nodiscard]] raw_socket raw_accept(raw_socket const& listener);
[[nodiscard]] std::uint16_t raw_closed_port();
/// A path for a local socket, of this process.
[[nodiscard]] std::string local_path();
void remove_local(std::string const& path) noexcept;

/// Reads a connection to its end beside the scenario. What came must begin what was promised when it goes.
class reader {
public:
    explicit reader(raw_socket connection);
    reader(reader const&) = delete;
    reader& operator=(reader const&) = delete;
    /// After the other side has closed.
    ~reader();

    /// What is sent next.
    void promise(std::string_view text);
    /// Just this much of it arrives in the end, or all.
    void exactly(std::size_t size) noexcept { exact_ = size; }
    void all() noexcept { exact_ = promised_.size(); }
    [[nodiscard]] raw_socket const& connection() const noexcept { return connection_; }

private:
    raw_socket connection_;
    std::string promised_{};
    std::size_t exact_ = static_cast<std::size_t>(-1);
    std::unique_ptr<collector> collector_{};
};

} // namespace torture
