# SPDX-License-Identifier: MIT
#
# Datagrams, against bare programs and other libraries. A library that is missing leaves its contender out, and the
# program says so.

add_executable(
    udp_bench
    udp_bench.cpp
    udp/bare.cpp
    udp/bare_in_functions.cpp
    udp/usocket_datagrams.cpp
)
usocket_contest(udp_bench)

usocket_contender(udp_bench udp asio.hpp asio)
usocket_contender(udp_bench udp uv.h libuv uv)
