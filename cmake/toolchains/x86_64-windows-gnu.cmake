# SPDX-License-Identifier: MIT

# 64-bit Windows by zig's clang with libc++ (tools/fetch_zig.sh x86_64-windows-gnu). Programs run under Wine (Debian: wine64).
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(usocket_zig ${CMAKE_CURRENT_LIST_DIR}/../../build/zig/bin)
set(CMAKE_C_COMPILER ${usocket_zig}/x86_64-windows-gnu-cc)
set(CMAKE_CXX_COMPILER ${usocket_zig}/x86_64-windows-gnu-c++)
set(CMAKE_AR ${usocket_zig}/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${usocket_zig}/ranlib CACHE FILEPATH "")
# What the C++ library has not declared stable yet: std::jthread and std::stop_token.
set(CMAKE_CXX_FLAGS_INIT -fexperimental-library)
set(CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_CURRENT_LIST_DIR}/../../tools/run_with_wine.sh)
set(CMAKE_FIND_ROOT_PATH ${usocket_zig}/../lib)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
