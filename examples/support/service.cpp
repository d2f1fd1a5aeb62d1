// SPDX-License-Identifier: MIT
#include "service.hpp"

#include <iostream>
#include <syncstream>
#include <system_error>

#include <pthread.h>

namespace {

void check(int error, char const* operation) {
    if (error != 0)
        throw std::system_error(error, std::system_category(), operation);
}

} // namespace

stop_signals::stop_signals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    check(pthread_sigmask(SIG_BLOCK, &signals_, nullptr), "pthread_sigmask");
}

void stop_signals::wait() const {
    int which = 0;
    check(sigwait(&signals_, &which), "sigwait");
    check(pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr), "pthread_sigmask");
}

void log_failure(usocket::server_failure const& failure) {
    std::osyncstream(std::cerr) << usocket::to_string(failure) << '\n';
}
