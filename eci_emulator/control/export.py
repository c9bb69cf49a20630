"""Writing objects to a bucket of any store that speaks S3, as OSS does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eci_emulator.buckets import ATTEMPTS, COMPATIBLE, CONNECT_SECONDS, READ_SECONDS, ObjectServer
from eci_emulator.model import errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put_object(content: bytes, content_type: str, server: ObjectServer, *, bucket: str, key: str) -> None:
    """Write one object. What is not said of the server comes from ``AWS_...``, as for all of boto3.

    Raises ServiceUnavailable with what the store, or the way to it, had to say.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client: S3Client = boto3.client(
            "s3",
            endpoint_url=server.endpoint_url or None,
            aws_access_key_id=server.access_key_id or None,
            aws_secret_access_key=server.access_key_secret or None,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": ATTEMPTS},
                **COMPATIBLE,
            ),
        )
        client.put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise errors.ServiceUnavailable(str(error)) from None
