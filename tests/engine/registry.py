"""A registry with just enough of the protocol for pulls and pushes of one image."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import threading
import uuid
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
USER, PASSWORD = "user", "secret"


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Registry(ThreadingHTTPServer):
    """Serves ``image:1``, whose layer is ``size`` bytes of noise, to everybody, or to USER alone if
    ``private``. Layers are kept back while ``flowing`` is not set."""

    daemon_threads = True

    def __init__(self, size: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"127.0.0.1:{self.server_port}"
        self.private = False
        self.flowing = threading.Event()
        self.flowing.set()
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, bytes] = {}
        layer = self._layer(size)
        config = self._add(
            json.dumps(
                {
                    "architecture": "amd64",
                    "os": "linux",
                    "config": {
                        "Cmd": ["run"],
                        "Entrypoint": ["/start"],
                        "WorkingDir": "/w",
                        "User": "7",
                        "StopSignal": "SIGQUIT",
                    },
                    "rootfs": {"type": "layers", "diff_ids": [digest(gzip.decompress(layer))]},
                }
            ).encode()
        )
        body = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", **config},
            "layers": [
                {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", **self._add(layer)}
            ],
        }
        self.manifests["image:1"] = json.dumps(body).encode()

    def _layer(self, size: int) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            noise = b"".join(uuid.uuid4().bytes for _ in range(size // 16))
            entry = tarfile.TarInfo("noise")
            entry.size = len(noise)
            archive.addfile(entry, io.BytesIO(noise))
        return gzip.compress(buffer.getvalue(), 1)

    def _add(self, data: bytes) -> dict[str, Any]:
        self.blobs[digest(data)] = data
        return {"size": len(data), "digest": digest(data)}


class _Handler(BaseHTTPRequestHandler):
    server: Registry
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match self.path.split("?")[0].strip("/").split("/"):
            case _ if self.server.private and not self._is_known():
                self._answer(401, b"{}", "application/json")
            case ["v2"]:
                self._answer(200, b"{}", "application/json")
            case ["v2", repository, "manifests", tag]:
                self._manifest(repository, tag)
            case ["v2", _, "blobs", name] if name in self.server.blobs:
                if self.command == "GET":
                    self.server.flowing.wait(60)
                self._answer(
                    200, self.server.blobs[name], "application/octet-stream", Docker_Content_Digest=name
                )
            case _:
                self._answer(404, b'{"errors": [{"code": "BLOB_UNKNOWN"}]}', "application/json")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        self._answer(202, b"", Location=f"/v2/pushed/blobs/uploads/{uuid.uuid4()}")

    def do_PATCH(self) -> None:
        data = self._read()
        self.server.blobs[digest(data)] = data
        self._answer(202, b"", Location=self.path, Range=f"0-{len(data) - 1}")

    def do_PUT(self) -> None:
        data = self._read()
        match self.path.split("?")[0].strip("/").split("/"):
            case ["v2", repository, "manifests", tag]:
                self.server.manifests[f"{repository}:{tag}"] = data
        self._answer(201, b"", Docker_Content_Digest=digest(data))

    def _is_known(self) -> bool:
        token = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {token}"

    def _manifest(self, repository: str, tag: str) -> None:
        manifests = self.server.manifests
        by_digest = {digest(data): data for data in manifests.values()}
        data = manifests.get(f"{repository}:{tag}", by_digest.get(tag))
        if data is None:
            unknown = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}
            self._answer(404, json.dumps(unknown).encode(), "application/json")
        else:
            self._answer(200, data, MANIFEST, Docker_Content_Digest=digest(data))

    def _read(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def _answer(self, status: int, body: bytes, kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="test"')
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(size: int = 200_000) -> Iterator[Registry]:
    with Registry(size) as registry:
        thread = threading.Thread(target=registry.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield registry
        finally:
            registry.flowing.set()
            registry.shutdown()
            thread.join(10)
