# SPDX-License-Identifier: MIT

# Test files that are left out on macOS and the BSDs, and why. What they lack is in docs/platforms.md.
if(usocket_platform MATCHES "^(macos|freebsd|netbsd|openbsd)$")
    set(usocket_left_out
        # Of Linux: epoll, its errno, its address families, its options and notes.
        unit/platform/datagram_notes_test.cpp
        unit/platform/epoll_set_test.cpp
        unit/platform/errors_test.cpp
        unit/platform/packet_info_test.cpp
        unit/platform/sockaddr_test.cpp
        unit/platform/socket_options_test.cpp
        unit/platform/socket_test.cpp
        unit/conditions/error_test.cpp
        unit/conditions/message_test.cpp
        unit/socket/options_test.cpp
        unit/socket/socket_test.cpp
        # It asks the C library of Linux for the size of what it has allocated.
        unit/wait/allocation_test.cpp
        # The helpers of scripts look into sockets by calls of Linux.
        conformance/posix/wait_script_system.cpp
        conformance/wait_script.cpp
        conformance/wait_script_actions.cpp
        conformance/wait_script_conformance_test.cpp
        conformance/wait_script_operation.cpp
        conformance/wait_script_place.cpp
        conformance/wait_script_transfer.cpp
        conformance/wait_script_world.cpp
        # These look at the process through /proc, or need network namespaces.
        conformance/posix/datagram_path_conformance_test.cpp
        conformance/posix/server_exhaustion_conformance_test.cpp
        conformance/posix/server_many_clients_conformance_test.cpp
        conformance/posix/server_resources_conformance_test.cpp
    )
endif()
