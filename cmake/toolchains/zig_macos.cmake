# SPDX-License-Identifier: MIT

# macOS on the processor `usocket_processor`, by zig's clang: what is built does not run here.
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR ${usocket_processor})
set(usocket_zig_target ${usocket_processor}-macos)
include(${CMAKE_CURRENT_LIST_DIR}/zig.cmake)
# Libraries keep the names that they are built with.
set(CMAKE_INSTALL_NAME_TOOL true CACHE FILEPATH "")
set(CMAKE_OSX_SYSROOT "")
set(CMAKE_OSX_DEPLOYMENT_TARGET "")
