// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <thread>

/// Network namespaces of this process alone: they have no name, and go with it.
namespace chaos {

/// A descriptor that closes itself.
class descriptor {
public:
    explicit descriptor(int number = -1) noexcept : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~descriptor();
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

/// A network namespace with nothing in it.
class network {
public:
    /// Makes one. The calling thread is in it afterwards.
    network();

    /// Calls `what` on a thread in this namespace, and waits for it. What it raises ends the run.
    void in(std::function<void()> const& what) const;
    /// The same without waiting.
    [[nodiscard]] std::jthread start(std::function<void()> what) const;

    /// Runs a command of the shell here. One that fails ends the run.
    void command(std::string const& line) const;
    /// Sets a value below /proc/sys/net/, where there is one.
    void set(std::string const& name, std::string const& value) const;

    void enter() const;

private:
    descriptor handle_;
};

/// The device of a new interface in the calling thread's namespace: what is sent to the interface is read from it, what
/// is written to it is received there. With `large` ones packets come and go before they are split, with a header that
/// says how.
[[nodiscard]] descriptor open_interface(char const* name, bool large);

/// Runs `what` on a thread; what it raises ends the run.
[[nodiscard]] std::jthread start_thread(std::function<void()> what);

/// Why none of this can be had here; empty where it can.
[[nodiscard]] std::string why_not();

} // namespace chaos
