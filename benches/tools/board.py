"""A leader's pages at three hundred families and forty tablets, and how soon the board follows an answer.

board.py PORT ENVELOPES: sends the befores of one session of ENVELOPES (id, tab, the bytes a tablet would send), has
forty tablets beat, and prints in ms: home, board (median of 21), and following an answer (median and longest of 20).
"""

import http.client
import json
import statistics
import sys
import threading
import time

TABLETS = 40
PAGES = 21
ANSWERS = 20
SENDERS = 8


def timed(work):
    began = time.monotonic()
    work()
    return (time.monotonic() - began) * 1000


def ask(connection, method, path, body=None):
    headers = {"content-type": "application/json"} if body else {}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 201, 202):
        sys.exit(f"{method} {path}: {answer.status} {text[:200]!r}")
    return text


def send(port, envelopes):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for number, body in envelopes:
        ask(connection, "PUT", f"/r/{number}", body)


def beats(port, session, sequence):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for tablet in range(TABLETS):
        beat = {"device": f"{tablet:016x}", "session": session, "sequence": sequence, "waiting": tablet % 3, "parked": 0,
                "drafts": tablet % 2, "storage": "database", "oldest_ms": 1000, "shell": "00ff",
                "clock_ms": int(time.time() * 1000), "cards": 300}
        ask(connection, "POST", "/beat", json.dumps(beat))


def page(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = [timed(lambda: ask(connection, "GET", path)) for _ in range(PAGES)]
    return statistics.median(times)


def next_update(stream):
    """Reads on until the board has changed."""
    changed = False
    while True:
        line = stream.readline()
        if not line:
            sys.exit("the stream ended")
        changed = changed or line == b"event: board\n"
        if changed and line == b"\n":
            return


def following(port, session, envelopes):
    listening = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    listening.request("GET", f"/sessions/{session}/live")
    stream = listening.getresponse()
    next_update(stream)
    times = []
    for one in envelopes:
        time.sleep(0.7)  # what came before has been shown
        times.append(timed(lambda: (send(port, [one]), next_update(stream))))
    return times


def main():
    port, session = int(sys.argv[1]), "crowd001"
    befores, afters = [], []
    with open(sys.argv[2], encoding="utf-8") as lines:
        for line in lines:
            number, body = line.rstrip("\n").split("\t", 1)
            if f'"session":"{session}"' in body:
                (befores if '"wave":"pre"' in body else afters).append((number, body))
    threads = [threading.Thread(target=send, args=(port, befores[n::SENDERS])) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    beats(port, session, 30)
    times = following(port, session, afters[:ANSWERS])
    home, board = page(port, f"/sessions/{session}"), page(port, f"/sessions/{session}/board")
    print(f"{home:.0f} {board:.0f} {statistics.median(times):.0f} {max(times):.0f}")


main()
