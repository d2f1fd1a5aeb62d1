#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Interrupts each system call of the operations once, with strace, and requires that every run goes on as if not.

usage: interruptions.py PROGRAM
"""
import pathlib
import platform
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
from strace import strace  # noqa: E402

# A connect that is interrupted goes on by itself, which an injected one does not: it has tests of its own.
CALLS = ["accept4", "recvfrom", "recvmsg", "sendto", "sendmsg", "ppoll", "pselect6", "epoll_pwait2", "close"]
CALLS.append("epoll_wait" if platform.machine() == "x86_64" else "epoll_pwait")


# Made by some builds and systems only.
OPTIONAL = ["io_uring_enter", "poll"]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program, failures = sys.argv[1], 0
    for call in CALLS + OPTIONAL:
        before, began, during = strace([program], "-e", f"trace=write,{call}").stderr.partition('write(-1, "begin')
        loading = before.count(f"{call}(")  # the loader's own calls
        made = loading + during.count(f"{call}(")
        if not began or made == loading:
            if call in OPTIONAL:
                print(f"{call}: not made here")
                continue
            sys.exit(f"{call}: never made")
        for which in range(loading + 1, made + 1):
            done = strace([program], "-o", "/dev/null", "-e", f"inject={call}:error=EINTR:when={which}")
            if done.returncode != 0:
                failures += 1
                print(f"{call} number {which} of {made}: exit {done.returncode}: {done.stderr.strip()[-300:]}")
        print(f"{call}: {made - loading} interrupted")
    sys.exit(f"{failures} runs failed" if failures else 0)


if __name__ == "__main__":
    main()
