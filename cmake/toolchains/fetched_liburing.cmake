# SPDX-License-Identifier: MIT

# liburing for `triple`, where tools/fetch_liburing.sh has put it. Without it there is no io_uring backend.
set(usocket_liburing ${CMAKE_CURRENT_LIST_DIR}/../../build/liburing/${triple})
if(EXISTS ${usocket_liburing})
    set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES ${usocket_liburing}/include)
    set(CMAKE_EXE_LINKER_FLAGS_INIT "${CMAKE_EXE_LINKER_FLAGS_INIT} -L${usocket_liburing}/lib")
    set(CMAKE_SHARED_LINKER_FLAGS_INIT -L${usocket_liburing}/lib)
endif()
