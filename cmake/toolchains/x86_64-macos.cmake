# SPDX-License-Identifier: MIT

set(usocket_processor x86_64)
include(${CMAKE_CURRENT_LIST_DIR}/zig_macos.cmake)
