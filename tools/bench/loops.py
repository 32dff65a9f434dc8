#!/usr/bin/python3
"""What a closed loop costs, as a table in Markdown. usage: loops.py PROGRAM [PROGRAM..] [--older PROGRAM] [--turns K]

`lock` of N = 100 for T = 100 on one thread: user time of the whole command with many runs less that with few, in nanoseconds a
jump and milliseconds a run, estimates of every run included. Programs take turns; medians over the turns."""
import argparse
import json
import resource
import statistics
import subprocess

LOCK = ['lock', '--atoms', '100', '--duration', '100', '--threads', '1', '--seed', '3', '--json']
SIDE, BOTH = ['--servo', 'counts', '--side-rate', '5', '--detector', 'side=1'], ['--servo', 'counts', '--detector', 'cavity=1,pump=1']
FAST = ['--estimators', 'every_jump,mean_pump']
# What is told, and whether an older program understands it.
LOOPS = [([], True), (['--dither', '0.1'], True), (SIDE + FAST, False), (BOTH + FAST, False)]


def user_time(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, json.loads(out)['ensemble']['jumps']


def cost(program, words, runs):
    few, many = (user_time([program, *LOCK, *words, '--trajectories', str(n)]) for n in (runs, 4 * runs))
    return (many[0] - few[0]) / (many[1] - few[1]) * 1e9, (many[0] - few[0]) / (3 * runs) * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('program', nargs='+')
    parser.add_argument('--older', action='append', default=[], help='a program without --estimators of lock')
    parser.add_argument('--turns', type=int, default=3)
    parser.add_argument('--runs', type=int, default=128, help='few; many are four times as many')
    args = parser.parse_args()
    programs = [(p, False) for p in args.program] + [(p, True) for p in args.older]
    print('| `lock` |' + ''.join(f' ns a jump, {p} | ms a run |' for p, _ in programs))
    print('|---|' + '---|---|' * len(programs))
    for words, known in LOOPS:
        costs = [[] for _ in programs]
        for _ in range(args.turns):
            for (program, older), found in zip(programs, costs):
                if known or not older:
                    found.append(cost(program, words, args.runs))
        shown = ''.join(f' {statistics.median(x for x, _ in found):.3g} | {statistics.median(y for _, y in found):.3g} |'
                        if found else ' | |' for found in costs)
        print(f"| `{' '.join(words) or '--servo perfect'}` |{shown}", flush=True)


if __name__ == '__main__':
    main()
