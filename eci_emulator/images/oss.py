"""The files of a data source in a bucket of OSS, or of any other that speaks S3."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from eci_emulator.buckets import Bucket, ObjectServer
from eci_emulator.images.sources import SourceError, SourceFile


def bucket_files(options: Mapping[str, str], silence: float) -> list[SourceFile]:
    """The objects below the path, by their paths from there on; one that is the path itself.

    Raises SourceError, BucketError.
    """
    name, prefix = options.get("bucket", ""), options.get("path", "").lstrip("/")
    bucket = Bucket(_server(options, silence), name)
    folder = prefix.rstrip("/")
    files = [
        SourceFile(_path(key, folder), size, partial(bucket.read, key))
        for key, size in bucket.sizes(prefix).items()
        if _is_below(key, folder)
    ]
    if not files:
        raise SourceError(f"the bucket {name} has nothing at {prefix or '/'}")
    return files


def _server(options: Mapping[str, str], silence: float) -> ObjectServer:
    url = options.get("url", "")
    return ObjectServer(
        url if "://" in url else f"https://{url}",
        options.get("akId", ""),
        options.get("akSecret", ""),
        silence=silence,
    )


def _is_below(key: str, folder: str) -> bool:
    return not folder or key == folder or key.startswith(f"{folder}/")


def _path(key: str, folder: str) -> str:
    return key.removeprefix(folder).lstrip("/") or key.rpartition("/")[2]
