"""DescribeContainerGroups beside two emulators of AWS, all three asked in the same run.

Ours answers ten groups, with signatures verified and the request validated; `moto_server` and
`ministack` answer ECS DescribeClusters. Eight connections, requests made ahead of time, from a
second process. moto comes with the dev extra; ministack is used where `pip install ministack` has
put it (it is in no extra: it is only ever a yardstick), else left out.

Learned (py-spy, and the server's CPU time per request, which other load on the machine changes little):
with Connexion's own JSON validator 0.7 ms of a request went into making validators anew, so they are
compiled once. Then a third of a request was Connexion's matching of 90 paths, and its parsing of a query
and headers that the gateway has parsed (gateway/operations.py now goes straight to the operation), and
half was trips to Redis, each of which costs 60 us here and as much in redis-server: from four (clock,
nonce, index, records) to one, which finds and reads a page. Inside the application a request went from
1.2 ms to 0.27 ms; uvicorn's part is about 0.15 ms. Then Redis was a third, half of it waiting while a
page was gathered and sent, and on two cores that a client and a server keep busy the wait for a third
process is half of a request. Answering from memory until a write is told of (store/pages.py) doubled the
rate: 1,700 to 3,000-3,700. uvicorn wrote head and body apart, which woke the client twice
(gateway/joining.py). What is left is in small pieces: checking the signature, reading the request,
uvicorn. A client of eight threads cost as much as the server; the load is one thread.

    python bench/api.py [SECONDS]
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import multiprocessing
import os
import secrets
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import requests

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
CONNECTIONS = 8
GROUPS = 10
BIN = Path(sys.executable).parent
KEY, SECRET = "bench", "secret"


def signed(parameters: dict[str, str]) -> str:
    """The path and query of a V1-signed GET."""
    query = {
        "Version": "2018-08-08",
        "Format": "JSON",
        "RegionId": "cn-hangzhou",
        "AccessKeyId": KEY,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": secrets.token_hex(16),
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        **parameters,
    }
    canonical = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(query.items()))
    digest = hmac.digest(
        f"{SECRET}&".encode(), f"GET&%2F&{quote(canonical, safe='~')}".encode(), hashlib.sha1
    )
    return f"/?{canonical}&Signature={quote(base64.b64encode(digest), safe='~')}"


class Connection:
    """Sends its requests one after the other; keeps its socket while the server does (moto's does not)."""

    def __init__(self, port: int, batch: list[bytes]) -> None:
        self._port = port
        self._batch = iter(batch)
        self._answer = bytearray()
        self._began = 0.0
        self.latencies: list[float] = []
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self._port))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def send(self) -> None:
        self._began = time.perf_counter()
        self.socket.sendall(next(self._batch))

    def receive(self) -> bool:
        """Takes what has come; True when that was the end of an answer, which has to be a success."""
        data = self.socket.recv(65536)
        self._answer += data
        head, separator, body = bytes(self._answer).partition(b"\r\n\r\n")
        if not separator:
            return False
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        if len(body) < length:
            return False
        if b" 200 " not in lines[0]:
            raise SystemExit(f"port {self._port}: {head!r}")
        self.latencies.append(time.perf_counter() - self._began)
        self._answer.clear()
        if b"connection: close" in lines:
            self.socket.close()
            self.socket = self._connect()
        return True


def load(
    port: int, batches: list[list[bytes]], seconds: float, results: multiprocessing.Queue[list[float]]
) -> None:
    """All connections at once, in one thread: the load must not cost more than what it measures."""
    connections = [Connection(port, batch) for batch in batches]
    deadline = time.perf_counter() + seconds
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        while time.perf_counter() < deadline:
            for key, _ in selector.select(timeout=1):
                connection, was = key.data, key.data.socket
                if connection.receive():
                    if connection.socket is not was:
                        selector.unregister(was)
                        selector.register(connection.socket, selectors.EVENT_READ, connection)
                    connection.send()
    results.put([latency for connection in connections for latency in connection.latencies])
    for connection in connections:
        connection.socket.close()


def measure(name: str, port: int, batches: list[list[bytes]]) -> tuple[str, float, list[float]]:
    results: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=load, args=(port, batches, SECONDS, results))
    process.start()
    latencies = results.get(timeout=SECONDS + 60)
    process.join()
    return name, len(latencies) / SECONDS, latencies


@contextlib.contextmanager
def ours() -> Iterator[int]:
    """Our emulator with keys configured and ten groups (simulated: the engine is not what is measured)."""
    with tempfile.TemporaryDirectory(prefix="eci-bench-") as folder:
        environment = {
            **os.environ,
            "ECI_EMULATOR_ACCESS_KEY_ID": KEY,
            "ECI_EMULATOR_ACCESS_KEY_SECRET": SECRET,
        }
        where = ["--state-dir", folder]
        up = [str(BIN / "eci-emulator"), "up", "-d", "--port", "0", "--engine", "simulated", *where]
        subprocess.run(up, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        try:
            url = json.loads((Path(folder) / "endpoint.json").read_text())["url"]
            for number in range(GROUPS):
                create = {
                    "Action": "CreateContainerGroup",
                    "ContainerGroupName": f"bench-{number}",
                    "Container.1.Name": "main",
                    "Container.1.Image": "nginx:1",
                }
                requests.get(url + signed(create), timeout=10).raise_for_status()
            yield int(url.rpartition(":")[2])
        finally:
            subprocess.run([BIN / "eci-emulator", "down", *where], check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def other(command: list[str], **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as chooser:
        chooser.bind(("127.0.0.1", 0))
        port: int = chooser.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on port {port}")


def our_requests() -> list[list[bytes]]:
    def one() -> bytes:
        return f"GET {signed({'Action': 'DescribeContainerGroups'})} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    each = int(SECONDS * 1000)
    return [[one() for _ in range(each)] for _ in range(CONNECTIONS)]


def their_requests() -> list[list[bytes]]:
    body = b"{}"
    head = (
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.1\r\n"
        "X-Amz-Target: AmazonEC2ContainerServiceV20141113.DescribeClusters\r\n"
        "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ecs/aws4_request, "
        f"SignedHeaders=host, Signature=0\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return [[head.encode() + body] * int(SECONDS * 1000) for _ in range(CONNECTIONS)]


def main() -> None:
    rows = []
    with ours() as port:
        rows.append(measure("eci-emulator", port, our_requests()))
    port = free_port()
    with other([str(BIN / "moto_server"), "-p", str(port)]):
        wait_for(port)
        rows.append(measure("moto_server", port, their_requests()))
    ministack = shutil.which("ministack") or shutil.which("ministack", path=str(BIN))
    if ministack:
        port = free_port()
        with other([ministack], GATEWAY_PORT=str(port), PORT=str(port)):
            wait_for(port)
            rows.append(measure("ministack", port, their_requests()))
    else:
        print("ministack is not installed: left out")
    print(f"{CONNECTIONS} connections, {SECONDS:g} s each, one API process")
    for name, rate, latencies in rows:
        cuts = statistics.quantiles(latencies, n=100)
        print(
            f"  {name:13} {rate:7.0f} requests/s   p50 {cuts[49] * 1000:6.2f} ms   p99 {cuts[98] * 1000:6.2f} ms"
        )
    for name, rate, _ in rows[1:]:
        print(f"  eci-emulator / {name}: {rows[0][1] / rate:.2f}")


if __name__ == "__main__":
    main()
