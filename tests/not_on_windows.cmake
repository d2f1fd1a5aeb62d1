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
    unit/platform/names_test.cpp
    # These compare with, or use, what is of POSIX: its calls, its codes, its signals, what its files and processes do.
    unit/address/ip_address_text_test.cpp
    unit/conditions/conditions_test.cpp
    unit/conditions/error_test.cpp
    unit/conditions/mapped_conditions_test.cpp
    unit/conditions/message_test.cpp
    unit/platform/datagram_notes_test.cpp
    unit/resolve/lookup_pool_test.cpp
    unit/resolve/names_test.cpp
    unit/socket/datagram_destination_test.cpp
    unit/socket/listen_test.cpp
    unit/socket/socket_test.cpp
    unit/wait/backends_test.cpp
    # Of the options that Linux has.
    unit/socket/option_effects_test.cpp
    unit/socket/option_value_test.cpp
    unit/socket/options_test.cpp
    # They ask the C library of Linux for memory, or for the size of what it has allocated.
    unit/server/out_of_memory_test.cpp
    unit/wait/allocation_test.cpp
    # The original's records are of POSIX.
    parity/address_rows.cpp
    parity/exports_test.cpp
    parity/recording.cpp
    parity/recording_test.cpp
    parity/system_rows.cpp
    # The helpers of scripts look into sockets by POSIX calls, and pass handles.
    conformance/wait_script.cpp
    conformance/wait_script_actions.cpp
    conformance/wait_script_conformance_test.cpp
    conformance/wait_script_operation.cpp
    conformance/wait_script_place.cpp
    conformance/wait_script_transfer.cpp
    conformance/wait_script_world.cpp
    conformance/posix/wait_script_system.cpp
    # These make their sockets by POSIX calls.
    conformance/posix/wait_handles_conformance_test.cpp
    conformance/posix/wait_sharing_conformance_test.cpp
    # There are no signals that could interrupt a call.
    conformance/posix/wait_signals_conformance_test.cpp
    # No processes by fork.
    conformance/posix/wait_processes_conformance_test.cpp
    # These look at the process through /proc, and set limits that Windows has not.
    conformance/posix/server_exhaustion_conformance_test.cpp
    conformance/posix/server_many_clients_conformance_test.cpp
    conformance/posix/server_resources_conformance_test.cpp
    # This runs between network namespaces.
    conformance/posix/datagram_path_conformance_test.cpp
)
