// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// The ways in which each call of the system may fail.
namespace torture {

/// What a wrapped call does instead of its duty, or besides it.
enum class effect : std::uint8_t {
    error,             ///< Nothing happens; the code is reported.
    error_afterwards,  ///< The call is made; the code is reported all the same.
    one_octet,         ///< Moves one octet.
    all_but_one,       ///< Moves one octet less than it could.
    nothing,           ///< Zero: the end of a stream, an empty datagram, no event, an empty list of addresses.
    truncated,         ///< Says that the datagram was longer.
    control_truncated, ///< Says that ancillary data did not fit, and gives none.
    trouble,           ///< Reports an event of failure on what was asked for, where there is none.
    pending_error,     ///< The option SO_ERROR has the code.
    cancelled,         ///< A completion says that its request was cancelled.
    out_of_memory,     ///< operator new raises.
    no_thread,         ///< A thread cannot be started.
};

/// What a program sees of it.
enum class expectation : std::uint8_t {
    success,   ///< Nothing: the operation goes on.
    condition, ///< If anything, the condition that the code stands for.
    anything,  ///< An answer that is well-formed, but not the one that was sent.
};

/// Which explains the code of a fault.
enum class code_kind : std::uint8_t { system, resolver };

struct fault {
    torture::effect effect = effect::error;
    int code = 0;
    torture::expectation expectation = expectation::condition;
    code_kind kind = code_kind::system;
};

/// The call's descriptor, as far as it matters to what may happen.
enum class subject : std::uint8_t { other, stream, datagram };

/// As a token names it: "EMFILE", "one_octet".
[[nodiscard]] std::string name_of(fault const& which);

/// The faults of a call by its name; `operator new` and `thread` are calls, too.
[[nodiscard]] std::span<fault const> faults_of(std::string_view call, subject of);

/// How often a fault happens that does so "from there on": what never ends for a system that works (an interruption, a
/// would-block) would never end here.
[[nodiscard]] int repetitions_of(std::string_view call, fault const& which);

} // namespace torture
