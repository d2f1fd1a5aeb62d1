#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns the C++ examples in the documentation into source files, so that a build shows that they compile.

usage: docs_examples.py OUTPUT_FOLDER FILE...

FILE is a Markdown file or a header. Of Markdown, every block fenced as ```cpp is taken: the body of a function, or a
whole file where it holds `int main`. What a body uses and does not declare is given in a comment right above the fence,
which readers do not see:

    <!-- given: u::stream_usocket socket; std::string line; -->

A block fenced as ```cpp fragment is not compiled. Of a header, the examples in its `///` comments are taken (indented
by four more columns), with HEADER_GIVEN below. Prints the path of each file made; files that need not change keep their
time.
"""

import pathlib
import re
import sys

PRELUDE = """\
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <usocket/server.hpp>
#include <usocket/stop_token.hpp>
#include <usocket/usocket.hpp>

namespace u = usocket;
using namespace std::chrono_literals;
"""

# What the examples in a header's comments take for granted.
HEADER_GIVEN = {"cancel_scope.hpp": "std::string request, line;"}

FENCE = re.compile(r"^```(.*)$")
GIVEN = re.compile(r"<!-- given: (.*?) -->", re.DOTALL)
HEADER_EXAMPLE = re.compile(r"^\s*/// {5}(.*)$")


class Example:
    def __init__(self, path, line, code, given=""):
        self.path = path
        self.line = line  # of the first line of the code
        self.code = code
        self.given = given

    @property
    def is_whole_file(self):
        return re.search(r"^int main\(", self.code, re.MULTILINE) is not None

    def as_function(self):
        place = f'#line {self.line} "{self.path}"'
        name = re.sub(r"\W", "_", self.path.name)
        return f"\nnamespace {{\n[[maybe_unused]] void {name}_{self.line}() {{\n{self.given}\n{place}\n{self.code}}}\n}}\n"

    def as_file(self):
        return f'#line {self.line} "{self.path}"\n{self.code}'


def markdown_examples(path):
    code, kind, given, start = [], None, "", 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if kind is None:
            if fence:
                kind, code, start = fence[1].strip(), [], number + 1
            elif line.strip():
                found = GIVEN.fullmatch(line.strip())
                given = found[1] if found else ""
        elif fence:
            if kind == "cpp":
                yield Example(path, start, "".join(each + "\n" for each in code), given)
            elif kind.split()[:1] == ["cpp"] and kind != "cpp fragment":
                sys.exit(f"{path}:{start - 1}: a fence is ```cpp or ```cpp fragment, not ```{kind}")
            kind, given = None, ""
        else:
            code.append(line)
    if kind is not None:
        sys.exit(f"{path}:{start - 1}: this fence has no end")


def header_examples(path):
    given = HEADER_GIVEN.get(path.name, "")
    code, start = [], 0
    for number, line in enumerate(path.read_text().splitlines() + [""], 1):
        found = HEADER_EXAMPLE.match(line)
        if found:
            if not code:
                start = number
            code.append(found[1])
        elif code:
            yield Example(path, start, "".join(each + "\n" for each in code), given)
            code = []


def examples_in(path):
    return list(header_examples(path) if path.suffix == ".hpp" else markdown_examples(path))


def write_if_new(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    print(path)


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name in arguments[1:]:
        path = pathlib.Path(name).resolve()
        examples = examples_in(path)
        bodies = [each.as_function() for each in examples if not each.is_whole_file]
        if bodies:
            write_if_new(folder / f"{path.name}.cpp", PRELUDE + "".join(bodies))
        for each in examples:
            if each.is_whole_file:
                write_if_new(folder / f"{path.name}_{each.line}.cpp", each.as_file())


if __name__ == "__main__":
    main(sys.argv[1:])
