#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks docs/original-to-cpp.md against what the original exports and against the real headers.

usage: symbols_test.py SOURCE_FOLDER COMPILER PLATFORM_INCLUDE_FOLDER

- Each of the original's exports, and each later symbol in LATER, has a row.
- The header of a row declares each C++ name of the row: the name stands in that file, outside of comments, and a program
  that names it compiles.
- Only the rows in PENDING say that their counterpart is yet to come, and none of those exists already.
"""

import pathlib
import re
import subprocess
import sys

PENDING = {
    "with the event loop": {"*default-event-base*"},
}

LATER = {
    "*ipv6-only-p*", "out-of-memory-error", "already-shutdown-error", "ns-try-again-error", "retry", "use-other-host",
    "use-other-port", ":connection-timeout", ":read-timeout", "get-host-name", "with-accepted-connection",
    "make-stream-socket", "make-stream-server-socket", "make-datagram-socket", "ignore-unsupported-warnings",
    "get-host-by-address",
}

EXPORT_COUNT = 105


class Row:
    def __init__(self, line_number, cells):
        self.line_number = line_number
        self.symbols = re.findall(r"`([^`]+)`", cells[0])
        self.names = re.findall(r"`([^`]+)`", cells[1])
        self.header = cells[2]


def read_rows(page):
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) != 4 and not (len(cells) == 3 and line.rstrip().endswith("| |")):
                sys.exit(f"{page}:{number}: {len(cells)} cells")
            yield Row(number, cells)


def read_exports(file):
    exports = {line.split("\t")[0] for line in file.read_text().splitlines() if line and not line.startswith("#")}
    if len(exports) != EXPORT_COUNT:
        sys.exit(f"{file}: {len(exports)} exports and not {EXPORT_COUNT}")
    return exports


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def use_of(name, number):
    """A declaration that compiles where `name` is declared."""
    if "::" not in name:
        return f"using ::usocket::{name};"
    owner, member = name.rsplit("::", 1)
    # In a derived class, so that overloaded members and those that are no functions are all right.
    return f"struct member_{number} : ::usocket::{owner} {{ using ::usocket::{owner}::{member}; }};"


def compile_program(compiler, folders, lines):
    program = "#include <usocket/server.hpp>\n#include <usocket/usocket.hpp>\nnamespace names {\n" + "\n".join(lines) + "\n}\n"
    command = [compiler, "-std=c++20", "-fsyntax-only", "-x", "c++", "-"]
    command += [f"-I{folder}" for folder in folders]
    return subprocess.run(command, input=program, capture_output=True, text=True)


def main(arguments):
    if len(arguments) != 3:
        sys.exit(__doc__)
    source, compiler, platform_headers = pathlib.Path(arguments[0]), arguments[1], arguments[2]
    headers = source / "include" / "usocket"
    page = source / "docs" / "original-to-cpp.md"
    rows = list(read_rows(page))
    failures = []

    described = {symbol for row in rows for symbol in row.symbols}
    exports = read_exports(source / "tests" / "parity" / "usocket-0.8.3-exports.txt")
    for symbol in sorted((exports | LATER) - described):
        failures.append(f"{page}: no row for {symbol}")

    everything = "".join(without_comments(file.read_text()) for file in headers.glob("*.hpp"))
    uses = []
    for row in rows:
        place = f"{page}:{row.line_number}"
        if not row.names:
            failures.append(f"{place}: no C++ name")
        if row.header.startswith("with "):
            for symbol in row.symbols:
                if symbol not in PENDING.get(row.header, ()):
                    failures.append(f"{place}: {symbol} is not to come {row.header}")
            for name in row.names:
                if re.search(rf"\b{name}\b", everything):
                    failures.append(f"{place}: {name} is there already")
            continue
        for name in row.names:
            if name.startswith("std::"):
                continue
            header = headers / row.header
            last = name.rsplit("::", 1)[-1]
            if not header.is_file():
                failures.append(f"{place}: no header {row.header}")
            elif not re.search(rf"\b{last}\b", without_comments(header.read_text())):
                failures.append(f"{place}: {row.header} does not declare {name}")
            else:
                uses.append(f'#line {row.line_number} "{page}"\n' + use_of(name, len(uses)))

    folders = [source / "include", platform_headers]
    compiled = compile_program(compiler, folders, uses)
    if compiled.returncode != 0:
        failures.append(compiled.stderr)
    if compile_program(compiler, folders, ["using ::usocket::no_such_name;"]).returncode == 0:
        failures.append("the compiler takes a name that nobody declares: this test shows nothing")

    if failures:
        sys.exit("\n".join(failures))
    print(f"{len(rows)} rows, {len(exports)} exports, {len(uses)} names")


main(sys.argv[1:])
