"""Reads what a programme report is counted from with bare SQL, and prints how long that takes.

    scan.py DATABASE

Prints the milliseconds that it takes to read every row of the tables of counts that the report reads, how many rows they
have, and the milliseconds that one scan of the responses takes from which they were counted: the least that a report
would have to read if nothing were counted as answers come. Medians of five, the files in the system's cache.
"""

import sqlite3
import statistics
import sys
import time

COUNTS = [
    "pair_count",
    "flow_count",
    "turnout_count",
    "session_count",
    "dose_count",
    "circumstance_count",
    "scale_sum",
    "family_sum",
    "family_answer",
    "no_count",
]


def explain(kind, error, _trace):
    sys.exit(
        f"scan.py cannot read this database ({kind.__name__}: {error}). It reads the tables as the program stores them"
        " and has to follow where they change."
    )


sys.excepthook = explain


def median(work):
    times = []
    for _ in range(5):
        began = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), result


with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as con:
    counts, rows = median(lambda: sum(len(con.execute(f"select * from {table}").fetchall()) for table in COUNTS))
    responses, _ = median(lambda: con.execute("select count(*), sum(length(scores)) from response").fetchone())
print(f"{counts:.0f} {rows} {responses:.0f}")
