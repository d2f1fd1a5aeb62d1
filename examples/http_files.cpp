// SPDX-License-Identifier: MIT
//
// Shows the files of a folder to browsers, over HTTP/1.0: GET and HEAD, one request for each connection.
//
//     http_files FOLDER [PORT]
//
// Without a port it takes a free one, and says which. Stops on SIGINT and SIGTERM.
//
// Nothing outside the folder is shown, however a request writes its path and wherever links lead, as long as nobody
// else changes links in the folder at that very moment.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <usocket/server.hpp>

#include "support/http_message.hpp"
#include "support/http_text.hpp"
#include "support/service.hpp"

namespace u = usocket;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

void write_file(std::ostream& stream, http_request const& asked, fs::path const& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file)
        throw http_refusal("403 Forbidden");
    auto left = static_cast<std::streamsize>(file.tellg());
    file.seekg(0);
    write_header(stream, "200 OK", content_type(path.extension().string()), static_cast<std::uintmax_t>(left));
    std::vector<char> part(65536);
    while (asked.wants_body() && left > 0) {
        file.read(part.data(), std::min(left, std::ssize(part)));
        if (file.gcount() == 0)
            throw std::runtime_error("a file became shorter"); // the client sees that what it was promised is missing
        stream.write(part.data(), file.gcount());
        left -= file.gcount();
    }
}

void write_listing(std::ostream& stream, http_request const& asked, fs::path const& folder) {
    std::vector<std::string> names;
    std::error_code ec;
    for (fs::directory_iterator each(folder, ec), end; !ec && each != end; each.increment(ec)) {
        std::error_code ignored; // such as of a link to nowhere
        names.push_back(each->path().filename().string() + (each->is_directory(ignored) ? "/" : ""));
    }
    if (ec)
        throw http_refusal("403 Forbidden");
    std::sort(names.begin(), names.end());
    std::string body = "<title>" + escape_html(asked.path) + "</title>\n<ul>\n";
    for (auto const& each : names) // "./", so that no name looks like another site's
        body += "<li><a href=\"./" + percent_encode(each) + "\">" + escape_html(each) + "</a>\n";
    write_page(stream, asked, "200 OK", body + "</ul>\n");
}

class file_server {
public:
    explicit file_server(fs::path const& root) : root_(fs::canonical(root)) {}

    void operator()(u::stream_usocket& client) const {
        u::socket_stream& stream = client.stream();
        stream.exceptions(std::ios::badbit); // failures raise usocket's conditions
        http_request asked;
        try {
            if (read_request(stream, asked))
                answer(stream, asked);
        } catch (http_refusal const& why) {
            refuse(client, asked, why);
        } catch (fs::filesystem_error const&) {
            refuse(client, asked, http_refusal("403 Forbidden"));
        }
    }

private:
    /// Closing while the client has more to say would take the answer back: ends our side, and listens a while.
    static void refuse(u::stream_usocket& client, http_request const& asked, http_refusal const& why) {
        write_page(client.stream(), asked, why.what(), "<h1>" + std::string(why.what()) + "</h1>\n", why.header);
        u::socket_shutdown(client, u::direction::output);
        u::cancel_scope const limit{1s};
        std::array<char, 4096> room{};
        std::error_code ec;
        for (int parts = 0; parts < 100 && u::read_some(client.stream(), room, ec) > 0; ++parts) {
        }
    }

    void answer(std::ostream& stream, http_request const& asked) const {
        auto path = inside(fs::path(root_) += asked.path);
        if (fs::is_directory(path)) {
            if (!asked.path.ends_with('/')) // links in a page count from here
                throw http_refusal("301 Moved Permanently", "Location: " + address_of(path) + "/\r\n");
            auto const index = inside(path / "index.html");
            if (!fs::exists(index))
                return write_listing(stream, asked, path);
            path = index;
        }
        if (!fs::exists(path))
            throw http_refusal("404 Not Found");
        if (!fs::is_regular_file(path)) // no device, no pipe
            throw http_refusal("403 Forbidden");
        write_file(stream, asked, path);
    }

    /// The file that a path leads to in the end. Refused where that is outside.
    [[nodiscard]] fs::path inside(fs::path const& path) const {
        std::error_code ec;
        auto found = fs::weakly_canonical(path, ec);
        if (ec)
            throw http_refusal(ec == std::errc::permission_denied ? "403 Forbidden" : "404 Not Found");
        if (std::mismatch(root_.begin(), root_.end(), found.begin(), found.end()).first != root_.end())
            throw http_refusal("403 Forbidden");
        return found;
    }

    [[nodiscard]] std::string address_of(fs::path const& path) const {
        return "/" + percent_encode(path.lexically_relative(root_).string());
    }

    fs::path root_;
};

} // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 3) {
        std::cerr << "usage: http_files FOLDER [PORT]\n";
        return 2;
    }
    try {
        stop_signals const signals; // before any thread starts
        u::server_options const options{
            .in_new_thread = true,
            .pool = u::server_pool{.threads = 8, .queue = 64},
            .limits = {.read_timeout = 5s, .write_timeout = 30s, .connection_deadline = 10min},
            .on_error = log_failure,
        };
        auto server = u::socket_server("127.0.0.1", argc > 2 ? argv[2] : "0", file_server(argv[1]), options);
        std::cout << "listening on " << server.address() << '\n' << std::flush;
        signals.wait();
        std::cout << server.stop({.drain = 5s}).counters.served << " requests served\n";
        return 0;
    } catch (std::exception const& failure) {
        std::cerr << "http_files: " << failure.what() << '\n';
        return 1;
    }
}
