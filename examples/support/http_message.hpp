// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <usocket/stream.hpp>

/// What an HTTP/1.0 server reads and writes.

struct http_request {
    std::string method{}; ///< "GET" or "HEAD".
    std::string path{};   ///< Decoded, without what comes after a question mark.
    [[nodiscard]] bool wants_body() const { return method != "HEAD"; }
};

/// An answer other than what was asked for, such as "404 Not Found", with further header lines.
struct http_refusal : std::runtime_error {
    explicit http_refusal(char const* status, std::string more = {}) : runtime_error(status), header(std::move(more)) {}
    std::string header;
};

/// False when the client says nothing. Raises http_refusal, and usocket's conditions. The header has no end that a
/// client could put off for ever: its lines, their number and the time they may take are limited.
bool read_request(usocket::socket_stream& stream, http_request& request);

void write_header(std::ostream& stream, std::string_view status, std::string_view type, std::uintmax_t size,
                  std::string_view more = {});

/// A page of HTML; `body` goes into its body.
void write_page(std::ostream& stream, http_request const& request, std::string_view status, std::string_view body,
                std::string_view more = {});
