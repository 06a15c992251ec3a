"""Makes a database of the benchmark ten times as large, for a report of more responses than could be taken in in an hour.

    tenfold.py DATABASE

Every family, person, visit and response is copied nine times under keys of its own, and what is counted of them is
multiplied by ten, as it would be counted. The bytes that were sent are left out: no report reads them. Nothing else is
to be done with such a database.
"""

import json
import sqlite3
import sys

TIMES = 10
# Keys of a copy: beyond those of the copy before.
STEP = 1 << 40

# What stands for a person, with the columns that are keys: numbers go up by steps, texts get an ending.
KEYS = {
    "card": {"code", "family"},
    "person": {"id", "card_code", "counts_as"},
    "intake": {"arrival", "id"},
    "response": {"arrival", "id", "person_id", "sent_as"},
    "attendance": {"person_id"},
    "person_pairs": {"person_id"},
    "flow_reason": {"person_id"},
}

# How many are counted.
COUNTS = {
    "pair_count": ["n"],
    "flow_count": ["n"],
    "turnout_count": ["n"],
    "session_count": ["children", "newcomers"],
    "dose_count": ["children"],
    "circumstance_count": ["n"],
    "family_answer": ["n"],
    "no_count": ["n"],
}

# Sums that stand as JSON; of these members every number is a sum over families or people.
SUMS = {"scale_sum": {"n", "totals", "products"}, "family_sum": {"families", "scores", "positives"}}


def times(value):
    if isinstance(value, list):
        return [times(one) for one in value]
    if isinstance(value, dict):
        return {name: times(one) for name, one in value.items()}
    return value * TIMES


def copied(table, column, kind):
    if column == "bytes":
        return "x''"
    if column not in KEYS[table]:
        return column
    return f"{column} || '-' || :copy" if kind.lower() == "text" else f"{column} + :copy * {STEP}"


with sqlite3.connect(sys.argv[1], isolation_level=None) as con:
    # A copy that breaks off is thrown away; four gigabytes hold the keys that are looked up at random.
    con.execute("pragma journal_mode = off")
    con.execute("pragma synchronous = off")
    con.execute("pragma cache_size = -4000000")
    con.execute("begin")
    for table in KEYS:
        columns = [(row[1], row[2]) for row in con.execute(f"pragma table_info({table})")]
        names = ", ".join(name for name, _ in columns)
        values = ", ".join(copied(table, *column) for column in columns)
        last = con.execute(f"select max(rowid) from {table}").fetchone()[0] or 0
        for copy in range(1, TIMES):
            con.execute(f"insert into {table} ({names}) select {values} from {table} where rowid <= :last", {"copy": copy, "last": last})
    for table, columns in COUNTS.items():
        con.execute(f"update {table} set " + ", ".join(f"{column} = {column} * {TIMES}" for column in columns))
    for table, members in SUMS.items():
        for cell, sums in con.execute(f"select cell, sums from {table}").fetchall():
            found = json.loads(sums)
            found.update({name: times(found[name]) for name in members})
            con.execute(f"update {table} set sums = ? where cell = ?", (json.dumps(found), cell))
    con.execute("commit")
    print(con.execute("select count(*) from response").fetchone()[0])
