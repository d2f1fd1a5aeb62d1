# SPDX-License-Identifier: MIT

# 32-bit ARM (Debian: g++-arm-linux-gnueabihf); programs run under qemu-user.
set(triple arm-linux-gnueabihf)
set(CMAKE_SYSTEM_PROCESSOR arm)
include(${CMAKE_CURRENT_LIST_DIR}/debian_cross.cmake)
# It tells at length how arguments were passed before GCC 7.1.
set(CMAKE_CXX_FLAGS_INIT -Wno-psabi)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-arm -L /usr/arm-linux-gnueabihf)
