#!/usr/bin/env python3
"""Tablets that send a whole response and vanish before the reply: vanish.py PORT ENVELOPES N

Then one that stays. Prints how long it waited, in milliseconds, and fails where it was not accepted.
"""
import http.client
import itertools
import socket
import sys
import time

port, path, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with open(path) as file:
    envelopes = [line.rstrip("\n").split("\t", 1) for line in itertools.islice(file, count + 1)]

for name, body in envelopes[:count]:
    request = (
        f"PUT /r/{name} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
    )
    with socket.create_connection(("127.0.0.1", port)) as tablet:
        tablet.sendall(request.encode())

name, body = envelopes[count]
began = time.perf_counter()
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
connection.request("PUT", f"/r/{name}", body.encode(), {"Content-Type": "application/json"})
status = connection.getresponse().status
print(f"{(time.perf_counter() - began) * 1000:.1f}")
if not 200 <= status <= 299:
    sys.exit(f"the next response was answered {status}")
