# SPDX-License-Identifier: MIT
#
# Servers, against bare programs and another library. A library that is missing leaves its contender out, and the
# program says so.

add_executable(
    server_bench
    server_bench.cpp
    server/bare.cpp
    server/lane.cpp
    server/load.cpp
    server/usocket_servers.cpp
)
usocket_contest(server_bench)
target_link_libraries(server_bench PRIVATE usocket::server)

usocket_contender(server_bench server Poco/Net/TCPServer.h poco PocoNet PocoFoundation)
