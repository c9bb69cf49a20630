"""Files of an OSS bucket, or of any other that speaks S3."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eci_emulator.images.sources import CONNECT_SECONDS, PIECE_BYTES, SourceError, SourceFile

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Bucket:
    """What the options of a data source say of a bucket; without keys it is read as a stranger."""

    def __init__(self, options: Mapping[str, str], silence: float) -> None:
        self._name = options.get("bucket", "")
        self._prefix = options.get("path", "").lstrip("/")
        self._client = _client(options, silence)

    def files(self) -> list[SourceFile]:
        """The objects below the path, by their paths from there on; one that is the path itself."""
        with _blamed(self._name):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._name, Prefix=self._prefix
            )
            found = [(entry["Key"], entry["Size"]) for page in pages for entry in page.get("Contents", [])]
        files = [self._file(key, size) for key, size in found if self._is_below(key)]
        if not files:
            raise SourceError(f"the bucket {self._name} has nothing at {self._prefix or '/'}")
        return files

    def _is_below(self, key: str) -> bool:
        folder = self._prefix.rstrip("/")
        return not key.endswith("/") and (not folder or key == folder or key.startswith(f"{folder}/"))

    def _file(self, key: str, size: int) -> SourceFile:
        path = key.removeprefix(self._prefix.rstrip("/")).lstrip("/") or key.rpartition("/")[2]
        return SourceFile(path, size, lambda: self._pieces(key))

    def _pieces(self, key: str) -> Generator[bytes, None, None]:
        with _blamed(self._name):
            body = self._client.get_object(Bucket=self._name, Key=key)["Body"]
            with body:
                yield from body.iter_chunks(PIECE_BYTES)


def _client(options: Mapping[str, str], silence: float) -> S3Client:
    import boto3  # takes a third of a second, which only who loads from a bucket should wait
    from botocore import UNSIGNED
    from botocore.config import Config

    key, secret = options.get("akId", ""), options.get("akSecret", "")
    url = options.get("url", "")
    signing: dict[str, Any] = {} if key else {"signature_version": UNSIGNED}
    try:
        return boto3.client(
            "s3",
            endpoint_url=url if "://" in url else f"https://{url}",
            region_name="oss",
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=silence,
                retries={"total_max_attempts": 2},
                **signing,
            ),
        )
    except ValueError as error:
        raise SourceError(f"{url!r} is no address of a bucket: {error}") from error


@contextmanager
def _blamed(bucket: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise SourceError(f"the bucket {bucket} could not be read: {error}") from error
