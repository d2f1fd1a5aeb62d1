#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs each scenario of the torture tests under strace, which makes system calls of the library fail.

usage: test.py [--sample N] [--seed N] [--jobs N] PROGRAM [SCENARIO...]
       test.py --replay TOKEN... -- PROGRAM

The program is one without wrappers, so that what they show is shown without them. strace counts the calls of each thread
by themselves: a fault comes at the Nth call of a name in every thread that makes as many. The peer's calls are made by
processes that strace does not follow.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "support"))
from strace import strace  # noqa: E402

# The leak check of the sanitizer cannot be done under strace.
ENVIRONMENT = os.environ | {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
LINE = re.compile(r"(\d+) +(\w+)\(")
# Of the numbers of a call, these are tried; of its faults, so many for each.
FIRST_NUMBERS = 3
FAULTS_EACH = 2

Fault = collections.namedtuple("Fault", "call name how repetitions")


def ask(program, question):
    done = subprocess.run([program, question], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    return done.stdout.splitlines()


def read_faults(program):
    rows = (line.split() for line in ask(program, "--faults"))
    return [Fault(call, name, how, int(repetitions)) for call, name, how, repetitions in rows]


def traced(program, token, *options):
    """Exit code, what the program said, and what strace wrote."""
    with tempfile.NamedTemporaryFile("r", prefix="usocket-strace-", errors="replace") as out:
        try:
            done = strace([program, token], "-f", "-o", out.name, *options, timeout=60, environment=ENVIRONMENT)
        except subprocess.TimeoutExpired:
            return -1, "strace does not end", out.read()
        return done.returncode, (done.stdout + done.stderr).strip(), out.read()


def calls_within(trace):
    """The numbers of each call at which nothing but the scenario is hit: {call: [number...]}, and how many calls."""
    made = collections.Counter()  # by thread and call
    inside, outside = collections.defaultdict(set), collections.defaultdict(set)
    begun, count = False, 0
    for line in trace.splitlines():
        found = LINE.match(line)
        if not found:
            continue
        thread, call = found.groups()
        if call == "write" and "write(-1, " in line:
            begun = '"begin"' in line
            continue
        made[thread, call] += 1
        (inside if begun else outside)[call].add(made[thread, call])
        count += begun
    return {call: sorted(numbers - outside[call]) for call, numbers in inside.items()}, count


def token_of(scenario, fault, number, onwards):
    return f"{scenario}:{fault.call}#{number}:{fault.name}" + (":onwards" if onwards else "")


def injection(fault, number, onwards):
    when = str(number)
    if onwards:
        when += f"..{number + fault.repetitions - 1}" if fault.repetitions else "+"
    return f"inject={fault.call}:{fault.how}:when={when}"


def parse(token, faults):
    found = re.fullmatch(r"[\w/]+:(\w+)#(\d+):(\w+)(:onwards)?", token)
    chosen = [fault for fault in faults if found and (fault.call, fault.name) == (found[1], found[3])]
    if not chosen:
        sys.exit(f"no such token: {token}")
    return chosen[0], int(found[2]), bool(found[4])


def run(program, token, fault, number, onwards):
    code, story, trace = traced(program, token, "-e", f"trace={fault.call}", "-e", injection(fault, number, onwards))
    return token, code, story, trace.count("(INJECTED)")


def plans(program, scenarios, faults, choice):
    """Runs each scenario undisturbed. Gives (token, fault, number, onwards) of all that follows from it, the number of
    calls, and the failures."""
    names = ",".join(sorted({f"?{fault.call}" for fault in faults} | {"write"}))
    made, calls, failures = [], 0, 0
    for scenario in scenarios:
        code, story, trace = traced(program, scenario, "-e", f"trace={names}")
        if code != 0:
            failures += 1
            print(f"FAILED {scenario}: exit {code}: {story}", flush=True)
            continue
        numbers, count = calls_within(trace)
        calls += count
        for call, several in numbers.items():
            of_call = [fault for fault in faults if fault.call == call]
            for number in dict.fromkeys(several[:FIRST_NUMBERS] + several[-1:]):
                for fault in choice.sample(of_call, min(FAULTS_EACH, len(of_call))):
                    onwards = choice.random() < 0.5
                    made.append((token_of(scenario, fault, number, onwards), fault, number, onwards))
    return made, calls, failures


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--replay", nargs="+")
    parser.add_argument("program")
    parser.add_argument("scenarios", nargs="*")
    arguments = parser.parse_args()
    program, faults = arguments.program, read_faults(arguments.program)
    if arguments.replay:
        results = [run(program, token, *parse(token, faults)) for token in arguments.replay]
        for token, code, story, injected in results:
            print(f"{'passed' if code == 0 else 'FAILED'} {token}: exit {code}, {injected} faults: {story}")
        sys.exit(0 if all(code == 0 and injected for _, code, _, injected in results) else 1)

    known = ask(program, "--scenarios")
    if missing := set(arguments.scenarios) - set(known):
        sys.exit(f"no such scenario: {' '.join(missing)}; there are:\n" + "\n".join(known))
    choice = random.Random(arguments.seed)
    scenarios = arguments.scenarios or known
    chosen = [scenario + form for scenario in scenarios for form in ("", "/code")]
    if arguments.sample:
        chosen = choice.sample(chosen, min(len(chosen), max(1, arguments.sample // 5)))
    made, calls, failures = plans(program, chosen, faults, choice)
    if arguments.sample:
        made = choice.sample(made, min(len(made), arguments.sample))
    injected = unreached = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for token, code, story, hits in pool.map(lambda plan: run(program, *plan), made):
            injected += hits
            unreached += hits == 0
            if code != 0:
                failures += 1
                print(f"FAILED {token}\n    exit {code}: {story}", flush=True)
    print(f"{len(scenarios)} scenarios in both forms, {calls} calls, {injected} faults injected, "
          f"{len(made) + len(chosen)} runs ({unreached} did not reach their call), {failures} failures")
    sys.exit(1 if failures or not injected else 0)


if __name__ == "__main__":
    main()
