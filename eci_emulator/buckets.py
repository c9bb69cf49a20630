"""Folders in buckets of a server that speaks S3, which stands for OSS here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from msgspec import Struct

from eci_emulator.model.volumes import BucketFolder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
PIECE_BYTES: Final = 1 << 20


class BucketError(Exception):
    """The server does not answer, or refuses; the text says which bucket."""


class ObjectServer(Struct, frozen=True):
    """Where the server is, and whom it knows us as; without a key of ours, a folder's own is used."""

    endpoint_url: str
    access_key_id: str = ""
    access_key_secret: str = ""


class Folder:
    """The objects of a folder, by their paths from there. All methods raise BucketError."""

    def __init__(self, server: ObjectServer, folder: BucketFolder) -> None:
        self._bucket = folder.bucket
        self._prefix = folder.prefix
        self._client = _client(server, folder)

    def paths(self) -> list[str]:
        """What is there; names that end in a slash, which some programs put in for folders, are left out."""
        with self._blamed():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            )
            found = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return [key.removeprefix(self._prefix) for key in found if not key.endswith("/")]

    def read(self, path: str) -> Iterator[bytes]:
        with self._blamed():
            body = self._client.get_object(Bucket=self._bucket, Key=self._prefix + path)["Body"]
            with body:
                yield from body.iter_chunks(PIECE_BYTES)

    def write(self, path: str, content: IO[bytes]) -> None:
        with self._blamed():
            self._client.upload_fileobj(content, self._bucket, self._prefix + path)

    def remove(self, path: str) -> None:
        with self._blamed():
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise BucketError(f"bucket {self._bucket}: {error}") from error


def _client(server: ObjectServer, folder: BucketFolder) -> S3Client:
    import boto3  # takes a third of a second, which only who mounts a bucket should wait
    from botocore.config import Config

    ours = bool(server.access_key_id)
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name="oss",
        aws_access_key_id=server.access_key_id if ours else folder.access_key_id or None,
        aws_secret_access_key=server.access_key_secret if ours else folder.access_key_secret or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 2},
            s3={"addressing_style": "path"},
        ),
    )
