"""What an evaluator would write with pandas: the stored responses as a long and a wide CSV file in one zip.

    pandas_pack.py DATABASE OUT.zip

It does the part of `pencilmark export` that is rows of answers: new keys in a random order, one row for each answer,
one for each person with what counts before, after and later and its scores. It makes no pairs, no workbook, no
codebook, no scripts and no missing codes beyond "not asked", and holds everything in memory at once.
"""

import json
import sqlite3
import sys
import zipfile

import pandas as pd

AFTERS = ["post_prog", "post_same", "post_home", "post_exit"]
SLOTS = {"pre": "pre", "follow_up": "fu", "event": "event"} | {wave: "post" for wave in AFTERS}



def explain(kind, error, _trace):
    sys.exit(
        f"pandas_pack.py cannot read this database ({kind.__name__}: {error}). It reads the tables as the program stores them"
        " and has to follow where they change."
    )


sys.excepthook = explain
base, out = sys.argv[1:]
with sqlite3.connect(base) as con:
    people = pd.read_sql_query(
        """select person.id, coalesce(card.family, card.code) as card, person.role, person.school_year,
                  project.name as project, area.name as area
           from person join card on card.code = person.card_code join project on project.id = card.project_id
           left join area on area.id = project.area_id where person.counts_as is null""",
        con,
    )
    attended = pd.read_sql_query("select person_id, count(distinct session_id) as n from attendance group by 1", con)
    stored = con.execute(
        """select r.person_id, r.session_id, r.state, r.wave, r.survey, r.version, r.scores, intake.bytes
           from response r join intake on intake.arrival = r.arrival
           where r.state in ('counted', 'superseded') order by r.person_id, r.arrival"""
    ).fetchall()

people = people.sample(frac=1).reset_index(drop=True)
people["person"] = [f"P{number:04}" for number in range(1, len(people) + 1)]
families = people["card"].drop_duplicates().sample(frac=1)
people["family"] = people["card"].map({card: f"F{number:04}" for number, card in enumerate(families, 1)})
people["sessions_attended"] = people["id"].map(attended.set_index("person_id")["n"]).fillna(0).astype(int)

responses, answers, scores, number, last = [], [], [], 0, None
for at, (person, session, state, wave, survey, version, scored, sent) in enumerate(stored):
    number = number + 1 if person == last else 1
    last = person
    sent = json.loads(sent)
    seconds = sent.get("seconds", {})
    responses.append(
        (at, person, f"S{session:02}", number, int(state == "counted"), wave, survey, version[:12], sent.get("language", "en"),
         sent.get("mode", "screen"), sent.get("helper"), int(sent.get("words", False)),
         (sent["finished_ms"] - sent["started_ms"]) // 1000)
    )
    for item, value in sent["answers"].items():
        answers.append((at, item, value, seconds.get(item.split(".")[0])))
    for measure, value, denominator, *_ in json.loads(scored):  # and what main results and scales need
        scores.append((at, measure, round(100 * value / denominator, 6) if denominator > 1 else value))
del stored

responses = pd.DataFrame(
    responses,
    columns=["at", "id", "session", "response", "counted", "wave", "survey", "version", "language", "mode", "helper",
             "words", "seconds"],
)
answers = pd.DataFrame(answers, columns=["at", "item", "answer", "seconds"])
scores = pd.DataFrame(scores, columns=["at", "measure", "score"])

long = answers.merge(responses.drop(columns="seconds"), on="at").merge(people, on="id")
typed = long["answer"].map(type).eq(str)
numbers = pd.to_numeric(long["answer"].where(~typed)).astype("Int64")
long["value"] = numbers.where(numbers >= 0)
long["missing"] = numbers.where(numbers < 0)
long["text"] = long["answer"].where(typed)
long["quotable"] = long["words"].where(typed).astype("Int64")
long["seconds"] = long["seconds"].astype("Int64")
long = long.sort_values(["person", "response"], kind="stable")[
    ["person", "family", "role", "project", "session", "response", "counted", "wave", "survey", "version", "item", "value",
     "missing", "text", "quotable", "seconds"]
]

# The best after there is stands in the place of the after.
counted = responses[responses["counted"] == 1].copy()
counted["slot"] = counted["wave"].map(SLOTS)
counted["rank"] = counted["wave"].map({wave: rank for rank, wave in enumerate(AFTERS)}).fillna(0)
best = counted.sort_values("rank", kind="stable").drop_duplicates(["id", "slot"])
wide = people.set_index("id")[["person", "family", "role", "school_year", "project", "area", "sessions_attended"]]
for facts, name, value in [(answers, "item", "answer"), (scores, "measure", "score")]:
    cells = facts.merge(best[["at", "id", "slot"]], on="at")
    cells["column"] = cells[name].str.lower().str.replace(r"\W", "_", regex=True) + "_" + cells["slot"]
    wide = wide.join(cells.pivot(index="id", columns="column", values=value).fillna(-8))
for fact in ["session", "survey", "language", "mode", "helper", "words", "seconds"]:
    facts = best.pivot(index="id", columns="slot", values=fact)
    wide = wide.join(facts.add_prefix(f"{fact}_"))

with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
    for name, table in [("data_wide.csv", wide), ("data_long.csv", long)]:
        with pack.open(name, "w", force_zip64=True) as file:
            table.to_csv(file, index=False)
