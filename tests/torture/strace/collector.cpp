// SPDX-License-Identifier: MIT
#include "torture/collector.hpp"

#include <chrono>
#include <csignal>
#include <cstddef>
#include <thread>
#include <utility>

#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "torture/strace/unseen.hpp"

namespace torture {
namespace {

struct shared {
    std::size_t size;
    char came[(std::size_t{1} << 20) - sizeof(std::size_t)];
};

/// On a process that strace is not told of, with a memory of its own.
class process_collector final : public collector {
public:
    explicit process_collector(int descriptor) : descriptor_(descriptor) {
        void* const memory = ::mmap(nullptr, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            return;
        shared_ = static_cast<shared*>(memory);
        process_ = static_cast<pid_t>(::syscall(SYS_clone, CLONE_FILES | CLONE_UNTRACED, nullptr, nullptr, nullptr, 0));
        if (process_ == 0)
            be_the_process();
    }
    process_collector(process_collector const&) = delete;
    process_collector& operator=(process_collector const&) = delete;
    ~process_collector() override {
        join();
        if (shared_ != nullptr)
            ::munmap(shared_, sizeof(shared));
    }

    [[nodiscard]] bool runs() const noexcept { return process_ > 0; }

    [[nodiscard]] std::string end() override {
        join();
        return {shared_->came, shared_->size};
    }

private:
    /// Where strace has kept the other side from closing, the end does not come by itself.
    void join() noexcept {
        pid_t const process = std::exchange(process_, 0);
        if (process <= 0)
            return;
        for (int i = 0; i < 1000; ++i) {
            if (::waitpid(process, nullptr, __WALL | WNOHANG) != 0)
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        unseen([this] { return ::shutdown(descriptor_, SHUT_RD); });
        ::waitpid(process, nullptr, __WALL);
    }

    [[noreturn]] void be_the_process() noexcept {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::alarm(30);
        for (ssize_t size = 1; size > 0 && shared_->size < sizeof shared_->came;) {
            size = ::recv(descriptor_, shared_->came + shared_->size, sizeof shared_->came - shared_->size, 0);
            shared_->size += size > 0 ? static_cast<std::size_t>(size) : 0;
        }
        ::_exit(0);
    }

    int descriptor_;
    shared* shared_ = nullptr;
    pid_t process_ = 0;
};

} // namespace

std::unique_ptr<collector> collect(int descriptor) {
    auto made = std::make_unique<process_collector>(descriptor);
    return made->runs() ? std::move(made) : nullptr;
}

} // namespace torture
