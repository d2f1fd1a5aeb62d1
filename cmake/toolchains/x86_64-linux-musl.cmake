# SPDX-License-Identifier: MIT

# 64-bit x86 Linux with musl, by zig's clang (tools/fetch_zig.sh x86_64-linux-musl): static programs that run on any Linux.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(usocket_zig ${CMAKE_CURRENT_LIST_DIR}/../../build/zig/bin)
set(CMAKE_C_COMPILER ${usocket_zig}/x86_64-linux-musl-cc)
set(CMAKE_CXX_COMPILER ${usocket_zig}/x86_64-linux-musl-c++)
set(CMAKE_AR ${usocket_zig}/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${usocket_zig}/ranlib CACHE FILEPATH "")
set(triple x86_64-linux-musl)
include(${CMAKE_CURRENT_LIST_DIR}/fetched_liburing.cmake)
# What the C++ library has not declared stable yet: std::jthread and std::stop_token.
set(CMAKE_CXX_FLAGS_INIT -fexperimental-library)
set(CMAKE_FIND_ROOT_PATH ${usocket_zig}/../lib)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
