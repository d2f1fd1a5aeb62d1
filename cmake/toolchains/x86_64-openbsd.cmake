# SPDX-License-Identifier: MIT

# OpenBSD on 64-bit x86, by zig's clang: what is built does not run here.
set(CMAKE_SYSTEM_NAME OpenBSD)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(usocket_zig_target x86_64-openbsd)
include(${CMAKE_CURRENT_LIST_DIR}/zig.cmake)
