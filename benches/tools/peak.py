"""Runs a command and prints how many seconds it took and how much memory it held at most, in MiB.

    peak.py COMMAND…
"""

import os
import subprocess
import sys
import tempfile
import time

said = tempfile.TemporaryFile()
began = time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=said)
_, status, used = os.wait4(process.pid, 0)
seconds = time.monotonic() - began
if status != 0:
    said.seek(0)
    words = said.read().decode(errors="replace").strip().splitlines()[-1:]
    sys.exit(": ".join([f"{' '.join(sys.argv[1:3])} failed with status {os.waitstatus_to_exitcode(status)}", *words]))
print(f"{seconds:.2f} {used.ru_maxrss / 1024:.0f}")
