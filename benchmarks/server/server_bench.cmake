# SPDX-License-Identifier: MIT
#
# Echo servers, against bare ones and POCO's, which is left out where it is missing: the program says so.

add_executable(
    server_bench
    server_bench.cpp
    server/bare_servers.cpp
    server/clients.cpp
    server/usocket_servers.cpp
)
usocket_compile_as_program(server_bench)
target_link_libraries(server_bench PRIVATE usocket::server)
target_include_directories(server_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
add_dependencies(benchmarks server_bench)
file(APPEND ${CMAKE_CURRENT_BINARY_DIR}/list.txt "server_bench\n")

find_path(USOCKET_BENCHMARK_POCO_NET Poco/Net/TCPServer.h)
mark_as_advanced(USOCKET_BENCHMARK_POCO_NET)
if(USOCKET_BENCHMARK_POCO_NET)
    target_sources(server_bench PRIVATE server/poco_server.cpp)
    target_link_libraries(server_bench PRIVATE PocoNet PocoFoundation)
else()
    target_sources(server_bench PRIVATE server/no_poco_server.cpp)
endif()
