// SPDX-License-Identifier: MIT
#include "platform/thread_end.hpp"

#include <new>

#include "platform/windows/winsock.hpp"

/// MinGW's thread_local objects are freed before their destructors run, and those write to what is others' by then.
namespace usocket::platform {
namespace {

struct duty {
    void (*destroy)(void* object);
    void* object;
    duty* next;
};

void WINAPI do_duties(void* first) {
    for (auto const* one = static_cast<duty const*>(first); one != nullptr;) {
        one->destroy(one->object);
        auto const* const next = one->next;
        delete one;
        one = next;
    }
}

} // namespace

int at_thread_end(void (*destroy)(void* object), void* object) noexcept {
    static DWORD const slot = ::FlsAlloc(do_duties);
    if (slot == FLS_OUT_OF_INDEXES)
        return WSAENOBUFS;
    if (object == nullptr)
        return WSA_NOT_ENOUGH_MEMORY;
    auto* const first = new (std::nothrow) duty{destroy, object, static_cast<duty*>(::FlsGetValue(slot))};
    if (first == nullptr)
        return WSA_NOT_ENOUGH_MEMORY;
    if (::FlsSetValue(slot, first) != 0)
        return 0;
    delete first;
    return WSA_NOT_ENOUGH_MEMORY;
}

} // namespace usocket::platform
