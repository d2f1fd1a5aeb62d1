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
    wait/report.cpp
    wait/rounds.cpp
    wait/usocket_lists.cpp
    wait/writer.cpp
)
usocket_compile_as_program(wait_bench)
target_include_directories(wait_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
add_dependencies(benchmarks wait_bench)
file(APPEND ${CMAKE_CURRENT_BINARY_DIR}/list.txt "wait_bench\n")

# wait/NAME.cpp where the header is there, wait/no_NAME.cpp where not, for each NAME.
function(usocket_wait_contender header names)
    string(MAKE_C_IDENTIFIER "USOCKET_BENCHMARK_${header}" variable)
    find_path(${variable} ${header})
    mark_as_advanced(${variable})
    foreach(name IN LISTS names)
        if(${variable})
            target_sources(wait_bench PRIVATE wait/${name}.cpp)
        else()
            target_sources(wait_bench PRIVATE wait/no_${name}.cpp)
        endif()
    endforeach()
    if(${variable})
        target_link_libraries(wait_bench PRIVATE ${ARGN})
    endif()
endfunction()

usocket_wait_contender(liburing.h "bare_io_uring;ring_writer" uring)
usocket_wait_contender(uv.h libuv uv)
usocket_wait_contender(asio.hpp asio_sockets)
usocket_wait_contender(Poco/Net/PollSet.h poco PocoNet PocoFoundation)
