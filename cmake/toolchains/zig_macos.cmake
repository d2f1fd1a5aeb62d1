# SPDX-License-Identifier: MIT

# macOS on the processor `usocket_processor`, by zig's clang (tools/fetch_zig.sh): what is built does not run here.
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR ${usocket_processor})
set(usocket_zig ${CMAKE_CURRENT_LIST_DIR}/../../build/zig/bin)
set(CMAKE_C_COMPILER ${usocket_zig}/${usocket_processor}-macos-cc)
set(CMAKE_CXX_COMPILER ${usocket_zig}/${usocket_processor}-macos-c++)
set(CMAKE_AR ${usocket_zig}/ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${usocket_zig}/ranlib CACHE FILEPATH "")
# Libraries keep the names that they are built with.
set(CMAKE_INSTALL_NAME_TOOL true CACHE FILEPATH "")
# What the C++ library has not declared stable yet: std::jthread and std::stop_token.
set(CMAKE_CXX_FLAGS_INIT -fexperimental-library)
set(CMAKE_OSX_SYSROOT "")
set(CMAKE_OSX_DEPLOYMENT_TARGET "")
set(CMAKE_FIND_ROOT_PATH ${usocket_zig}/../lib)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
