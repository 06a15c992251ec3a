#!/usr/bin/env python3
"""How often this disk can make an append durable: fdatasync.py FOLDER [SECONDS]

Appends 4 KiB and calls fdatasync, one after the other, and prints the rate a second.
"""
import os
import sys
import time

folder = sys.argv[1]
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5
path = os.path.join(folder, "fdatasync-probe")
file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
block = b"x" * 4096
count, began = 0, time.perf_counter()
while (elapsed := time.perf_counter() - began) < seconds:
    os.write(file, block)
    os.fdatasync(file)
    count += 1
os.close(file)
os.unlink(path)
print(f"{count / elapsed:.0f}")
