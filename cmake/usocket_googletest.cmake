# SPDX-License-Identifier: MIT

# GoogleTest: the installed one, or compiled from Debian's sources where there is none for the target system.
find_package(GTest QUIET)
if(NOT TARGET GTest::gmock_main AND EXISTS /usr/src/googletest/CMakeLists.txt)
    set(INSTALL_GTEST OFF)
    if(MINGW)
        # Its own mutexes are Windows' there; those of POSIX would need a library of their own.
        set(gtest_disable_pthreads ON CACHE BOOL "" FORCE)
    endif()
    add_subdirectory(/usr/src/googletest ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
    if(NOT TARGET GTest::gmock_main)
        add_library(GTest::gmock_main ALIAS gmock_main)
    endif()
endif()
if(NOT TARGET GTest::gmock_main)
    message(FATAL_ERROR "GoogleTest is missing: run ./dev setup, or configure with -DUSOCKET_BUILD_TESTS=OFF")
endif()
