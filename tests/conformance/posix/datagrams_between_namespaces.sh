#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Batches of datagrams between two network namespaces of their own, that are connected by a link with an MTU of 1500.
# usage: datagrams_between_namespaces.sh [EMULATOR...] TEST-PROGRAM
set -euo pipefail

if [ "$1" = --inside ]; then
    folder=$2
    shift 2
    mkfifo "$folder/ready"
    unshare --net sh -c 'echo "$$" >"$1/ready"; exec sleep 120' sh "$folder" &
    trap 'kill %1' EXIT
    read -r other <"$folder/ready"
    ip link set lo up
    ip link add left type veth peer name right
    ip link set right netns "$other"
    ip addr add 10.9.0.1/24 brd + dev left
    ip link set left up
    ip route add 224.0.0.0/4 dev left
    nsenter --net="/proc/$other/ns/net" sh -c \
        'ip link set lo up; ip addr add 10.9.0.2/24 brd + dev right; ip link set right up; ip route add 224.0.0.0/4 dev right'
    export USOCKET_TEST_OTHER_NAMESPACE=/proc/$other/ns/net
    "$@"
    exit
fi
if ! unshare --net true 2>/dev/null; then
    echo "SKIPPED: a network namespace needs root"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unshare --net "$0" --inside "$folder" "$@"
