# SPDX-License-Identifier: MIT

# IBM Z, which is big-endian (Debian: g++-s390x-linux-gnu); programs run under qemu-user.
set(triple s390x-linux-gnu)
set(CMAKE_SYSTEM_PROCESSOR s390x)
include(${CMAKE_CURRENT_LIST_DIR}/debian_cross.cmake)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-s390x -L /usr/s390x-linux-gnu)
