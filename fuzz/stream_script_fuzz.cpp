// SPDX-License-Identifier: MIT
//
// Scripts of operations on a socket's stream, over a connection whose calls are short, interrupted and refused, against
// std::istringstream and what was written. The input is the text that comes in, then how it comes and goes, then the
// operations.
#include <usocket/stream.hpp>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string>

#include <usocket/conditions.hpp>
#include <usocket/error.hpp>

#include "fake_connection.hpp"
#include "io/socket_core.hpp"
#include "report.hpp"
#include "stream/attach.hpp"
#include "stream_input.hpp"

namespace {

using fuzz::require;
using namespace usocket;

constexpr std::size_t output_buffer_size = 65536; // as the comment at socket_stream says
constexpr std::size_t octets_to_put_back = 8;

class script {
public:
    script(socket_stream& stream, detail::socket_core& core, fuzz::fake_connection& connection, std::string const& text,
           bool reset)
        : stream_(stream), core_(core), connection_(connection), text_(text), reference_(text), reset_(reset) {
        connection_.must_be_sent = &written_;
    }

    void step(fuzz::input& in) {
        limited_ = false;
        auto const what = in.octet();
        switch (what % 8) {
        case 0:
        case 1:
            write(in);
            break;
        case 2:
        case 3:
            limited_ = what >= 128;
            read_by_function(in);
            break;
        case 4:
            look(in);
            break;
        default:
            if (what >= 224)
                read_or_time_out(in);
            else
                read_as_iostream(in);
        }
        core_.set_read_timeout({});
        core_.set_write_timeout({});
        check_sent();
    }

    /// All that was written is sent, and all that came is still there.
    void finish() {
        stream_.clear();
        stream_ << std::flush;
        require(stream_.good() && connection_.sent() == written_, "not all is sent");
        std::string left(text_.size() - at_ + 1, '\0');
        std::error_code ec;
        std::size_t const count = read_exactly(stream_, left, ec);
        left.resize(count);
        require(text_.compare(at_, std::string::npos, left) == 0, "octets are lost");
        require(ec == (reset_ ? errc::connection_reset : errc::end_of_stream), "how it ends");
    }

private:
    void limit() {
        if (!limited_)
            return;
        core_.set_read_timeout(std::chrono::nanoseconds(0));
        core_.set_write_timeout(std::chrono::nanoseconds(0));
    }

    [[nodiscard]] std::size_t left() const { return text_.size() - at_; }

    void consume(std::size_t count) {
        at_ += count;
        can_put_back_ = std::min(octets_to_put_back, can_put_back_ + count);
    }

    /// What was sent since the last time is what was written.
    void check_sent() {
        auto const& sent = connection_.sent();
        require(sent.size() <= written_.size() &&
                    written_.compare(checked_, sent.size() - checked_, sent, checked_, std::string::npos) == 0,
                "what is sent was not written");
        checked_ = sent.size();
    }

    void check_failure(std::error_code const& ec, bool at_end) {
        if (ec == errc::timeout)
            require(limited_, "a timeout without a limit");
        else if (ec == errc::connection_reset)
            require(reset_ && at_end, "the connection was not lost yet");
        else
            fuzz::fail("a failure that was not made", ec.message());
        require(stream_.condition() == ec, "the failure is not the stream's condition");
    }

    // ---- writing

    void write(fuzz::input& in) {
        if (core_.lost() != 0) {
            write_in_vain();
            return;
        }
        auto const how = in.octet();
        limited_ = how >= 128;
        limit();
        std::size_t const before = connection_.sent().size();
        std::size_t const pending = written_.size() - before;
        std::string const text = how % 4 == 0 ? std::string(1, static_cast<char>(in.octet()))
                                              : std::string(fuzz::size_of(in), static_cast<char>('a' + how % 26));
        if (how % 8 == 7) {
            stream_ << std::flush;
            require(!stream_.good() || connection_.sent().size() == written_.size(), "a flush leaves something");
        } else if (how % 8 == 6 && !limited_) {
            std::ostringstream padded;
            for (std::ostream* const out :
                 {static_cast<std::ostream*>(&stream_), static_cast<std::ostream*>(&padded)}) {
                out->width(static_cast<std::streamsize>(text.size() % 3000));
                *out << static_cast<long>(text.size()) * 7919 << '\n';
                out->width(0);
            }
            written_ += padded.str();
        } else {
            written_ += text;
            stream_.write(text.data(), static_cast<std::streamsize>(text.size()));
            std::size_t const sent = connection_.sent().size() - before;
            // See the comment at socket_stream: only then is nothing taken.
            if (stream_.bad() && pending - std::min(sent, pending) > output_buffer_size)
                written_.resize(written_.size() - text.size());
        }
        if (stream_.bad())
            check_failure(stream_.condition(), false);
        require(stream_.good() || stream_.bad(), "the state after writing");
        stream_.clear();
    }

    /// Whoever writes hears that the connection is lost, where nothing is left from before that.
    void write_in_vain() {
        if (connection_.sent().size() != written_.size())
            return;
        stream_.put('x');
        require(stream_.bad() && stream_.condition() == errc::connection_reset, "written to a lost connection");
        stream_.clear();
    }

    // ---- the library's own functions

    void read_by_function(fuzz::input& in) {
        auto const how = in.octet();
        std::error_code ec;
        if (how % 4 == 0) {
            read_one_line(in);
            return;
        }
        std::string buffer(fuzz::size_of(in), '\0');
        limit();
        bool const exactly = how % 4 == 1;
        std::size_t const count = exactly ? read_exactly(stream_, buffer, ec) : read_some(stream_, buffer, ec);
        require(count <= left() && text_.compare(at_, count, buffer, 0, count) == 0, "other octets");
        consume(count);
        if (exactly)
            require(ec || count == buffer.size(), "not filled, and no failure");
        else if (!ec)
            require(count != 0 || buffer.empty() || (left() == 0 && !reset_), "nothing, and no end");
        if (ec == errc::end_of_stream)
            require(exactly && left() == 0 && !reset_, "an end that is none");
        else if (ec)
            check_failure(ec, left() == 0);
    }

    void read_one_line(fuzz::input& in) {
        read_line_options const options{.limit = fuzz::size_of(in), .strip_carriage_return = false};
        limit();
        std::string line;
        std::error_code ec;
        bool const got = read_line(stream_, line, options, ec);
        auto const rest = std::string_view(text_).substr(at_);
        auto const end = std::min(rest.find('\n'), rest.size());
        if (got) {
            require(line == rest.substr(0, end) && line.size() <= options.limit && !(end == rest.size() && reset_),
                    "another line");
            consume(std::min(end + 1, rest.size()));
        } else if (ec == errc::line_too_long) {
            require(end > options.limit, "too long?");
        } else if (ec) {
            check_failure(ec, end == rest.size());
        } else {
            require(rest.empty() && !reset_, "an end that is none");
        }
    }

    void look(fuzz::input& in) {
        auto const how = in.octet();
        std::error_code ec;
        if (how % 2 == 0) {
            static_cast<void>(listen(stream_, ec));
            require(!ec, "looking fails");
            return;
        }
        connection_.must_be_sent = nullptr; // does not wait
        std::streamsize const there = stream_.rdbuf()->in_avail();
        connection_.must_be_sent = &written_;
        require(there >= 0 ? static_cast<std::size_t>(there) <= left() : left() == 0 && !reset_, "what is there");
        if (there <= 0)
            return;
        std::string buffer(static_cast<std::size_t>(there), '\0');
        require(stream_.readsome(buffer.data(), there) == there, "what was there is gone");
        require(text_.compare(at_, buffer.size(), buffer) == 0, "other octets were there");
        consume(buffer.size());
    }

    // ---- iostreams

    /// With a limit: what a failing read() or get() leaves in the stream.
    void read_or_time_out(fuzz::input& in) {
        limited_ = true;
        auto const how = in.octet();
        std::string buffer(how % 3 == 0 ? fuzz::size_of(in) : 1, '\0');
        limit();
        if (how % 3 == 1)
            stream_.peek();
        else
            stream_.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        auto const count = static_cast<std::size_t>(stream_.gcount());
        if (stream_.bad()) {
            bool const fits = how % 3 != 1 && buffer.size() <= left();
            require(count == 0, "a read that fails keeps octets");
            check_failure(stream_.condition(), !fits);
        } else {
            require(text_.compare(at_, count, buffer, 0, count) == 0, "other octets");
            require(!stream_.eof() || (at_ + count == text_.size() && !reset_), "an end that is none");
            consume(count);
        }
        stream_.clear();
    }

    void read_as_iostream(fuzz::input& in) {
        auto const how = in.octet();
        switch (how % 9) {
        case 0:
            same([](std::istream& from) { return from.get(); });
            break;
        case 1:
            same([](std::istream& from) { return from.peek(); });
            break;
        case 2:
            put_back(how / 9U % (octets_to_put_back + 1));
            break;
        case 3:
            same([size = fuzz::size_of(in)](std::istream& from) {
                std::string text(size, '\0');
                from.read(text.data(), static_cast<std::streamsize>(size));
                text.resize(static_cast<std::size_t>(from.gcount()));
                return text;
            });
            break;
        case 4:
            same(
                [](std::istream& from) {
                    std::string line;
                    std::getline(from, line);
                    return line;
                },
                false);
            break;
        case 5:
            same([size = static_cast<std::streamsize>(fuzz::size_of(in))](std::istream& from) {
                return from.ignore(size, 'w').gcount();
            });
            break;
        case 6:
            same(
                [](std::istream& from) {
                    std::string word;
                    from >> word;
                    return word;
                },
                false);
            break;
        case 7:
            same(
                [](std::istream& from) {
                    long number = 0;
                    from >> number;
                    return number;
                },
                false);
            break;
        default:
            same([size = static_cast<std::streamsize>(1 + in.octet() % 100)](std::istream& from) {
                char line[101] = "";
                from.getline(line, size);
                return std::string(line);
            });
        }
    }

    /// Does the same to both streams and compares what comes of it. Not all operations set gcount().
    template <class Operation>
    void same(Operation operation, bool counts = true) {
        reference_.clear();
        reference_.rdbuf()->pubseekpos(static_cast<std::streamoff>(at_), std::ios::in);
        auto const expected = operation(reference_);
        auto const ours = operation(stream_);
        auto const end = static_cast<std::size_t>(reference_.rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in));
        // Some operations look at the octet after the last that they take.
        if (reset_ && (reference_.eof() || stream_.bad())) {
            require(stream_.bad() && !stream_.eof(), "a lost connection is taken for its end");
            check_failure(stream_.condition(), end == text_.size());
            forget_rest();
        } else {
            require(stream_.rdstate() == reference_.rdstate(), "another state");
            require(!counts || stream_.gcount() == reference_.gcount(), "another count");
            require(ours == expected, "another result");
            consume(end - at_);
        }
        stream_.clear();
    }

    void put_back(std::size_t count) {
        for (; count != 0 && can_put_back_ != 0; --count) {
            stream_.unget();
            require(stream_.good(), "an octet cannot be put back");
            --at_;
            --can_put_back_;
        }
    }

    /// What an iostream had taken of it is gone where the operation failed.
    void forget_rest() {
        stream_.clear();
        std::string buffer(left() + 1, '\0');
        std::error_code ec;
        std::size_t const count = read_exactly(stream_, buffer, ec);
        require(count <= left() && text_.compare(text_.size() - count, count, buffer, 0, count) == 0, "not the rest");
        at_ = text_.size();
        can_put_back_ = 0;
    }

    socket_stream& stream_;
    detail::socket_core& core_;
    fuzz::fake_connection& connection_;
    std::string const& text_;
    std::istringstream reference_;
    bool reset_;
    std::size_t at_ = 0; ///< So much of the text is read.
    std::size_t can_put_back_ = 0;
    bool limited_ = false;
    std::string written_{};
    std::size_t checked_ = 0;
};

} // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input in(data, size);
    bool const reset = in.octet() % 4 == 0;
    std::size_t const parts = in.octet() / 4U;
    std::string const text = fuzz::text_of(in, parts);
    auto const pieces = in.text(in.size() / 2);
    fuzz::fake_connection connection(text, reset,
                                     {reinterpret_cast<std::uint8_t const*>(pieces.data()), pieces.size()});
    detail::socket_core core(fuzz::fake_connection::descriptor, socket_kind::stream, platform::family::v4);
    script all(detail::attach_stream(core), core, connection, text, reset);
    for (int steps = 0; !in.empty() && steps < 150; ++steps)
        all.step(in);
    all.finish();
    return 0;
}
