// SPDX-License-Identifier: MIT
#include "http_message.hpp"

#include <chrono>
#include <ostream>
#include <sstream>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>

#include "http_text.hpp"

namespace u = usocket;

bool read_request(u::socket_stream& stream, http_request& request) {
    u::cancel_scope const limit{std::chrono::seconds(10)};
    u::read_line_options const header_line{.limit = 8192, .strip_carriage_return = true};
    std::string first;
    try {
        if (!u::read_line(stream, first, header_line))
            return false;
        int lines = 0;
        for (std::string line; u::read_line(stream, line, header_line) && !line.empty();) {
            if (++lines > 100)
                throw http_refusal("400 Bad Request");
        }
    } catch (u::line_too_long_error const&) {
        throw http_refusal("400 Bad Request");
    }
    std::istringstream words(first);
    std::string target;
    std::string version;
    words >> request.method >> target >> version;
    auto path = percent_decode(target.substr(0, target.find('?')));
    if (!version.starts_with("HTTP/1.") || !path || !path->starts_with('/') || path->find('\0') != path->npos)
        throw http_refusal("400 Bad Request");
    if (request.method != "GET" && request.method != "HEAD")
        throw http_refusal("405 Method Not Allowed", "Allow: GET, HEAD\r\n");
    request.path = *std::move(path);
    return true;
}

void write_header(std::ostream& stream, std::string_view status, std::string_view type, std::uintmax_t size,
                  std::string_view more) {
    stream << "HTTP/1.0 " << status << "\r\nContent-Type: " << type << "\r\nContent-Length: " << size
           << "\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n"
           << more << "\r\n";
}

void write_page(std::ostream& stream, http_request const& request, std::string_view status, std::string_view body,
                std::string_view more) {
    std::string page = "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n";
    page += body;
    write_header(stream, status, "text/html; charset=utf-8", page.size(), more);
    if (request.wants_body())
        stream << page;
}
