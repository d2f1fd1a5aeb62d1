#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the system calls of each operation with strace and compares them with what is promised.

usage: test.py [--refuse CALL] PROGRAM     (fails where they differ; prints the table either way)

With --refuse the kernel does not permit the call; the rest must go on as ever.
"""
import argparse
import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from strace import MARK, strace  # noqa: E402

# One call each, or a reason. connect: a socket must be made, and small writes sent at once (TCP_NODELAY); getsockname
# finds a socket that was connected to itself, which only happens on unprivileged ports.
PROMISED = {
    "connect": ["socket", "connect", "getsockname", "setsockopt"],
    "accept": ["accept4"],
    "send": ["sendto"],
    "receive": ["recvfrom"],
    "wait_for_input one": ["ppoll"],
    "receive with a limit, ready": ["recvfrom"],
    "send with a limit": ["sendto"],
    "receive in a cancel_scope, ready": ["recvfrom"],
    "stream write": [],
    "stream flush": ["sendto"],
    "read_line": ["recvfrom"],
    "read_line, buffered": [],
    "getline": ["recvfrom"],
    "getline, buffered": [],
    "large write with output pending": ["sendmsg"],
    "local name": ["getsockname"],
    "peer name": [],
    "shutdown": ["shutdown"],
    "close": ["close"],
    "datagram connect": ["socket", "connect"],
    "datagram send": ["sendto"],
    "datagram receive": ["recvfrom"],
    "datagram send to": ["sendto"],
    "datagram send to an endpoint": ["sendto"],
    "datagram send to host and port": ["sendto"],
    "datagram receive with destination": ["recvmsg"],
    "datagram send from": ["sendmsg"],
    "datagram receive with our end": ["recvmsg"],
    "datagram receive without destination": ["recvfrom"],
    "datagram receive with our end, asked for": ["recvmsg", "getsockname"],
    "batch of equal datagrams": ["sendmsg"],
    "first batch received": ["setsockopt", "recvmmsg"],
    "batch of any datagrams": ["sendmmsg"],
    "batch received": ["recvmmsg"],
    "buffer sent as datagrams": ["sendmsg"],
    "wait_for_input list": ["epoll_wait"],
    "cancel_scope": [],
}

# Of each backend; `wait` is its call. "Waiting for nothing" looks at a member that waits for no input, which select
# cannot; a wait in a cancel_scope with epoll looks at both its handles first.
for name, wait, change in [
    ("select", ["pselect6"], []),
    ("poll", ["ppoll"], []),
    ("epoll", ["epoll_wait"], ["epoll_ctl"]),
]:
    epoll = name == "epoll"
    PROMISED |= {
        f"{name}, wait": wait,
        f"{name}, wait with a timeout": ["epoll_pwait2"] if epoll else wait,
        f"{name}, wait again, without waiting": wait,
        f"{name}, change": change,
        f"{name}, wait for output, too": wait,
        f"{name}, remove": change,
        f"{name}, add": change,
        f"{name}, wait for nothing": ["epoll_pwait2"] if epoll else ["ppoll"] * (name == "select") + wait,
        f"{name}, wait in a cancel_scope": ["ppoll"] * epoll + wait,
    }

# New members are armed by the wait. Adding comes to nothing by itself; what is removed must be let go of at once.
IO_URING = {
    "io_uring, first wait": ["io_uring_enter", "ppoll"],
    "io_uring, wait": ["ppoll"],
    "io_uring, wait again": ["ppoll"],
    "io_uring, wait for another": ["ppoll"],
    "io_uring, wait in vain": ["ppoll"],
    "io_uring, remove": ["io_uring_enter"],
    "io_uring, add": [],
}
NO_IO_URING = {"io_uring is not supported here": []}

# What the C library does for memory is not the library's.
MEMORY = {"brk", "mmap", "munmap", "mremap", "madvise"}
# One call by two names: some processors have only one of them.
SAME = {
    "epoll_pwait": "epoll_wait",
    "poll": "ppoll",
    "send": "sendto",
    "recv": "recvfrom",
    "recvmmsg_time64": "recvmmsg",
}


def traced(program, refused):
    inject = ["-e", f"inject={refused}:error=EPERM"] if refused else []
    done = strace([program], "-s", "80", *inject)
    if done.returncode != 0:
        sys.exit(f"strace or the program failed ({done.returncode}):\n{done.stderr[-2000:]}")
    return done.stderr.splitlines()


def operations(lines):
    found, name = {}, None
    for line in lines:
        mark = re.match(MARK, line)
        if mark:
            name = mark.group(2)
            if name:
                found[name] = []
        elif name:
            call = re.match(r"(\w+)\(", line)
            if call and call.group(1) not in MEMORY:
                found[name].append(SAME.get(call.group(1), call.group(1)))
    return found


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--refuse")
    parser.add_argument("program")
    arguments = parser.parse_args()
    found = operations(traced(arguments.program, arguments.refuse))
    if arguments.refuse == "io_uring_setup" and not NO_IO_URING.keys() <= found.keys():
        sys.exit("io_uring is said to be supported where the kernel refuses it")
    all_promised = PROMISED | (NO_IO_URING if NO_IO_URING.keys() <= found.keys() else IO_URING)
    wrong = 0
    for name in sorted(set(all_promised) | set(found), key=list(all_promised | found).index):
        made, promised = found.get(name), all_promised.get(name)
        verdict = "" if made == promised else f"   WRONG, promised: {promised}"
        wrong += made != promised
        print(f"{name:40} {len(made) if made is not None else '-':>2}  {' '.join(made or [])}{verdict}")
    sys.exit(f"{wrong} operations differ" if wrong else 0)


if __name__ == "__main__":
    main()
