// SPDX-License-Identifier: MIT
#include "torture/collector.hpp"

#include <pthread.h>

#include "torture/injector.hpp"
#include "torture/real.hpp"

namespace torture {
namespace {

/// On a thread, whose calls do not fail.
class thread_collector final : public collector {
public:
    explicit thread_collector(int descriptor)
        : descriptor_(descriptor), runs_(::pthread_create(&thread_, nullptr, run, this) == 0) {}
    thread_collector(thread_collector const&) = delete;
    thread_collector& operator=(thread_collector const&) = delete;
    ~thread_collector() override { join(); }

    [[nodiscard]] bool runs() const noexcept { return runs_; }

    [[nodiscard]] std::string end() override {
        join();
        return came_;
    }

private:
    void join() noexcept {
        if (runs_)
            ::pthread_join(thread_, nullptr);
        runs_ = false;
    }

    static void* run(void* self) noexcept {
        unharmed const own;
        auto& me = *static_cast<thread_collector*>(self);
        char buffer[16384];
        for (;;) {
            ssize_t const size = __real_recv(me.descriptor_, buffer, sizeof buffer, 0);
            if (size <= 0)
                return nullptr;
            me.came_.append(buffer, static_cast<std::size_t>(size));
        }
    }

    int descriptor_;
    std::string came_{};
    pthread_t thread_{};
    bool runs_;
};

} // namespace

std::unique_ptr<collector> collect(int descriptor) {
    unharmed const own;
    auto made = std::make_unique<thread_collector>(descriptor);
    return made->runs() ? std::move(made) : nullptr;
}

} // namespace torture
