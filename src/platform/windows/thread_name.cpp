// SPDX-License-Identifier: MIT
#include "platform/thread_name.hpp"

#include <new>

#include "platform/windows/utf8.hpp"
#include "platform/windows/winsock.hpp"

namespace usocket::platform {

void name_this_thread(std::string const& name) noexcept {
    // Not in the oldest systems that all else runs on.
    using set_description = HRESULT(WINAPI*)(HANDLE, PCWSTR);
    static auto const set = reinterpret_cast<set_description>(
        reinterpret_cast<void*>(::GetProcAddress(::GetModuleHandleW(L"kernel32.dll"), "SetThreadDescription")));
    if (set == nullptr)
        return;
    try {
        set(::GetCurrentThread(), to_wide(name).c_str());
    } catch (std::bad_alloc const&) {
        return; // without a name, then
    }
}

} // namespace usocket::platform
