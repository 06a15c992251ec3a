#!/usr/bin/env python3
"""Start to first answer, and memory when idle: start.py PORT RUNS -- COMMAND…

Prints the medians: milliseconds from starting COMMAND to its first answer with status 200, and the
proportional set size in MiB five seconds later.
"""
import http.client
import os
import signal
import statistics
import subprocess
import sys
import time

port, runs, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[4:]


def answers():
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False


def pss_mib(pid):
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024


milliseconds, mebibytes = [], []
for _ in range(runs):
    began = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not answers():
        if server.poll() is not None or time.perf_counter() - began > 30:
            sys.exit(f"{command[0]} did not answer on port {port}")
        time.sleep(0.001)
    milliseconds.append((time.perf_counter() - began) * 1000)
    time.sleep(5)
    mebibytes.append(pss_mib(server.pid))
    server.send_signal(signal.SIGTERM)
    server.wait(20)
print(f"{statistics.median(milliseconds):.0f} {statistics.median(mebibytes):.1f}")
