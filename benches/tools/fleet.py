#!/usr/bin/env python3
"""Tablets behind one address that come back with a full queue: fleet.py PORT ENVELOPES TABLETS EACH

Each sends one after the other, as a tablet does, and counts only an acknowledgement that names the hash of what
it sent. Meanwhile somebody opens the session's page every 50 ms. Prints: seconds until all were acknowledged,
refused, p95 and longest of the page in milliseconds.
"""
import asyncio
import hashlib
import itertools
import json
import sys
import time

port, path, tablets, each = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with open(path) as file:
    queue = [line.rstrip("\n").split("\t", 1) for line in itertools.islice(file, tablets * each)]
if len(queue) < tablets * each:
    sys.exit(f"only {len(queue)} envelopes in {path}")
page = "/s/" + json.loads(queue[0][1])["session"]


async def ask(streams, method, where, body=b""):
    """One request on a connection that stays open; gives status and body."""
    reader, writer = streams
    head = f"{method} {where} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    status = int((await reader.readline()).split()[1])
    length, chunked = 0, False
    while (line := (await reader.readline()).strip().lower()):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        chunked = chunked or line.startswith(b"transfer-encoding: chunked")
    if not chunked:
        return status, await reader.readexactly(length)
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return status, whole


async def tablet(items):
    streams = await asyncio.open_connection("127.0.0.1", port)
    refused = 0
    for name, text in items:
        body = text.encode()
        while True:
            status, reply = await ask(streams, "PUT", f"/r/{name}", body)
            said = json.loads(reply) if 200 <= status <= 299 else {}
            if said.get("durable") is True and said.get("sha256") == hashlib.sha256(body).hexdigest():
                break
            refused += 1
            await asyncio.sleep(1)
    streams[1].close()
    return refused


async def somebody(times):
    streams = await asyncio.open_connection("127.0.0.1", port)
    while True:
        began = time.perf_counter()
        status, _ = await ask(streams, "GET", page)
        if status != 200:
            sys.exit(f"{page} was answered {status}")
        times.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(0.05)


async def main():
    times = []
    other = asyncio.create_task(somebody(times))
    began = time.perf_counter()
    refused = sum(await asyncio.gather(*(tablet(queue[i * each : (i + 1) * each]) for i in range(tablets))))
    took = time.perf_counter() - began
    other.cancel()
    times.sort()
    print(f"{took:.2f} {refused} {times[len(times) * 95 // 100]:.0f} {times[-1]:.0f}")


asyncio.run(main())
