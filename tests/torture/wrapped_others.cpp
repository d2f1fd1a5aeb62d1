// SPDX-License-Identifier: MIT
#include <cerrno>
#include <system_error>

#include "torture/injector.hpp"
#include "torture/real.hpp"
#include "torture/wrapped.hpp"

/// Names and threads.
using namespace torture;

namespace {

int resolver_result(fault const& what) noexcept {
    if (what.kind == code_kind::resolver)
        return what.code;
    errno = what.code;
    return EAI_SYSTEM;
}

} // namespace

extern "C" {

int __wrap_getaddrinfo(char const* name, char const* service, addrinfo const* hints, addrinfo** out) {
    fault const* const what = on_call("getaddrinfo");
    unharmed const own;
    if (what == nullptr)
        return __real_getaddrinfo(name, service, hints, out);
    if (what->effect != effect::nothing)
        return resolver_result(*what);
    *out = nullptr;
    return 0;
}

void __wrap_freeaddrinfo(addrinfo* list) {
    if (list != nullptr)
        __real_freeaddrinfo(list);
}

int __wrap_getnameinfo(sockaddr const* address, socklen_t length, char* host, socklen_t host_size, char* service,
                       socklen_t service_size, int flags) {
    if (fault const* const what = on_call("getnameinfo"))
        return resolver_result(*what);
    return __real_getnameinfo(address, length, host, host_size, service, service_size, flags);
}

int __wrap_gethostname(char* name, std::size_t size) {
    if (fault const* const what = on_call("gethostname")) {
        errno = what->code;
        return -1;
    }
    return __real_gethostname(name, size);
}

int __wrap_getifaddrs(ifaddrs** out) {
    if (fault const* const what = on_call("getifaddrs")) {
        errno = what->code;
        return -1;
    }
    return __real_getifaddrs(out);
}

void __wrap_freeifaddrs(ifaddrs* list) { __real_freeifaddrs(list); }

unsigned __wrap_if_nametoindex(char const* name) {
    if (fault const* const what = on_call("if_nametoindex")) {
        errno = what->code;
        return 0;
    }
    return __real_if_nametoindex(name);
}

char* __wrap_if_indextoname(unsigned index, char* name) {
    if (fault const* const what = on_call("if_indextoname")) {
        errno = what->code;
        return nullptr;
    }
    return __real_if_indextoname(index, name);
}

int __wrap_pthread_setname_np(pthread_t thread, char const* name) {
    fault const* const what = on_call("pthread_setname_np");
    return what == nullptr ? __real_pthread_setname_np(thread, name) : what->code;
}

int __wrap_pthread_atfork(void (*prepare)(), void (*parent)(), void (*child)()) {
    fault const* const what = on_call("pthread_atfork");
    return what == nullptr ? __real_pthread_atfork(prepare, parent, child) : what->code;
}

void __wrap__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE(void* state,
                                                                                                  void (*depend)()) {
    if (fault const* const what = on_call("thread"))
        throw std::system_error(what->code, std::generic_category());
    __real__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE(state, depend);
}

} // extern "C"
