#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Shows that check_seam.sh passes a good object and fails on a bad one. Usage: test_check_seam.sh COMPILER
set -euo pipefail

compiler=$1
check=$(dirname "$0")/check_seam.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# compile NAME DECLARATION CALL [FLAG...]: an object that makes the call.
compile() {
    local name=$1 declaration=$2 call=$3
    shift 3
    printf '%s\nlong f(int fd) { return %s; }\n' "$declaration" "$call" >"$folder/$name.cpp"
    "$compiler" -c "$@" "$folder/$name.cpp" -o "$folder/$name.o"
}

compile good 'extern "C" long socket_of_mine(int); long close(long);' 'socket_of_mine(fd) + close(1L)'
"$check" "$folder/good.o"

compile socket 'extern "C" int socket(int, int, int);' 'socket(fd, fd, fd)'
compile close '#include <unistd.h>' 'close(fd)'
compile accept4 'extern "C" int accept4(int, void*, void*, int);' 'accept4(fd, nullptr, nullptr, 0)'
compile getaddrinfo 'extern "C" int getaddrinfo(int);' 'getaddrinfo(fd)'
compile fortified $'#include <unistd.h>\nextern char* buffer; char fixed[8]; extern unsigned long size;' \
    'read(fd, fixed, size)' -O2 -D_FORTIFY_SOURCE=2
for name in socket close accept4 getaddrinfo fortified; do
    if "$check" "$folder/good.o" "$folder/$name.o"; then
        echo "check_seam.sh did not see what $name.o imports"
        exit 1
    fi
done
echo "check_seam.sh finds each of them"
