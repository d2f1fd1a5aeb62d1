// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <ctime>

#include <ifaddrs.h>
#include <liburing.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>

/// The system's own calls, which the linker's option --wrap leaves under these names (a sanitizer still watches them).
extern "C" {
int __real_accept4(int, sockaddr*, socklen_t*, int);
int __real_bind(int, sockaddr const*, socklen_t);
int __real_chmod(char const*, mode_t);
int __real_close(int);
int __real_connect(int, sockaddr const*, socklen_t);
int __real_epoll_create1(int);
int __real_epoll_ctl(int, int, int, epoll_event*);
int __real_epoll_pwait2(int, epoll_event*, int, timespec const*, sigset_t const*);
int __real_epoll_wait(int, epoll_event*, int, int);
int __real_eventfd(unsigned, int);
void __real_freeaddrinfo(addrinfo*);
void __real_freeifaddrs(ifaddrs*);
int __real_getaddrinfo(char const*, char const*, addrinfo const*, addrinfo**);
int __real_gethostname(char*, std::size_t);
int __real_getifaddrs(ifaddrs**);
int __real_getnameinfo(sockaddr const*, socklen_t, char*, socklen_t, char*, socklen_t, int);
int __real_getpeername(int, sockaddr*, socklen_t*);
int __real_getsockname(int, sockaddr*, socklen_t*);
int __real_getsockopt(int, int, int, void*, socklen_t*);
char* __real_if_indextoname(unsigned, char*);
unsigned __real_if_nametoindex(char const*);
int __real_io_uring_enter2(unsigned, unsigned, unsigned, unsigned, sigset_t*, std::size_t);
unsigned __real_io_uring_peek_batch_cqe(io_uring*, io_uring_cqe**, unsigned);
void __real_io_uring_queue_exit(io_uring*);
int __real_io_uring_queue_init_params(unsigned, io_uring*, io_uring_params*);
int __real_io_uring_submit(io_uring*);
int __real_ioctl(int, unsigned long, void*);
int __real_listen(int, int);
int __real_lstat(char const*, struct stat*);
int __real_poll(pollfd*, nfds_t, int);
int __real_ppoll(pollfd*, nfds_t, timespec const*, sigset_t const*);
int __real_pselect(int, fd_set*, fd_set*, fd_set*, timespec const*, sigset_t const*);
int __real_pthread_atfork(void (*)(), void (*)(), void (*)());
int __real_pthread_setname_np(pthread_t, char const*);
ssize_t __real_read(int, void*, std::size_t);
ssize_t __real_recv(int, void*, std::size_t, int);
ssize_t __real_recvfrom(int, void*, std::size_t, int, sockaddr*, socklen_t*);
ssize_t __real_recvmsg(int, msghdr*, int);
int __real_recvmmsg(int, mmsghdr*, unsigned, int, timespec*);
ssize_t __real_send(int, void const*, std::size_t, int);
ssize_t __real_sendmsg(int, msghdr const*, int);
int __real_sendmmsg(int, mmsghdr*, unsigned, int);
ssize_t __real_sendto(int, void const*, std::size_t, int, sockaddr const*, socklen_t);
int __real_setsockopt(int, int, int, void const*, socklen_t);
int __real_shutdown(int, int);
int __real_socket(int, int, int);
int __real_socketpair(int, int, int, int*);
int __real_unlink(char const*);
ssize_t __real_write(int, void const*, std::size_t);
/// How std::thread starts one: its state, owned by the pointer that is handed over by reference, and a function.
void __real__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE(void*, void (*)());
}
