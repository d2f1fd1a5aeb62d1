// SPDX-License-Identifier: MIT
#include <usocket/stream.hpp>

#include "conditions/raise.hpp"
#include "stream/attach.hpp"
#include "stream/implementation.hpp"

namespace usocket {

socket_stream::socket_stream(implementation& whole) : std::iostream(&whole.buffer), implementation_(&whole) {}

socket_stream::~socket_stream() = default;

std::error_code socket_stream::condition() const noexcept { return implementation_->buffer.condition(); }

void socket_stream::clear_condition() noexcept { implementation_->buffer.clear_condition(); }

std::istream& socket_stream::input() { return implementation_->input; }

std::ostream& socket_stream::output() { return implementation_->output; }

namespace detail {

std::error_code stream_buffer::condition() const noexcept {
    auto const of_input = input_condition_.load();
    auto const of_output = output_condition_.load();
    if (of_output && (!of_input || output_failed_last_.load(std::memory_order_relaxed)))
        return of_output;
    return of_input;
}

void stream_buffer::clear_condition() noexcept {
    input_condition_.clear();
    output_condition_.clear();
}

void stream_buffer::raise(std::string_view operation, io_result const& result) const {
    raise_io_failure(core_, operation, result);
}

socket_stream& attach_stream(socket_core& core) {
    using whole = stream_access::implementation;
    if (auto* const present = core.stream())
        return static_cast<whole&>(*present).main;
    return static_cast<whole&>(core.attach(std::make_unique<whole>(core))).main;
}

} // namespace detail

} // namespace usocket
