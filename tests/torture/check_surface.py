#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Requires a scenario of each public operation, in each of its forms, or a reason why there is none.

usage: check_surface.py UNCOVERED INCLUDE_FOLDER SOURCE... -- ARCHIVE... -- OBJECT...

- Of what the library defines for others to call, overload by overload, the scenarios' objects must import each.
- What the headers define themselves must be named in the scenarios' sources; their forms are calls of the former.
- UNCOVERED has the others, a line NAME: REASON each, where NAME may end in an asterisk.
"""
import os
import pathlib
import re
import subprocess
import sys


# How lines at the margin begin that declare something else.
NO_FUNCTION = r"namespace|class|struct|enum|using|template|public|private|protected|[#}\s]"


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def demangled(symbols):
    text = subprocess.run(["c++filt"], input="\n".join(symbols), capture_output=True, text=True, check=True).stdout
    return set(text.splitlines())


def exported(archives):
    """Functions with the visibility of a public header, apart from details."""
    symbols = set()
    for line in output_of("readelf", "-sW", *archives).splitlines():
        words = line.split()
        if len(words) >= 8 and words[3:6] == ["FUNC", "GLOBAL", "DEFAULT"] and words[6] != "UND":
            symbols.add(words[7])
    return {text for text in demangled(symbols) if re.match(r"usocket::(?!detail::)", text)}


def imported(objects):
    nm = os.environ.get("NM", "nm")
    return demangled(re.findall(r"^ +U (\S+)", output_of(nm, "-u", *objects), flags=re.MULTILINE))


def name_of(function):
    """As a program writes it: without parameters, tags of the ABI and the namespace."""
    name = re.sub(r"\[abi:\w+\]", "", function).removeprefix("usocket::")
    return "operator" + re.match(r"[^(]+", name.split("operator", 1)[1])[0] if "operator" in name else name.split("(")[0]


def is_made_with_others(function):
    """Constructors that are called by other constructors and functions only, destructors, moves."""
    owner, _, member = name_of(function).rpartition("::")
    last = owner.rsplit("::", 1)[-1]
    moves = f"{last}&&)" in function
    return member.startswith("~") or moves or (member == last and "detail::" in function) or "implementation&" in function


def defined_in_headers(folder):
    """Names of the functions at namespace scope that have their bodies in the headers."""
    names = set()
    for header in folder.glob("usocket/*.hpp"):
        text = re.sub(r"(?ms)^namespace detail \{$.*?^\} // namespace detail$", "", header.read_text())
        text = re.sub(r"//[^\n]*|\bdecltype\(auto\)", "", text)
        for declaration in re.findall(rf"(?m)^(?!{NO_FUNCTION})[^;{{}}]*\{{", text):
            found = re.search(r"\b(?:operator\S+|(\w+))\(", declaration)
            if found and found[1] and "constexpr" not in declaration and "= " not in declaration.split("(")[0]:
                names.add(found[1])
    return names


def read_reasons(path):
    reasons = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line and not line.startswith("#"):
            name, colon, reason = line.partition(": ")
            if not colon or not reason:
                sys.exit(f"{path}:{number}: no reason")
            reasons[name] = number
    return reasons


def main(arguments):
    if arguments.count("--") != 2:
        sys.exit(__doc__)
    first = arguments.index("--")
    second = arguments.index("--", first + 1)
    table, folder, *sources = map(pathlib.Path, arguments[:first])
    archives, objects = arguments[first + 1:second], arguments[second + 1:]
    reasons, used = read_reasons(table), set()

    def has_reason(name):
        for entry in reasons:
            if name == entry or (entry.endswith("*") and name.startswith(entry[:-1])):
                used.add(entry)
                return True
        return False

    called = imported(objects)
    functions = {function for function in exported(archives) if not is_made_with_others(function)}
    missing = sorted(function for function in functions - called if not has_reason(name_of(function)))
    names = {name_of(function) for function in functions}
    text = "".join(source.read_text() for source in sources)
    inline = {name for name in defined_in_headers(folder) if name not in names}
    missing += sorted(name for name in inline if not re.search(rf"\b{name}\b", text) and not has_reason(name))
    failures = [f"no scenario calls {function}" for function in missing]
    failures += [f"{table}:{reasons[name]}: {name} is called, or is no operation" for name in reasons.keys() - used]
    if not functions or not inline:
        failures.append("no operations were found: this test shows nothing")
    if failures:
        sys.exit("\n".join(failures))
    print(f"{len(functions)} operations and {len(inline)} of the headers' own, {len(reasons)} lines of reasons")


main(sys.argv[1:])
