#!/usr/bin/env python3
"""Tablets beside clients that never finish: slow.py PORT ENVELOPES SLOW TABLETS EACH

SLOW connections say one letter of a header, or of a body, every second, read nothing, and come back when they are
sent away. Meanwhile each of TABLETS sends EACH answers, one after the other, every tenth of a second. Prints:
acknowledged, refused or lost, p50, p99 and longest in milliseconds, and how often the slow ones were sent away.
"""
import asyncio
import hashlib
import itertools
import json
import resource
import sys
import time

port, path = int(sys.argv[1]), sys.argv[2]
slow, tablets, each = (int(number) for number in sys.argv[3:6])
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
with open(path) as file:
    queue = [line.rstrip("\n").split("\t", 1) for line in itertools.islice(file, tablets * each)]
if len(queue) < tablets * each:
    sys.exit(f"only {len(queue)} envelopes in {path}")

HEADS = [
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    b"PUT /r/00000000000000000000000000000000 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200000\r\n\r\n{",
]
away = 0
there = 0


async def dawdle(n):
    global away, there
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            there += 1
            try:
                writer.write(HEADS[n % 2])
                while True:
                    await writer.drain()
                    await asyncio.sleep(1)
                    if writer.is_closing():
                        raise ConnectionResetError
                    writer.write(b"a")
            finally:
                there -= 1
                writer.close()
        except OSError:
            away += 1
            await asyncio.sleep(0.2)


async def send(name, body):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"PUT /r/{name} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    said = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    return said.get("durable") is True and said.get("sha256") == hashlib.sha256(body).hexdigest()


async def tablet(items, times):
    refused = 0
    for name, text in items:
        body, began, stored = text.encode(), time.perf_counter(), False
        while not stored:
            try:
                stored = await asyncio.wait_for(send(name, body), 30)
            except (OSError, ValueError, IndexError, asyncio.TimeoutError):
                pass
            if not stored:
                refused += 1
                await asyncio.sleep(0.1)
        times.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(0.1)
    return refused


async def main():
    crowd = [asyncio.create_task(dawdle(n)) for n in range(slow)]
    await asyncio.sleep(3)
    print(f"{there} slow clients are connected", file=sys.stderr)
    times = []
    refused = sum(await asyncio.gather(*(tablet(queue[i * each : (i + 1) * each], times) for i in range(tablets))))
    for one in crowd:
        one.cancel()
    times.sort()
    at = lambda part: times[min(len(times) - 1, int(len(times) * part))]
    print(f"{len(times)} {refused} {at(0.5):.0f} {at(0.99):.0f} {times[-1]:.0f} {away}")


asyncio.run(main())
