# SPDX-License-Identifier: MIT
"""Runs programs under strace."""
import shutil
import subprocess
import sys

# What programs write to a descriptor that does not exist, for what comes to be told from what was before.
MARK = r'write\(-1, "(begin ([^"]*)|end)"'


def strace(command, *options, timeout=30, environment=None):
    """The completed process; what strace writes is in its stderr, unless `options` say otherwise."""
    if shutil.which("strace") is None:
        sys.exit("strace is missing (Debian package strace)")
    return subprocess.run(["strace", "-qq", *options, "--", *command], capture_output=True, text=True, errors="replace",
                          timeout=timeout, env=environment, check=False)
