# SPDX-License-Identifier: MIT

# 64-bit x86 Linux with musl, by zig's clang: static programs that run on any Linux.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(usocket_zig_target x86_64-linux-musl)
include(${CMAKE_CURRENT_LIST_DIR}/zig.cmake)
set(triple x86_64-linux-musl)
include(${CMAKE_CURRENT_LIST_DIR}/fetched_liburing.cmake)
