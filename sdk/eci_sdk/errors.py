"""What can go wrong.

SdkError
├── ConfigError              no access key, or an endpoint that is none
├── NoAnswer                 the service could not be reached, or did not answer in time
├── ControlError             the emulator's own API refused
├── StartError               an emulator of one's own does not start; the text has the end of its log
├── WaitError
│   ├── WaitFailed           what was waited for cannot happen any more; the text says why
│   └── WaitTimeout          it did not happen in time
└── EciError                 the service refused: code, message, request id, HTTP status
    ├── AuthenticationError  the access key, signature or security token
    ├── Throttling           too many calls; it was tried again before this was raised
    ├── NotFound
    ├── InvalidParameter
    │   └── MissingParameter
    ├── Conflict             not possible in the present status, or with what was sent before
    │   ├── IncorrectStatus
    │   └── IdempotentParameterMismatch
    ├── CapacityError        no place for it, at this price or at all
    │   ├── NoStock
    │   ├── ZoneNotOnSale
    │   ├── SpotNotMatched
    │   └── IpNotEnough
    ├── QuotaExceeded
    ├── Forbidden            permission
    ├── Arrearage            money
    ├── DryRunSuccess        not an error: how a dry run says yes
    ├── NotEmulated          the emulator knows it but does not do it
    └── ServerError          any other answer with HTTP status 5xx

A code without a class of its own is an EciError; look at its ``code`` then.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import ClassVar


class SdkError(Exception):
    """Base of all that this package raises by itself."""


class ConfigError(SdkError):
    """There is no access key, or an endpoint that is none."""


class NoAnswer(SdkError):
    """The service could not be reached, or did not answer in time."""


class ControlError(SdkError):
    """The emulator's own API refused; ``http_status`` tells how."""

    def __init__(self, message: str, http_status: int = 0) -> None:
        super().__init__(message, http_status)
        self.message = message
        self.http_status = http_status

    def __str__(self) -> str:
        return self.message


class StartError(SdkError):
    """An emulator of one's own does not start; the text has the end of its log."""


class WaitError(SdkError):
    """The end of waiting for something that did not happen."""


class WaitFailed(WaitError):
    """What was waited for cannot happen any more; the text says why."""


class WaitTimeout(WaitError, TimeoutError):
    """It did not happen in time."""


class EciError(SdkError):
    """The service refused. ``recommend`` is an address of further help."""

    _by_code: ClassVar[list[tuple[str, type[EciError]]]] = []

    def __init_subclass__(cls, *, codes: tuple[str, ...] = ()) -> None:
        """``codes``: those of the class, with * for any text. The first class that fits is taken."""
        EciError._by_code += [(code, cls) for code in codes]

    @staticmethod
    def of(code: str, http_status: int) -> type[EciError]:
        """The class for an answer that refuses."""
        if http_status >= 500:
            return ServerError
        return next((kind for known, kind in EciError._by_code if fnmatchcase(code, known)), EciError)

    def __init__(
        self, message: str, code: str = "", http_status: int = 0, request_id: str = "", recommend: str = ""
    ) -> None:
        super().__init__(message, code, http_status, request_id, recommend)
        self.message = message
        self.code = code
        self.http_status = http_status
        self.request_id = request_id
        self.recommend = recommend

    def __str__(self) -> str:
        if not self.code:  # found out here, not by the service
            return self.message
        return f"{self.code}: {self.message} (HTTP {self.http_status}, request {self.request_id})"


class AuthenticationError(
    EciError,
    codes=(
        "InvalidAccessKey*",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "SignatureNonceUsed",
        "InvalidTimeStamp.*",
        "InvalidSecurityToken.*",
        "MissingAccessKeyId",
        "MissingSecurityToken",
    ),
): ...


class Throttling(EciError, codes=("Throttling", "Throttling.*", "Rejected.Throttling")): ...


class NotFound(EciError, codes=("*.NotFound",)): ...


class Conflict(EciError, codes=("OperationConflict", "NoNeedUpdate", "VirtualNode.DELETE.FAILED")): ...


class IncorrectStatus(
    Conflict, codes=("IncorrectStatus", "IncorrectStatusDetail", "*.IncorrectStatus", "IncorrectOperation")
): ...


class IdempotentParameterMismatch(Conflict, codes=("IdempotentParameterMismatch",)): ...


class CapacityError(EciError, codes=("RecommendEmpty.*",)): ...


class NoStock(CapacityError, codes=("OperationDenied.NoStock",)): ...


class ZoneNotOnSale(CapacityError, codes=("Zone.NotOnSale",)): ...


class SpotNotMatched(CapacityError, codes=("Spot.NotMatched",)): ...


class IpNotEnough(CapacityError, codes=("*.IpNotEnough", "EipAddressPoolIpNotEnough")): ...


class QuotaExceeded(EciError, codes=("QuotaExceeded", "QuotaExceeded.*")): ...


class Arrearage(EciError, codes=("Account.Arrearage", "*InsufficientBalance")): ...


class Forbidden(
    EciError, codes=("Forbidden", "Forbidden.*", "NoPermission", "NoPermission.*", "*Forbidden")
): ...


class DryRunSuccess(EciError, codes=("DryRun.Success",)): ...


class NotEmulated(EciError, codes=("UnsupportedOperation.NotEmulated",)): ...


class InvalidParameter(EciError, codes=("Invalid*", "NumberExceed.*", "DiskNumber.LimitExceed")): ...


class MissingParameter(InvalidParameter, codes=("Missing*",)): ...


class ServerError(EciError, codes=("RequestTimeout", "ServiceUnavailable", "InternalError")):
    """HTTP status 5xx, or no answer in time; it was tried again where that could do no harm."""
