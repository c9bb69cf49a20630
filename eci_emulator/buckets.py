"""Buckets of servers that speak S3, as OSS does or what stands for it here."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from eci_emulator.engine.driver import EngineError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
#: How often a request is sent before it has failed.
ATTEMPTS: Final = 2
PIECE_BYTES: Final = 1 << 20


class BucketError(EngineError):
    """The server refuses, or its answer makes no sense; the text names the bucket."""


class BucketUnreachable(BucketError):
    """The server does not answer, or no more."""


class ObjectServer(Struct, frozen=True):
    """Where a server is, and the access key to use; without one, requests are anonymous.

    ``silence``: seconds without a byte before a request is given up.
    """

    endpoint_url: str
    access_key_id: str = ""
    access_key_secret: str = ""
    silence: float = READ_SECONDS


class Bucket:
    """Its objects by their keys. All methods raise BucketError."""

    def __init__(self, server: ObjectServer, name: str) -> None:
        self._name = name
        with self._blamed():
            self._client = s3_client(server, "oss", **_signing(server))

    def sizes(self, prefix: str) -> dict[str, int]:
        """The objects whose keys begin like that, without those that some programs put in for folders."""
        with self._blamed():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix)
            found = {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}
        return {key: size for key, size in found.items() if not key.endswith("/")}

    def read(self, key: str) -> Generator[bytes, None, None]:
        with self._blamed():
            body = self._client.get_object(Bucket=self._name, Key=key)["Body"]
            with body:
                yield from body.iter_chunks(PIECE_BYTES)

    def write(self, key: str, content: IO[bytes]) -> None:
        with self._blamed():
            self._client.upload_fileobj(content, self._name, key)

    def remove(self, key: str) -> None:
        with self._blamed():
            self._client.delete_object(Bucket=self._name, Key=key)

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

        try:
            yield
        except (ConnectionError, HTTPClientError) as error:
            raise BucketUnreachable(f"bucket {self._name}: {error}") from error
        except (Boto3Error, BotoCoreError, ClientError, ValueError) as error:
            raise BucketError(f"bucket {self._name}: {error}") from error


def _signing(server: ObjectServer) -> dict[str, Any]:
    """Without an access key requests are anonymous, that is unsigned."""
    from botocore import UNSIGNED

    return {} if server.access_key_id else {"signature_version": UNSIGNED}


def _is_oss(endpoint_url: str) -> bool:
    """OSS itself wants the bucket in the host name. At any other address that is given boto3 puts it into the path."""
    return (urlsplit(endpoint_url).hostname or "").endswith(".aliyuncs.com")


def s3_client(server: ObjectServer, region: str | None = None, **options: Any) -> S3Client:
    """A client, with further options for its Config. Unset values come from ``AWS_...``, as always with boto3.

    Raises BotoCoreError; ValueError for an address that is none.
    """
    import boto3  # takes a third of a second, which only who needs a bucket should wait
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=server.endpoint_url or None,
        region_name=region,
        aws_access_key_id=server.access_key_id or None,
        aws_secret_access_key=server.access_key_secret or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=server.silence,
            retries={"total_max_attempts": ATTEMPTS},
            s3={"addressing_style": "virtual" if _is_oss(server.endpoint_url) else "auto"},
            # Checksums as S3 alone knows them make OSS and others refuse what is written.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            **options,
        ),
    )
