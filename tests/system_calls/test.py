#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the system calls of each operation with strace and compares them with what is promised.

usage: test.py PROGRAM     (fails; prints the table either way)
"""
import re
import shutil
import subprocess
import sys

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
    "datagram send to host and port": ["sendto"],
    "wait_for_input list": ["ppoll"],
    "cancel_scope": [],
}

# What the C library does for memory is not the library's.
MEMORY = {"brk", "mmap", "munmap", "mremap", "madvise"}


def traced(program):
    command = ["strace", "-qq", "-s", "80", "-o", "/dev/stderr", "--", program]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"strace or the program failed ({done.returncode}):\n{done.stderr[-2000:]}")
    return done.stderr.splitlines()


def operations(lines):
    found, name = {}, None
    for line in lines:
        mark = re.match(r'write\(-1, "(begin ([^"]*)|end)"', line)
        if mark:
            name = mark.group(2)
            if name:
                found[name] = []
        elif name:
            call = re.match(r"(\w+)\(", line)
            if call and call.group(1) not in MEMORY:
                found[name].append(call.group(1))
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if shutil.which("strace") is None:
        sys.exit("strace is missing (Debian package strace)")
    found = operations(traced(sys.argv[1]))
    wrong = 0
    for name in sorted(set(PROMISED) | set(found), key=list(PROMISED | found).index):
        made, promised = found.get(name), PROMISED.get(name)
        verdict = "" if made == promised else f"   WRONG, promised: {promised}"
        wrong += made != promised
        print(f"{name:36} {len(made) if made is not None else '-':>2}  {' '.join(made or [])}{verdict}")
    sys.exit(f"{wrong} operations differ" if wrong else 0)


if __name__ == "__main__":
    main()
