# SPDX-License-Identifier: MIT

# 32-bit x86 (Debian: g++-i686-linux-gnu).
set(triple i686-linux-gnu)
set(CMAKE_SYSTEM_PROCESSOR i686)
include(${CMAKE_CURRENT_LIST_DIR}/debian_cross.cmake)
# Programs run on a 64-bit x86 as they are, with the libraries of the cross compiler.
string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT
    " -Wl,--dynamic-linker=/usr/i686-linux-gnu/lib/ld-linux.so.2 -Wl,-rpath=/usr/i686-linux-gnu/lib"
)
