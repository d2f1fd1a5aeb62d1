# SPDX-License-Identifier: MIT

# Test files that are left out on Windows, and why. What Windows lacks is in docs/platforms.md.
set(usocket_not_on_windows
    # Of Linux: epoll, its errno, its structures.
    unit/platform/epoll_set_test.cpp
    unit/platform/errors_test.cpp
    unit/platform/local_path_test.cpp
    unit/platform/packet_info_test.cpp
    unit/platform/poll_test.cpp
    unit/platform/select_set_test.cpp
    unit/platform/sockaddr_test.cpp
    unit/platform/socket_options_test.cpp
    unit/platform/socket_test.cpp
    unit/platform/transfer_test.cpp
    unit/platform/wake_test.cpp
    # These make their sockets by POSIX calls.
    conformance/posix/wait_handles_conformance_test.cpp
    conformance/posix/wait_sharing_conformance_test.cpp
    # No processes by fork.
    conformance/posix/wait_processes_conformance_test.cpp
    # These look at the process through /proc, and set limits that Windows has not.
    conformance/posix/server_exhaustion_conformance_test.cpp
    conformance/posix/server_many_clients_conformance_test.cpp
    conformance/posix/server_resources_conformance_test.cpp
    # This runs between network namespaces.
    conformance/posix/datagram_path_conformance_test.cpp
)
