#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows that check_layers.py passes a good tree, and that each of its rules fires on a bad one."""
import tempfile
import unittest
from pathlib import Path

from check_layers import Checker

SPDX = "// SPDX-License-Identifier: MIT\n"
HEADER = SPDX + "#pragma once\n"
GOOD = {
    "tools/layers.txt": "base\n    low.hpp\nplatform\n    handle.hpp\nwait\n    high.hpp\n    heavy.hpp apart <thread>\n"
    "umbrella\n    usocket.hpp\n",
    "include/usocket/low.hpp": HEADER + "#include <string>\n",
    "include/usocket/high.hpp": HEADER + "#include <usocket/low.hpp>\n/*\n#define not_code\n*/\n// #if 0\n",
    "include/usocket/heavy.hpp": HEADER + "#include <thread>\n",
    "include/usocket/usocket.hpp": HEADER
    + "#include <usocket/handle.hpp>\n#include <usocket/high.hpp>\n",  # and through high.hpp, low.hpp
    "src/platform/posix/include/usocket/handle.hpp": HEADER,
    "src/platform/windows/include/usocket/handle.hpp": HEADER,
    "src/platform/platform.hpp": HEADER,
    "src/platform/posix/calls.hpp": HEADER + "#include <sys/socket.h>\n",
    "src/platform/posix/calls.cpp": SPDX + '#include "platform/posix/calls.hpp"\n#if 1\n#endif\n',
    "src/base/low.cpp": SPDX + "#include <usocket/low.hpp>\n#include <vector>\n",
    "src/wait/high.cpp": SPDX + '#include <usocket/high.hpp>\n#include "platform/platform.hpp"\n',
    "tests/unit/low_test.cpp": SPDX,
}


class CheckLayers(unittest.TestCase):
    def rules_broken(self, changes):
        """The rules broken by the good tree with `changes` made: path -> new text, or None to remove the file."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (GOOD | changes).items():
                if text is not None:
                    path = Path(folder, name)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)
            return [violation.split(": ")[1] for violation in Checker(Path(folder)).run()]

    def expect(self, rules, changes):
        self.assertEqual(sorted(rules), sorted(self.rules_broken(changes)))

    def test_good_tree(self):
        self.expect([], {})

    def test_public_header_climbs(self):
        self.expect(["climbs"], {"include/usocket/low.hpp": HEADER + "#include <usocket/high.hpp>\n"})

    def test_source_climbs_to_public_header(self):
        self.expect(["climbs"], {"src/base/low.cpp": SPDX + "#include <usocket/high.hpp>\n"})

    def test_source_climbs_to_private_header(self):
        self.expect(["climbs"], {"src/base/low.cpp": SPDX + '#include "platform/platform.hpp"\n'})

    def test_include_of_one_system(self):
        self.expect(["climbs"], {"src/wait/high.cpp": SPDX + '#include "platform/posix/calls.hpp"\n'})

    def test_include_not_written_from_src(self):
        self.expect(["climbs"], {"src/platform/posix/calls.cpp": SPDX + '#include "calls.hpp"\n'})

    def test_os_header_in_source(self):
        self.expect(["os-header"], {"src/wait/high.cpp": SPDX + "#include <unistd.h>\n"})

    def test_os_header_in_public_header(self):
        self.expect(["os-header"], {"include/usocket/low.hpp": HEADER + "#  include <sys/socket.h>\n"})

    def test_os_header_in_public_header_of_platform(self):
        self.expect(
            ["os-header"], {"src/platform/posix/include/usocket/handle.hpp": HEADER + "#include <sys/socket.h>\n"}
        )

    def test_heavy_header(self):
        self.expect(["heavy-header"], {"include/usocket/low.hpp": HEADER + "#include <memory>\n"})

    def test_private_header_in_public_one(self):
        self.expect(["private"], {"include/usocket/high.hpp": HEADER + '#include <usocket/low.hpp>\n#include "platform/platform.hpp"\n'})

    def test_pragma_once(self):
        self.expect(["pragma-once"], {"include/usocket/low.hpp": SPDX})

    def test_macro(self):
        self.expect(["macro"], {"include/usocket/low.hpp": HEADER + "#define SURPRISE 1\n"})

    def test_undef(self):
        self.expect(["macro"], {"include/usocket/low.hpp": HEADER + "#undef SURPRISE\n"})

    def test_conditional_in_source(self):
        self.expect(["conditional"], {"src/base/low.cpp": SPDX + "#ifdef _WIN32\n#endif\n"})

    def test_conditional_in_public_header(self):
        self.expect(["conditional"], {"include/usocket/low.hpp": HEADER + "# if defined(_WIN32)\n#endif\n"})

    def test_long_file(self):
        self.expect(["long"], {"src/base/low.cpp": SPDX + "\n" * 400})
        self.expect([], {"src/base/low.cpp": SPDX + "\n" * 399})

    def test_licence(self):
        for name in ("src/base/low.cpp", "tests/unit/low_test.cpp", "tools/some.sh", "cmake/some.cmake", "CMakeLists.txt"):
            self.expect(["licence"], {name: "\n"})

    def test_umbrella(self):
        self.expect(
            ["umbrella"], {"include/usocket/usocket.hpp": HEADER + "#include <usocket/low.hpp>\n#include <usocket/handle.hpp>\n"}
        )

    def test_unlisted_header(self):
        self.expect(["unlisted"], {"include/usocket/new.hpp": HEADER})

    def test_missing_header(self):
        self.expect(["unlisted"], {"include/usocket/heavy.hpp": None})

    def test_unknown_layer(self):
        self.expect(["unknown-layer"], {"src/elsewhere/some.cpp": SPDX})


if __name__ == "__main__":
    unittest.main()
