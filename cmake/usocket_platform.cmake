# SPDX-License-Identifier: MIT

# The system whose calls the library makes: usocket_platform is one of usocket_platforms.
set(USOCKET_PLATFORM "" CACHE STRING "Which folder of src/platform/ to build; empty: that of the target system")

if(USOCKET_PLATFORM)
    set(usocket_platform ${USOCKET_PLATFORM})
elseif(CMAKE_SYSTEM_NAME STREQUAL Linux)
    set(usocket_platform linux)
elseif(CMAKE_SYSTEM_NAME STREQUAL Darwin)
    set(usocket_platform macos)
elseif(CMAKE_SYSTEM_NAME MATCHES "^(FreeBSD|NetBSD|OpenBSD)$")
    string(TOLOWER ${CMAKE_SYSTEM_NAME} usocket_platform)
elseif(CMAKE_SYSTEM_NAME STREQUAL Windows)
    set(usocket_platform windows)
else()
    set(usocket_platform unsupported)
endif()
set(usocket_platforms linux macos freebsd netbsd openbsd windows unsupported)
if(NOT usocket_platform IN_LIST usocket_platforms)
    list(JOIN usocket_platforms ", " usocket_platforms)
    message(FATAL_ERROR "USOCKET_PLATFORM is one of ${usocket_platforms}; not '${USOCKET_PLATFORM}'")
endif()
message(STATUS "usocket: the platform layer is ${usocket_platform}")

# Whether what is built runs here, and does more than say that it is not supported: tests and examples are then run.
set(usocket_programs_run ON)
if(usocket_platform STREQUAL unsupported OR (CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR))
    set(usocket_programs_run OFF)
endif()
