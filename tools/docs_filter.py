#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What doxygen reads in place of a header or a Markdown page. Line numbers stay the same.

Doxygen does not know attributes of namespaces, nor specialisations of templates that it has not seen; it takes "::ffff"
for a name and "<vector>" for HTML, and functions without a comment for undocumented, where in the headers the form of an operation that takes a
`std::error_code&` stands right below the one that raises. It does not give headings in pages the names that links within
a page use.
"""

import pathlib
import re
import sys

ATTRIBUTE = '[[gnu::visibility("default")]] '
ERROR_CODE_FORM = "/** The same; a failure is reported through `ec` and not raised. */ "


def declaration_at(lines, start):
    """The text of the declaration that begins at a line, up to its end or body."""
    text = ""
    for line in lines[start:]:
        text += line
        if ";" in line or "{" in line:
            break
    return text


def is_start_of_declaration(lines, number):
    """A line at namespace scope that continues nothing."""
    before = lines[number - 1].strip() if number > 0 else ""
    return re.match(r"[A-Za-z_\[]", lines[number]) is not None and (before == "" or before[-1] in ";}{")


def without_specialisations(text):
    """Leaves out `template <> struct std::...`."""
    return re.sub(r"^template <>\nstruct std::.*?(\{\};?|^\};|;)$", lambda found: "\n" * found[0].count("\n"), text,
                  flags=re.DOTALL | re.MULTILINE)


def plain(comment):
    """A comment in which nothing but code between backticks looks like a name or like HTML."""
    parts = comment.split("`")
    for number in range(0, len(parts), 2):
        parts[number] = re.sub(r"<([\w/.]+)>", r"&lt;\1&gt;", parts[number]).replace("::ffff", r"\::ffff")
    return "`".join(parts)


def filtered_header(text):
    text = without_specialisations(text.replace(ATTRIBUTE, ""))
    # A member that is called like its type: to the compiler an elaborated type, to doxygen a nested class.
    text = re.sub(r"^( +)class (\w+) (\w+) ?\{\};", r"\1\2 \3{};", text, flags=re.MULTILINE)
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if is_start_of_declaration(lines, number) and "std::error_code& ec" in declaration_at(lines, number):
            lines[number] = ERROR_CODE_FORM + line
        elif line.lstrip().startswith("///"):
            lines[number] = plain(line)
    return "".join(lines)


def filtered_page(text, name):
    """Gives each heading of a page the name by which links within the page know it."""

    def named(heading):
        words = re.sub(r"[^a-z0-9 _-]", "", heading[2].lower()).replace(" ", "-")
        return f"{heading[1]} {heading[2]} {{#{name}-{words}}}"

    text = re.sub(r"^(##+) (.*)$", named, text, flags=re.MULTILINE)
    return re.sub(r"\]\(#([^)]*)\)", rf"](#{name}-\1)", text)


def main():
    path = pathlib.Path(sys.argv[1])
    text = path.read_text(encoding="utf-8")
    sys.stdout.write(filtered_header(text) if path.suffix == ".hpp" else filtered_page(text, path.stem.lower()))


main()
