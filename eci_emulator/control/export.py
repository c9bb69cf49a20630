"""Writing objects to a bucket of any store that speaks S3, as OSS does."""

from __future__ import annotations

from eci_emulator.buckets import ObjectServer, s3_client
from eci_emulator.model import errors


def put_object(content: bytes, content_type: str, server: ObjectServer, *, bucket: str, key: str) -> None:
    """Write one object. Unset values of the server come from ``AWS_...``, as always with boto3.

    Raises ServiceUnavailable with what the store, or the way to it, had to say.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        s3_client(server).put_object(Bucket=bucket, Key=key, Body=content, ContentType=content_type)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise errors.ServiceUnavailable(str(error)) from None
