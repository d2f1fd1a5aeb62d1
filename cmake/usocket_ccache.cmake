# SPDX-License-Identifier: MIT

# Compiles through ccache where it is installed. Configure with -DUSOCKET_CCACHE= to do without.
find_program(USOCKET_CCACHE ccache DOC "ccache, or empty to compile without it")
if(USOCKET_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${USOCKET_CCACHE})
endif()
