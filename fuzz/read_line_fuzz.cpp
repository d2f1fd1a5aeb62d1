// SPDX-License-Identifier: MIT
//
// Reading lines from a connection that comes in pieces, with limits of length and of time, against the same lines cut
// from the whole text. The input is the text, then how it comes, then what is asked for.
#include <usocket/stream.hpp>

#include <chrono>
#include <string>

#include <usocket/conditions.hpp>
#include <usocket/error.hpp>

#include "fake_connection.hpp"
#include "io/socket_core.hpp"
#include "report.hpp"
#include "stream/attach.hpp"

namespace {

using fuzz::require;
using namespace usocket;

/// What the next line of a whole text is, by the comments in stream.hpp.
struct expectation {
    enum { line, too_long, end } what = end;
    std::string_view text{};
    std::size_t extent = 0;
};

expectation next_line(std::string_view rest, read_line_options const& options) {
    if (rest.empty())
        return {};
    auto const delimiter = rest.find(options.delimiter);
    auto text = rest.substr(0, delimiter);
    std::size_t const extent = text.size() + (delimiter != rest.npos ? 1 : 0);
    if (options.strip_carriage_return && text.ends_with('\r'))
        text.remove_suffix(1);
    return {text.size() > options.limit ? expectation::too_long : expectation::line, text, extent};
}

/// Mostly the octets as they are; some stand for what reaches the buffers' special cases.
std::string text_of(fuzz::input& in, std::size_t parts) {
    std::string text;
    for (; parts != 0 && text.size() < 300'000; --parts) {
        auto const octet = in.octet();
        switch (octet % 8) {
        case 0:
            text += '\n';
            break;
        case 1:
            text += "\r\n";
            break;
        case 2:
            text += '\r';
            break;
        case 3:
            text.append(in.number(2) * (octet >= 128 ? 3 : 1), 'x');
            break;
        default:
            text += in.text(octet / 8U);
        }
    }
    return text;
}

class line_reader {
public:
    line_reader(socket_stream& stream, detail::socket_core& core, std::string_view text, bool reset)
        : stream_(stream), core_(core), rest_(text), reset_(reset) {}

    void step(fuzz::input& in) {
        auto const how = in.octet();
        read_line_options options{.strip_carriage_return = how % 2 != 0};
        options.limit = how % 4 < 2 ? in.up_to(20) : in.number(3) % 400'000;
        if (how / 8 % 4 == 0)
            options.limit = SIZE_MAX - in.up_to(3);
        if (how / 32 % 4 == 0)
            options.delimiter = static_cast<char>(in.octet());
        core_.set_read_timeout(how >= 128 ? time_limit(std::chrono::nanoseconds(0)) : time_limit());
        auto const expected = next_line(rest_, options);
        std::string line = "before";
        bool view = false;
        std::error_code ec;
        bool const got = read(how / 4 % 4, options, line, view, ec);
        bool const at_end = expected.what == expectation::end || expected.extent == rest_.size();
        if (got) {
            require(!ec && expected.what == expectation::line && line == expected.text, "another line",
                    [&] { return fuzz::quoted(line); });
            bool const has_delimiter = expected.text.size() < rest_.size() && expected.extent != 0 &&
                                       rest_[expected.extent - 1] == options.delimiter;
            require(has_delimiter || !reset_, "a lost connection is taken for its end");
            rest_.remove_prefix(expected.extent);
            return;
        }
        if (ec == errc::timeout) {
            require(how >= 128, "a timeout without a limit");
        } else if (ec == errc::line_too_long) {
            require(expected.what == expectation::too_long, "too long?");
        } else if (ec == errc::connection_reset) {
            require(reset_ && at_end, "the connection was not lost yet");
        } else {
            require(!ec && expected.what == expectation::end && !reset_, "an end that is none");
            require(stream_.condition() == errc::end_of_stream, "the end is not the stream's condition");
        }
        require(!ec || stream_.condition() == ec, "the failure is not the stream's condition");
        require(view || line == (ec ? "before" : ""), "the line after a failure, or at the end");
        require(stream_.good(), "the iostream's state has changed");
    }

    /// All that is left is still there.
    void finish() {
        core_.set_read_timeout({});
        std::string left(rest_.size() + 1, '\0');
        std::error_code ec;
        std::size_t const count = read_exactly(stream_, left, ec);
        require(count == rest_.size() && std::string_view(left).substr(0, count) == rest_, "octets are lost");
        require(ec == (reset_ ? errc::connection_reset : errc::end_of_stream), "how it ends");
    }

private:
    bool read(unsigned form, read_line_options const& options, std::string& line, bool& view, std::error_code& ec) {
        view = form % 2 != 0;
        try {
            std::optional<std::string_view> seen;
            switch (form) {
            case 0:
                return read_line(stream_, line, options, ec);
            case 1:
                seen = read_line_view(stream_, options, ec);
                break;
            case 2:
                return read_line(stream_, line, options);
            default:
                seen = read_line_view(stream_, options);
            }
            if (seen)
                line = *seen;
            return seen.has_value();
        } catch (std::system_error const& error) {
            ec = error.code();
            return false;
        }
    }

    socket_stream& stream_;
    detail::socket_core& core_;
    std::string_view rest_;
    bool reset_;
};

} // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input in(data, size);
    bool const reset = in.octet() % 4 == 0;
    std::size_t const parts = in.octet() / 4U;
    std::string const text = text_of(in, parts);
    auto const pieces = in.text(in.size() / 2);
    fuzz::fake_connection connection(text, reset,
                                     {reinterpret_cast<std::uint8_t const*>(pieces.data()), pieces.size()});
    detail::socket_core core(fuzz::fake_connection::descriptor, socket_kind::stream, platform::family::v4);
    line_reader reader(detail::attach_stream(core), core, text, reset);
    for (int steps = 0; !in.empty() && steps < 200; ++steps)
        reader.step(in);
    reader.finish();
    return 0;
}
