#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the layering and the header rules of the source tree; prints each violation and fails if there is one.

Usage: check_layers.py [ROOT]

The layers are in ROOT/tools/layers.txt. Rules, by the name printed with a violation:
  climbs         an include of a higher layer, or of a folder that belongs to one system only
  os-header      a header of the operating system outside src/platform/
  heavy-header   a public header includes a standard header beyond the cheap ones
  private        a public header includes a private one
  pragma-once    a header without #pragma once
  macro          a #define or #undef in a public header
  conditional    a preprocessor conditional outside src/platform/
  long           a file in include/ or src/ of over 400 lines
  licence        a source file without its SPDX line
  umbrella       a public header that usocket.hpp does not include
  unlisted       a public header that is not in layers.txt, or a listed one that is missing
  unknown-layer  a folder of src/ that is no layer
"""
import re
import sys
from pathlib import Path

LINE_LIMIT = 400
UMBRELLA = "usocket.hpp"
CHEAP = set(
    "array bit chrono compare concepts cstddef cstdint exception initializer_list istream iterator iosfwd limits "
    "optional ostream span string string_view system_error type_traits utility".split()
)
STANDARD = CHEAP | set(
    "algorithm any atomic barrier bitset cassert cctype cerrno cfenv cfloat charconv cinttypes climits clocale cmath "
    "codecvt condition_variable coroutine csetjmp csignal cstdarg cstdio cstdlib cstring ctime cuchar cwchar cwctype "
    "deque filesystem forward_list fstream functional future iomanip ios iostream latch list locale map memory "
    "memory_resource mutex new numbers numeric queue random ranges ratio regex scoped_allocator semaphore set "
    "shared_mutex source_location sstream stack stdexcept stop_token streambuf strstream syncstream thread tuple "
    "typeindex typeinfo unordered_map unordered_set valarray variant vector version".split()
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
DIRECTIVE = re.compile(r"^\s*#\s*(\w+)")
CONDITIONALS = {"if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else"}
CODE = {".cpp", ".hpp"}
SCRIPTS = {".py", ".sh", ".cmake"}
LICENSED_FOLDERS = ("include", "src", "tests", "examples", "benchmarks", "fuzz", "tools", "cmake", ".ci")


class Header:
    """One public header of layers.txt: its layer's rank and the exceptions made for it."""

    def __init__(self, rank, words):
        self.rank = rank
        self.apart = "apart" in words
        self.allowed = {word[1:-1] for word in words if word.startswith("<")}


def read_layers(path):
    """Returns the layers' names in order, and the public headers by name."""
    layers, headers = [], {}
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        if line[0].isspace():
            headers[words[0]] = Header(len(layers) - 1, words[1:])
        else:
            layers.append(words[0])
    return layers, headers


def code_lines(text):
    """The lines of `text` with comments blanked, so that a commented-out directive is none."""
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), text, flags=re.S)
    return [re.sub(r"^\s*//.*", "", line) for line in text.splitlines()]


class Checker:
    def __init__(self, root):
        self.root = root
        self.layers, self.headers = read_layers(root / "tools/layers.txt")
        self.violations = []

    def fail(self, path, line, rule, message):
        self.violations.append(f"{path.relative_to(self.root)}:{line}: {rule}: {message}")

    def run(self):
        self.check_lists()
        for path in sorted(self.code_in("include")) + sorted(self.code_in("src")):
            self.check_code(path)
        for path in self.licensed():
            if "SPDX-License-Identifier: MIT" not in "".join(path.read_text().splitlines(True)[:3]):
                self.fail(path, 1, "licence", "the first lines lack 'SPDX-License-Identifier: MIT'")
        return self.violations

    def code_in(self, folder):
        return (path for path in (self.root / folder).rglob("*") if path.suffix in CODE)

    def licensed(self):
        for folder in LICENSED_FOLDERS:
            for path in sorted((self.root / folder).rglob("*")):
                if path.suffix in CODE | SCRIPTS or path.name == "CMakeLists.txt":
                    yield path
        for name in ("dev", "CMakeLists.txt", ".ci/run"):
            if (self.root / name).exists():
                yield self.root / name

    def public_headers(self):
        """Every public header of the tree: name -> files (one per system for those the platform layer provides)."""
        found = {}
        for folder in [self.root / "include", *(self.root / "src/platform").glob("*/include")]:
            for path in sorted(folder.rglob("*.hpp")):
                found.setdefault(path.relative_to(folder / "usocket").as_posix(), []).append(path)
        return found

    def reached_from(self, name, found):
        """The public headers that including `name` includes, itself among them."""
        reached, ahead = set(), [name]
        while ahead:
            name = ahead.pop()
            if name not in reached and name in found:
                reached.add(name)
                for path in found[name]:
                    ahead += re.findall(r"^#include <usocket/(.+)>", path.read_text(), re.M)
        return reached

    def check_lists(self):
        found = self.public_headers()
        list_file = self.root / "tools/layers.txt"
        for name in self.headers.keys() - found.keys():
            self.fail(list_file, 1, "unlisted", f"{name} is listed but missing")
        included = self.reached_from(UMBRELLA, found)
        for name, paths in found.items():
            if name not in self.headers:
                self.fail(paths[0], 1, "unlisted", "is not in tools/layers.txt")
            elif not self.headers[name].apart and name not in included:
                self.fail(paths[0], 1, "umbrella", f"is not included by {UMBRELLA}")
        for folder in sorted(path for path in (self.root / "src").iterdir() if path.is_dir()):
            if folder.name not in self.layers:
                self.fail(folder, 1, "unknown-layer", "is no layer of tools/layers.txt")

    def check_code(self, path):
        parts = path.relative_to(self.root).parts
        in_platform = parts[:2] == ("src", "platform")
        is_public = parts[0] == "include" or (in_platform and "include" in parts[2:-1])
        text = path.read_text()
        lines = code_lines(text)
        rank = self.rank_of(path, parts, is_public)
        if len(lines) > LINE_LIMIT:
            self.fail(path, len(lines), "long", f"{len(lines)} lines; {LINE_LIMIT} at most")
        if path.suffix == ".hpp" and "#pragma once" not in lines:
            self.fail(path, 1, "pragma-once", "is missing")
        for number, line in enumerate(lines, 1):
            if directive := DIRECTIVE.match(line):
                name = directive.group(1)
                if is_public and name in ("define", "undef"):
                    self.fail(path, number, "macro", "public headers define no macro")
                if name in CONDITIONALS and not in_platform:
                    self.fail(path, number, "conditional", "the build chooses files; sources hold no conditional")
            if include := INCLUDE.match(line):
                self.check_include(path, number, include.group(1), include.group(2), rank, is_public, in_platform)

    def rank_of(self, path, parts, is_public):
        if is_public:
            header = self.headers.get(path.name)
            return header.rank if header else len(self.layers)
        return self.layers.index(parts[1]) if parts[1] in self.layers else len(self.layers)

    def check_include(self, path, number, kind, target, rank, is_public, in_platform):
        if target.startswith("usocket/"):
            header = self.headers.get(target.removeprefix("usocket/"))
            if header is None:
                self.fail(path, number, "unlisted", f"<{target}> is not in tools/layers.txt")
            elif header.rank > rank:
                self.climbs(path, number, target, header.rank, rank)
        elif kind == '"':
            self.check_private_include(path, number, target, rank, is_public, in_platform)
        elif is_public:
            listed = self.headers.get(path.name)
            if target not in CHEAP | (listed.allowed if listed else set()):
                rule = "heavy-header" if target in STANDARD else "os-header"
                self.fail(path, number, rule, f"<{target}> has no place in a public header")
        elif target not in STANDARD and not in_platform:
            self.fail(path, number, "os-header", f"<{target}> is not of the standard library; only src/platform/ has such")

    def check_private_include(self, path, number, target, rank, is_public, in_platform):
        layer = target.split("/")[0]
        if is_public:
            self.fail(path, number, "private", f'"{target}": public headers include public ones only')
        elif layer not in self.layers or not (self.root / "src" / target).exists():
            self.fail(path, number, "climbs", f'"{target}" is not a file written from src/')
        elif self.layers.index(layer) > rank:
            self.climbs(path, number, target, self.layers.index(layer), rank)
        elif layer == "platform" and target.count("/") > 1 and not in_platform:
            self.fail(path, number, "climbs", f'"{target}" belongs to one system; include "platform/platform.hpp"')

    def climbs(self, path, number, target, to_rank, from_rank):
        layer = self.layers[from_rank] if from_rank < len(self.layers) else "(none)"
        self.fail(path, number, "climbs", f"{layer} may not include {target}, of the higher layer {self.layers[to_rank]}")


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    violations = Checker(root).run()
    for violation in violations:
        print(violation)
    print(f"check_layers: {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
