# SPDX-License-Identifier: MIT

# Whether the io_uring backend is built: a Linux system, and a liburing that is new enough (2.2). Sets
# usocket_has_io_uring.
set(USOCKET_IO_URING AUTO CACHE STRING "Build the io_uring backend of wait lists: AUTO (if liburing is there), ON or OFF")
set_property(CACHE USOCKET_IO_URING PROPERTY STRINGS AUTO ON OFF)

set(usocket_has_io_uring OFF)
if(USOCKET_IO_URING AND usocket_platform STREQUAL linux)
    include(CheckCXXSourceCompiles)
    set(CMAKE_REQUIRED_LIBRARIES uring)
    check_cxx_source_compiles(
        "#include <liburing.h>
        int main() {
            io_uring ring{};
            io_uring_sqe entry{};
            io_uring_prep_poll_multishot(&entry, 0, 0);
            io_uring_sqe_set_data64(&entry, 1);
            return io_uring_cq_has_overflow(&ring) ? IOSQE_CQE_SKIP_SUCCESS : io_uring_submit(&ring);
        }"
        USOCKET_LIBURING_WORKS
    )
    unset(CMAKE_REQUIRED_LIBRARIES)
    set(usocket_has_io_uring ${USOCKET_LIBURING_WORKS})
    if(NOT usocket_has_io_uring AND NOT USOCKET_IO_URING STREQUAL AUTO)
        message(FATAL_ERROR "USOCKET_IO_URING is ${USOCKET_IO_URING}, but liburing (liburing-dev) is missing or too old")
    endif()
    if(NOT usocket_has_io_uring)
        message(STATUS "usocket: liburing is missing or too old: no io_uring backend")
    endif()
endif()
