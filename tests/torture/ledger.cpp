// SPDX-License-Identifier: MIT
#include "torture/ledger.hpp"

#include <bitset>
#include <mutex>
#include <string>

#include <fcntl.h>

#include "torture/injector.hpp"
#include "torture/real.hpp"
#include "torture/verdict.hpp"

namespace torture::ledger {
namespace {

constexpr int first_number = 100;
constexpr std::size_t most = 20000;

std::mutex mutex;               // NOLINT
std::bitset<most> open;         // NOLINT
int next_number = first_number; // NOLINT

void complain(int descriptor, std::string_view call, std::string_view what) {
    unharmed const own;
    violation(std::string(call) + " on descriptor " + std::to_string(descriptor) + std::string(what));
}

bool is_open(int descriptor) {
    return descriptor >= 0 && static_cast<std::size_t>(descriptor) < most && open[static_cast<std::size_t>(descriptor)];
}

int move(int descriptor) {
    int const moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, next_number);
    if (moved < 0)
        return descriptor;
    __real_close(descriptor);
    next_number = moved + 1;
    open.set(static_cast<std::size_t>(moved));
    return moved;
}

} // namespace

int opened(int descriptor, std::string_view call) {
    if (descriptor < 0)
        return descriptor;
    if ((::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) == 0)
        complain(descriptor, call, ", which child processes would inherit");
    std::lock_guard const lock(mutex);
    return move(descriptor);
}

void opened_as_it_is(int descriptor) {
    std::lock_guard const lock(mutex);
    open.set(static_cast<std::size_t>(descriptor));
}

int given(int descriptor) {
    std::lock_guard const lock(mutex);
    return move(descriptor);
}

void taken(int descriptor) {
    std::lock_guard const lock(mutex);
    open.reset(static_cast<std::size_t>(descriptor));
}

use::use(int on_descriptor, char const* by_call) noexcept : descriptor(on_descriptor), call(by_call) {
    std::unique_lock lock(mutex);
    if (is_open(descriptor))
        return;
    lock.unlock();
    complain(descriptor, call, ", which the library does not have open");
}

use::~use() = default;

bool closed(int descriptor, std::string_view call) {
    std::unique_lock lock(mutex);
    if (is_open(descriptor)) {
        open.reset(static_cast<std::size_t>(descriptor));
        return true;
    }
    lock.unlock();
    complain(descriptor, call, ", which the library does not have open");
    return false;
}

std::size_t open_count() {
    std::lock_guard const lock(mutex);
    return open.count();
}

} // namespace torture::ledger
