// SPDX-License-Identifier: MIT
#include "torture/faults.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <vector>

#include <netdb.h>

namespace torture {
namespace {

using list = std::vector<fault>;

list errors(std::initializer_list<int> codes, expectation expected = expectation::condition,
            effect how = effect::error) {
    list made;
    for (int const code : codes)
        made.push_back({how, code, expected});
    return made;
}

list together(std::initializer_list<list> parts) {
    list all;
    for (list const& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

list resolver_errors(std::initializer_list<int> codes) {
    list made;
    for (int const code : codes)
        made.push_back({effect::error, code, expectation::condition, code_kind::resolver});
    return made;
}

list const again = errors({EINTR, EAGAIN}, expectation::success);
list const nothing{{effect::nothing, 0, expectation::success}};

list receiving(subject of, bool as_message) {
    list made = together({again,
                          errors({ECONNRESET, ETIMEDOUT, ENOTCONN, ENOMEM, ECONNREFUSED}),
                          {{effect::nothing, 0, expectation::anything}}});
    if (of == subject::stream) {
        made.push_back({effect::one_octet, 0, expectation::success});
        made.push_back({effect::all_but_one, 0, expectation::success});
    } else if (as_message) {
        made.push_back({effect::truncated, 0, expectation::anything});
        made.push_back({effect::control_truncated, 0, expectation::anything});
    }
    return made;
}

list sending(subject of) {
    list const common = together({again, errors({EPIPE, ECONNRESET, ENOBUFS, ENOMEM})});
    if (of == subject::stream)
        return together(
            {common, {{effect::one_octet, 0, expectation::success}, {effect::all_but_one, 0, expectation::success}}});
    return together({common, errors({EMSGSIZE, EPERM, ECONNREFUSED, ENETUNREACH})});
}

list waiting(std::initializer_list<int> more = {}) {
    return together(
        {errors({EINTR}, expectation::success), errors({ENOMEM}), errors(more, expectation::success), nothing});
}

struct row {
    std::string_view call;
    list faults;
};

std::vector<row> const& table() {
    static std::vector<row> const rows{
        {"socket", errors({EMFILE, ENFILE, ENOBUFS, ENOMEM, EAFNOSUPPORT, EACCES})},
        {"socketpair", errors({EMFILE, ENFILE, ENOBUFS, ENOMEM, EAFNOSUPPORT})},
        {"eventfd", errors({EMFILE, ENFILE, ENOMEM})},
        {"epoll_create1", errors({EMFILE, ENFILE, ENOMEM, EPERM, ENOSYS})},
        {"bind", errors({EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL, ENOENT, EROFS, ENAMETOOLONG})},
        {"listen", errors({EADDRINUSE, EINVAL})},
        {"connect", together({errors({EINTR, EINPROGRESS}, expectation::success, effect::error_afterwards),
                              errors({ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL})})},
        {"accept4",
         together({again, errors({ECONNABORTED, EPROTO, ENETDOWN, EHOSTUNREACH, EPERM}, expectation::success),
                   errors({EMFILE, ENFILE, ENOBUFS, ENOMEM})})},
        {"poll", together({waiting(), {{effect::trouble, 0, expectation::anything}}})},
        {"ppoll", together({waiting(), {{effect::trouble, 0, expectation::anything}}})},
        {"pselect", waiting()},
        {"epoll_wait", together({waiting(), {{effect::trouble, 0, expectation::anything}}})},
        {"epoll_pwait2", together({waiting({ENOSYS, EPERM}), {{effect::trouble, 0, expectation::anything}}})},
        {"epoll_ctl", errors({EEXIST, ENOENT, ENOSPC, ENOMEM, EPERM})},
        {"io_uring_queue_init_params", errors({ENOSYS, EPERM, ENOMEM, EMFILE})},
        {"io_uring_submit", together({errors({EINTR}, expectation::success), errors({EAGAIN, EBUSY, ENOMEM})})},
        {"io_uring_enter2", together({errors({EINTR, ETIME}, expectation::success), errors({EAGAIN, EBUSY})})},
        {"io_uring_peek_batch_cqe", {nothing[0], {effect::cancelled, ECANCELED, expectation::success}}},
        {"getsockopt", together({errors({ENOPROTOOPT, EINVAL}),
                                 errors({ECONNREFUSED, ETIMEDOUT}, expectation::condition, effect::pending_error)})},
        {"setsockopt", errors({ENOPROTOOPT, EINVAL, ENOMEM, EPERM})},
        {"getsockname", errors({ENOBUFS, ENOTCONN, EINVAL})},
        {"getpeername", errors({ENOBUFS, ENOTCONN, EINVAL})},
        {"close", together({errors({EINTR}, expectation::success, effect::error_afterwards),
                            errors({EIO}, expectation::condition, effect::error_afterwards)})},
        {"shutdown", errors({ENOTCONN, ENOBUFS}, expectation::condition, effect::error_afterwards)},
        {"ioctl", errors({ENOMEM, EINVAL})},
        {"read", errors({EAGAIN}, expectation::success)},
        {"write", errors({EAGAIN}, expectation::success, effect::error_afterwards)},
        {"lstat", errors({EACCES, ENOENT, ENOMEM})},
        {"unlink", errors({EACCES, ENOENT, EROFS})},
        {"chmod", errors({EPERM, ENOENT, EROFS})},
        {"getaddrinfo", together({resolver_errors({EAI_AGAIN, EAI_NONAME, EAI_FAIL, EAI_MEMORY}),
                                  errors({EMFILE}),
                                  errors({EINTR}, expectation::success),
                                  {{effect::nothing, EAI_NONAME, expectation::condition, code_kind::resolver}}})},
        {"getnameinfo", together({resolver_errors({EAI_AGAIN, EAI_FAIL, EAI_MEMORY}), errors({EMFILE})})},
        {"gethostname", errors({ENAMETOOLONG, EPERM})},
        {"getifaddrs", errors({ENOMEM, EMFILE})},
        {"if_nametoindex", errors({ENODEV, EMFILE})},
        {"if_indextoname", errors({ENXIO, EMFILE})},
        {"pthread_setname_np", errors({ERANGE}, expectation::success)},
        {"pthread_atfork", errors({ENOMEM})},
        {"thread", {{effect::no_thread, EAGAIN, expectation::condition}}},
        {"operator new", {{effect::out_of_memory, ENOMEM, expectation::condition}}},
        {"recvmmsg", together({again,
                               errors({ECONNRESET, ETIMEDOUT, ENOTCONN, ENOMEM, ECONNREFUSED}),
                               {{effect::one_octet, 0, expectation::success},
                                {effect::control_truncated, 0, expectation::anything}}})},
        // One message, and all but one.
        {"sendmmsg",
         together({again,
                   errors({EPIPE, ECONNRESET, ENOBUFS, ENOMEM, EMSGSIZE, EPERM, ECONNREFUSED, ENETUNREACH}),
                   {{effect::one_octet, 0, expectation::success}, {effect::all_but_one, 0, expectation::success}}})},
        // That the system makes no segments is no failure.
        {"sendmsg in segments", together({again, errors({EINVAL, EMSGSIZE, EIO, EOPNOTSUPP}, expectation::success),
                                          errors({EPIPE, ENOBUFS, ENOMEM, EPERM, ECONNREFUSED, ENETUNREACH})})},
        {"setsockopt of UDP", errors({ENOPROTOOPT, EPERM}, expectation::success)},
        {"recv", {}},
        {"send", {}},
        // These give back, and report nothing.
        {"freeaddrinfo", {}},
        {"freeifaddrs", {}},
        {"io_uring_queue_exit", {}},
    };
    return rows;
}

std::string name_of_resolver_code(int code) {
    switch (code) {
    case EAI_AGAIN:
        return "EAI_AGAIN";
    case EAI_NONAME:
        return "EAI_NONAME";
    case EAI_FAIL:
        return "EAI_FAIL";
    default:
        return "EAI_MEMORY";
    }
}

} // namespace

std::string name_of(fault const& which) {
    switch (which.effect) {
    case effect::error:
    case effect::error_afterwards:
        return which.kind == code_kind::resolver ? name_of_resolver_code(which.code) : ::strerrorname_np(which.code);
    case effect::one_octet:
        return "one_octet";
    case effect::all_but_one:
        return "all_but_one";
    case effect::nothing:
        return "nothing";
    case effect::truncated:
        return "MSG_TRUNC";
    case effect::control_truncated:
        return "MSG_CTRUNC";
    case effect::trouble:
        return "trouble";
    case effect::pending_error:
        return std::string("SO_ERROR_") + ::strerrorname_np(which.code);
    case effect::cancelled:
        return "cancelled";
    case effect::out_of_memory:
        return "bad_alloc";
    case effect::no_thread:
        return "EAGAIN";
    }
    return "unknown";
}

std::span<fault const> faults_of(std::string_view call, subject of) {
    static list const receive[] = {receiving(subject::other, false), receiving(subject::stream, false),
                                   receiving(subject::datagram, false)};
    static list const receive_message[] = {receiving(subject::other, true), receiving(subject::stream, true),
                                           receiving(subject::datagram, true)};
    static list const send[] = {sending(subject::other), sending(subject::stream), sending(subject::datagram)};
    auto const index = static_cast<std::size_t>(of);
    if (call == "recv" || call == "recvfrom")
        return receive[index];
    if (call == "recvmsg")
        return receive_message[index];
    if (call == "send" || call == "sendto" || call == "sendmsg")
        return send[index];
    auto const found = std::ranges::find(table(), call, &row::call);
    return found == table().end() ? std::span<fault const>() : found->faults;
}

int repetitions_of(std::string_view call, fault const& which) {
    if (which.effect == effect::one_octet || which.effect == effect::all_but_one)
        return 100; // a large transfer, octet by octet, would be for ever as well
    // Accepting goes on after failures that pass.
    if (which.expectation == expectation::success || which.effect == effect::trouble || call == "accept4")
        return 3;
    return std::numeric_limits<int>::max();
}

} // namespace torture
