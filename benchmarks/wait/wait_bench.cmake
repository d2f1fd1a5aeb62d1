# SPDX-License-Identifier: MIT
#
# Waiting on many sockets, against bare programs and other libraries. A library that is missing leaves its contender
# out, and the program says so.

add_executable(
    wait_bench
    wait_bench.cpp
    wait/bare_epoll.cpp
    wait/bare_poll.cpp
    wait/bare_select.cpp
    wait/contenders.cpp
    wait/lane.cpp
    wait/rounds.cpp
    wait/usocket_lists.cpp
    wait/writer.cpp
)
usocket_contest(wait_bench)

usocket_contender(wait_bench wait liburing.h "bare_io_uring;ring_writer" uring)
usocket_contender(wait_bench wait uv.h libuv uv)
usocket_contender(wait_bench wait asio.hpp asio_sockets)
usocket_contender(wait_bench wait Poco/Net/PollSet.h poco PocoNet PocoFoundation)
