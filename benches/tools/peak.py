"""Runs a command and prints how many seconds it took and how much memory it held at most, in MiB.

    peak.py COMMAND…
"""

import os
import subprocess
import sys
import time

began = time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
seconds = time.monotonic() - began
if status != 0:
    sys.exit(f"{sys.argv[1]} failed with status {os.waitstatus_to_exitcode(status)}")
print(f"{seconds:.2f} {used.ru_maxrss / 1024:.0f}")
