#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The multicast tests on an interface that has it for both families, in a network namespace of their own.
# usage: multicast_in_namespace.sh [EMULATOR...] TEST-PROGRAM
set -euo pipefail

if [ "$1" = --inside ]; then
    shift
    echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad # addresses are good at once
    ip link set lo up
    ip link add left type veth peer name right
    ip addr add 10.9.0.1/24 dev left
    ip link set right up
    ip link set left up
    export USOCKET_TEST_MULTICAST_INTERFACE=left
    exec "$@" --gtest_filter='*multicast*'
fi
if ! unshare --net true 2>/dev/null; then
    echo "SKIPPED: a network namespace needs root"
    exit 77
fi
exec unshare --net "$0" --inside "$@"
