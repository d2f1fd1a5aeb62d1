// SPDX-License-Identifier: MIT
#include "support/allocation_counter.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations{0};

// Not every system can free() what it has aligned: what is to be freed stands before it.
[[gnu::noinline]] void free_aligned(void* memory) noexcept {
    if (memory != nullptr)
        std::free(static_cast<void**>(memory)[-1]);
}
} // namespace

namespace allocation_counter {
std::size_t count() noexcept { return allocations.load(); }
} // namespace allocation_counter

// Not inlined: the compiler would take malloc and operator delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
    ++allocations;
    auto const boundary = static_cast<std::size_t>(alignment);
    void* const room = std::malloc(size + sizeof(void*) + boundary);
    if (room == nullptr)
        return nullptr;
    auto* const first = static_cast<std::byte*>(room) + sizeof(void*);
    std::size_t const beyond = reinterpret_cast<std::uintptr_t>(first) % boundary;
    void* const memory = beyond == 0 ? first : first + (boundary - beyond);
    static_cast<void**>(memory)[-1] = room;
    return memory;
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    if (void* const memory = operator new(size, alignment, std::nothrow))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { free_aligned(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { free_aligned(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
