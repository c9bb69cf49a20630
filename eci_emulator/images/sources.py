"""Where the data of a data cache comes from: files of a bucket, behind a URL, or of a model hub."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import requests
from msgspec import Struct

from eci_emulator.engine.driver import EngineError

CONNECT_SECONDS: Final = 10.0
PIECE_BYTES: Final = 1 << 20

Json = dict[str, Any]


class SourceError(EngineError):
    """The source is not there, not allowed, or not what it should be; the text says which."""


class SourceFile(Struct, frozen=True):
    """A file to be loaded: its path in the cache, its size if that is known (0: not), its content."""

    path: str
    size: int
    pieces: Callable[[], Generator[bytes, None, None]]


class Web:
    """Downloads over HTTP. ``silence``: seconds without a byte before one is given up."""

    def __init__(self, silence: float) -> None:
        self._timeout = (CONNECT_SECONDS, silence)

    def file(self, path: str, url: str, token: str, size: int = 0) -> SourceFile:
        return SourceFile(path, size, lambda: self._pieces(url, token))

    def url(self, options: Mapping[str, str]) -> list[SourceFile]:
        """The one file behind a URL."""
        url = options.get("url", "")
        if urlsplit(url).scheme not in ("http", "https"):
            raise SourceError(f"{url!r} is no http or https URL")
        name = unquote(PurePosixPath(urlsplit(url).path).name) or "index.html"
        return [self.file(name, url, options.get("accessToken", ""))]

    def json(self, url: str, token: str) -> Any:
        with self._get(url, token) as answer:
            return answer.json()

    def _pieces(self, url: str, token: str) -> Generator[bytes, None, None]:
        with self._get(url, token) as answer:
            yield from answer.iter_content(PIECE_BYTES)

    @contextmanager
    def _get(self, url: str, token: str) -> Iterator[requests.Response]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with requests.get(url, headers=headers, timeout=self._timeout, stream=True) as answer:
                if not answer.ok:
                    raise SourceError(f"{url} answered {answer.status_code} {answer.reason}")
                yield answer
        except requests.RequestException as error:
            raise SourceError(f"{url} could not be read: {error}") from error


class Hub(Struct, frozen=True):
    """A model hub: how its files are listed and where they are found."""

    listing: str
    content: str
    files: Callable[[Any], list[tuple[str, int]]]  # paths and sizes, of what the listing answers
    revision: str


def _hugging_face(answer: Any) -> list[tuple[str, int]]:
    return [(entry["path"], entry.get("size", 0)) for entry in answer if entry["type"] == "file"]


def _model_scope(answer: Any) -> list[tuple[str, int]]:
    return [(f["Path"], f.get("Size", 0)) for f in answer["Data"]["Files"] if f["Type"] == "blob"]


_HUGGING_FACE: Final = "https://huggingface.co"
_MODEL_SCOPE: Final = "https://modelscope.cn"

#: By the first and the second half of the option repoSource.
HUBS: Final[dict[tuple[str, str], Hub]] = {
    ("HuggingFace", "Model"): Hub(
        "{hub}/api/models/{id}/tree/{revision}?recursive=true",
        "{hub}/{id}/resolve/{revision}/{path}",
        _hugging_face,
        "main",
    ),
    ("HuggingFace", "DataSet"): Hub(
        "{hub}/api/datasets/{id}/tree/{revision}?recursive=true",
        "{hub}/datasets/{id}/resolve/{revision}/{path}",
        _hugging_face,
        "main",
    ),
    ("ModelScope", "Model"): Hub(
        "{hub}/api/v1/models/{id}/repo/files?Revision={revision}&Recursive=true",
        "{hub}/api/v1/models/{id}/repo?Revision={revision}&FilePath={path}",
        _model_scope,
        "master",
    ),
    ("ModelScope", "DataSet"): Hub(
        "{hub}/api/v1/datasets/{id}/repo/tree?Revision={revision}&Recursive=true",
        "{hub}/api/v1/datasets/{id}/repo?Revision={revision}&FilePath={path}",
        _model_scope,
        "master",
    ),
}


def hub_files(web: Web, options: Mapping[str, str], addresses: Mapping[str, str]) -> list[SourceFile]:
    """The files of a repository of a hub; ``addresses``: where hubs are found instead of at home."""
    name, _, kind = options["repoSource"].partition("/")
    hub = HUBS.get((name, kind or "Model"))
    if hub is None:
        raise SourceError(f"repoSource {options['repoSource']!r} is none of {_choices()}")
    home = _HUGGING_FACE if name == "HuggingFace" else _MODEL_SCOPE
    where = {
        "hub": addresses.get(name, home).rstrip("/"),
        "id": quote(options.get("repoId", "")),
        "revision": quote(options.get("revision") or hub.revision, safe=""),
    }
    token = options.get("accessToken", "")
    try:
        listed = hub.files(web.json(hub.listing.format(**where), token))
    except (LookupError, TypeError, ValueError) as error:
        raise SourceError(f"{name} answers in another way than expected: {error!r}") from error
    return [
        web.file(path, hub.content.format(path=quote(path), **where), token, size) for path, size in listed
    ]


def _choices() -> str:
    return ", ".join("/".join(choice) for choice in HUBS)
