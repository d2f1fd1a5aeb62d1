#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every type, function and constant of the public headers has a comment.

usage: comments_test.py INCLUDE_FOLDER

A declaration right below one of the same name, without a blank line between, shares its comment. Members of classes are
left to their authors' judgement: some say all by their names.
"""

import pathlib
import re
import sys

NAME_OF_FUNCTION = re.compile(r"([\w|]+|operator\S+)\s*\(")
NAME_OF_OTHERS = re.compile(r"\b(?:class|struct|enum class|enum|using|concept)\s+(\w+)|(\w+)\s*(?:=|\{|\()")


def name_of(declaration):
    words = re.sub(r"\[\[.*?\]\]\s*", "", declaration)
    words = re.sub(r"template\s*<.*?>\n", "", words, flags=re.DOTALL)
    words = re.sub(r"^\s*requires.*\n", "", words, flags=re.MULTILINE)
    if not words.startswith(("class", "struct", "enum", "using", "inline constexpr")):
        found = NAME_OF_FUNCTION.search(words)
        if found:
            return found[1]
    found = NAME_OF_OTHERS.search(words)
    return (found[1] or found[2]) if found else words.strip()


def undocumented(path):
    """Gives (line number, name) of each declaration at namespace scope that nothing is said about."""
    lines = path.read_text().splitlines()
    in_detail = False
    documented = None  # the name that the last comment is about
    number = 0
    while number < len(lines):
        line = lines[number]
        if line == "namespace detail {" or re.match(r"namespace usocket::detail", line):
            in_detail = True
        elif in_detail and line.startswith("} // namespace"):
            in_detail = False
        starts = re.match(r"[A-Za-z_\[]", line) and not re.match(r"namespace|public|private|protected", line)
        if in_detail or not starts:
            if line == "":
                documented = None
            number += 1
            continue
        start = number
        while not re.search(r"[;{]", lines[number]):
            number += 1
        # The body, whose end stands at the beginning of a line.
        if "{" in lines[number] and not re.search(r"[;}]\s*(?://.*)?$", lines[number]):
            while not lines[number].startswith("}"):
                number += 1
        declaration = "\n".join(lines[start:number + 1])
        number += 1
        if re.match(r"(?:class|struct) \w+;$|template <>\nstruct std::|template <class \w+>\nclass \w+;$", declaration):
            continue
        name = name_of(declaration)
        if f"::{name}(" in declaration.split("{")[0]:
            continue  # a member's definition
        if lines[start - 1].startswith("///"):
            documented = name
        elif name != documented:
            yield start + 1, name


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    headers = sorted(pathlib.Path(arguments[0]).glob("usocket/*.hpp"))
    if not headers:
        sys.exit(f"no headers in {arguments[0]}/usocket")
    found = [f"{path}:{number}: {name} has no comment" for path in headers for number, name in undocumented(path)]
    if found:
        sys.exit("\n".join(found))


main(sys.argv[1:])
