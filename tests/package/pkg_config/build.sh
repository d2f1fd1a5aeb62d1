#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Compiles the consumer as a project without CMake does. Usage: build.sh COMPILER static|shared OUTPUT
set -euo pipefail

compiler=$1
flags=$2
output=$3
pkg_options=()
[ "$flags" = shared ] || pkg_options+=(--static)

pkg-config --exists 'usocket >= 0.1'
read -ra cflags <<<"$(pkg-config --cflags usocket)"
read -ra libs <<<"$(pkg-config "${pkg_options[@]}" --libs usocket)"
"$compiler" -std=c++20 "${cflags[@]}" "$(dirname "$0")/../consumer.cpp" -o "$output" "${libs[@]}"
