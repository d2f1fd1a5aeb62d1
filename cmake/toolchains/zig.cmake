# SPDX-License-Identifier: MIT

# What the files of systems that zig's clang compiles for have in common (tools/fetch_zig.sh). The including file has set
# CMAKE_SYSTEM_NAME, CMAKE_SYSTEM_PROCESSOR and `usocket_zig_target`.
set(usocket_zig ${CMAKE_CURRENT_LIST_DIR}/../../build/zig/bin)
set(CMAKE_C_COMPILER ${usocket_zig}/${usocket_zig_target}-cc)
set(CMAKE_CXX_COMPILER ${usocket_zig}/${usocket_zig_target}-c++)
set(CMAKE_AR ${usocket_zig}/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${usocket_zig}/ranlib CACHE FILEPATH "")
# What the C++ library has not declared stable yet: std::jthread and std::stop_token.
set(CMAKE_CXX_FLAGS_INIT -fexperimental-library)
set(CMAKE_FIND_ROOT_PATH ${usocket_zig}/../lib)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
