#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Fails if one of the given object files imports a system call: only the platform layer may make them.
# Usage: check_seam.sh OBJECT...          (NM names another nm)
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "usage: check_seam.sh OBJECT..." >&2
    exit 2
fi

# Sockets, descriptors, readiness, names. An extended regular expression over the whole name of a symbol; the C
# library's checked and internal variants (__read_chk, __poll_chk, __connect) count as well, and Winsock's.
calls='socket|socketpair|bind|listen|connect|accept4?|shutdown|close|close_range|closesocket|dup|dup2|dup3'
calls+='|send|sendto|sendmsg|sendmmsg|sendfile(64)?|splice|recv|recvfrom|recvmsg|recvmmsg'
calls+='|read|write|readv|writev|p(read|write)(v|v2)?(64)?(v2)?|open(at)?(64)?|pipe2?|unlink(at)?|[fl]?stat(at|x)?(64)?|ch(mod|own)'
calls+='|poll|ppoll|select|pselect|epoll_(create|create1|ctl|p?wait|pwait2)|kqueue|kevent|io_uring_.*'
calls+='|fcntl(64)?|ioctl|ioctlsocket|[gs]etsockopt|getsockname|getpeername|sockatmark|isfdtype'
calls+='|eventfd(_read|_write)?|timerfd_.*|signalfd|inotify_.*|sigaction|signal|pthread_sigmask|sigprocmask|raise|kill'
calls+='|getaddrinfo|freeaddrinfo|gai_strerror|getnameinfo|gethostby(name|addr)(2)?(_r)?|getservby(name|port)(_r)?|getprotoby.*'
calls+='|gethostname|getdomainname|sethostname|if_nametoindex|if_indextoname|if_nameindex|getifaddrs|freeifaddrs|res_.*'
calls+='|inet_(pton|ntop|aton|addr|ntoa|network)|syscall|getpid|fork|vfork|exec.*|usleep|nanosleep|sleep|WSA.*'

for object in "$@"; do
    if [ ! -f "$object" ]; then
        echo "check_seam: no such file: $object" >&2
        exit 2
    fi
done

# One line an import: the object, and the symbol without its version.
imports=$("${NM:-nm}" -A -u "$@" | sed -E 's/^(.*):[^:]* ([^ @]+)(@.*)?$/\1 \2/')
if found=$(grep -E " (__imp_)?(__)?($calls)(_chk|_2)?\$" <<<"$imports"); then
    while read -r object symbol; do
        echo "$object: imports $symbol, a system call: call it through src/platform/platform.hpp"
    done <<<"$found"
    exit 1
fi
echo "check_seam: $# objects import no system call"
