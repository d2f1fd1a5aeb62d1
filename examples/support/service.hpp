// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>

#include <usocket/server_options.hpp>

/// The signals that ask a program to stop: SIGINT (Ctrl-C) and SIGTERM.
///
/// Make it first in main(): it blocks them, and only threads that are started later inherit that, so that the signals
/// come to wait() and to nowhere else.
class stop_signals {
public:
    stop_signals();

    /// Returns when one of them has come. From then on they do again what they do by themselves: a second Ctrl-C ends
    /// the program at once, however long stopping may take.
    void wait() const;

private:
    sigset_t signals_{};
};

/// For server_options::on_error: writes what went wrong to the error output, a line at a time from any thread.
void log_failure(usocket::server_failure const& failure);
