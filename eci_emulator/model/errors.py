"""Every error a caller can meet: its code, its HTTP status and its text.

Raise by name and give the fields of the text, or a text of one's own::

    raise errors.QuotaExceeded(resource="vCPU")
    raise errors.IncorrectStatus("The container group is Scheduling; it can be restarted from Running.")

EciError
├── GatewayError        refused before an action saw the request
├── ParameterError      a parameter is missing, malformed or too much
├── ResourceError       the resource is not there, or not in a state for it
├── PlacementError      no zone, size, address, stock or price for what was asked
├── AccountError        money, quota or permission
├── DryRunSuccess       not an error: how a dry run says yes
├── NotEmulated         known to ECI, not done here
└── OtherError          published codes that nothing here raises; made from the table in published_errors

``BY_CODE`` finds the class of a code. Clients decide by code, and one trap shapes the choice of codes:
Terraform takes the bare code ``InvalidParameter``, and any text with "NotFound" in it, to mean that the
resource is gone. A bad value is therefore told by a longer code, which names the parameter in its text.
"""

from __future__ import annotations

from typing import ClassVar, Final

from eci_emulator.model.published_errors import PUBLISHED

BY_CODE: Final[dict[str, type[EciError]]] = {}


class _Fields(dict[str, object]):
    """Fields of a text; one that was not given leaves its name, as fault injection gives none."""

    def __missing__(self, name: str) -> str:
        return name


class EciError(Exception):
    """Base of all. ``template`` is the published text, its ``%s`` named; ``variants`` are texts that some
    actions publish for the same code.
    """

    code: str = "InternalError"
    http_status: ClassVar[int] = 400
    template: ClassVar[str] = "{detail}"
    variants: ClassVar[tuple[str, ...]] = ()
    retry_after: int = 0  # milliseconds after which the same call may succeed; 0: not known

    def __init_subclass__(cls) -> None:
        if "code" in vars(cls):
            BY_CODE[cls.code] = cls

    def __init__(self, text: str | None = None, /, **fields: object) -> None:
        self.message = self.template.format_map(_Fields(fields)) if text is None else text
        super().__init__(self.message)


class GatewayError(EciError):
    """Refused before an action saw the request."""


class AccessKeyNotFound(GatewayError):
    code, http_status = "InvalidAccessKeyId.NotFound", 404
    template = "Specified access key is not found."


class AccessKeyInactive(GatewayError):
    code = "InvalidAccessKeyId.Inactive"
    template = "Specified access key is disabled."


class SignatureDoesNotMatch(GatewayError):
    """The old Python SDK compares the string to sign with its own to tell a wrong secret."""

    code = "SignatureDoesNotMatch"
    template = (
        "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}"
    )


class IncompleteSignature(GatewayError):
    code = "IncompleteSignature"
    template = "The request signature does not conform to Aliyun standards."


class SignatureNonceUsed(GatewayError):
    code = "SignatureNonceUsed"
    template = "Specified signature nonce was used already."


class TimestampFormat(GatewayError):
    code = "InvalidTimeStamp.Format"
    template = "Specified time stamp or date value is not well formatted."


class TimestampExpired(GatewayError):
    code = "InvalidTimeStamp.Expired"
    template = "Specified time stamp or date value is expired."


class SecurityTokenMismatch(GatewayError):
    code = "InvalidSecurityToken.MismatchWithAccessKey"
    template = "Specified SecurityToken mismatch with the AccessKey."


class ActionNotFound(GatewayError):
    code, http_status = "InvalidAction.NotFound", 404
    template = "Specified api is not found, please check your url and method."


class ProductNotFound(GatewayError):
    code, http_status = "InvalidProduct.NotFound", 404
    template = "Specified product is not found."


class InvalidVersion(GatewayError):
    code = "InvalidVersion"
    template = "Specified parameter Version is not valid."


class UnsupportedMethod(GatewayError):
    code, http_status = "UnsupportedHTTPMethod", 405
    template = "This http method is not supported."


class ThrottlingUser(GatewayError):
    code = "Throttling.User"
    retry_after = 1000
    template = "Request was denied due to user flow control."


class ServiceUnavailable(GatewayError):
    """A part the answer depends on does not answer; clients try again."""

    code, http_status = "ServiceUnavailable", 503
    template = "The request has failed due to a temporary failure of the server."


class InternalError(GatewayError):
    code, http_status = "InternalError", 500
    template = "The request processing has failed due to some unknown error."


class RequestTimeout(GatewayError):
    code, http_status = "RequestTimeout", 408
    template = "The request has timed out."


class ParameterError(EciError):
    """A parameter is missing, malformed or too much. Name it as on the wire: ``Container.1.Image``."""


class MissingParameter(ParameterError):
    code = "MissingParameter"


class MandatoryParameter(MissingParameter):
    """How the gateway reports a missing parameter: the code carries the name, ``MissingRegionId``."""

    template = "{parameter} is mandatory for this action."

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter=parameter)
        self.code = f"Missing{parameter}"


class InvalidFormat(ParameterError):
    code = "InvalidParameter.Format"
    template = "Specified parameter {parameter} is not valid: {reason}"


class InvalidValue(InvalidFormat):
    """None of the allowed values: ``InvalidParameter.RestartPolicy``, the full name in the text."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(parameter=parameter, reason=reason)
        self.code = f"InvalidParameter.{_last_name(parameter)}"


def _last_name(parameter: str) -> str:
    return next(part for part in reversed(parameter.split(".")) if not part.isdigit())


class ValueExceeded(ParameterError):
    code = "InvalidParameter.ValueExceeded"


class LengthExceeded(ParameterError):
    code = "InvalidParameter.LengthExceeded"


class InvalidSize(ParameterError):
    code = "InvalidParameter.CPU.Memory"
    template = "The specified cpu and memory are not allowed"


class InvalidSpotSize(ParameterError):
    code = "InvalidSpotCpuMemorySpec"
    template = (
        "The specified CPU and memory are not allowed. You must create spot ECI using standard ECS "
        "specifications for CPU and memory."
    )


class InvalidInstanceType(ParameterError):
    code = "InvalidInstanceTypeForEciBuy"
    template = "Sales of this current instance type is not supported in eci."


class DuplicatedName(ParameterError):
    code = "InvalidParameter.DuplicatedName"
    template = "The container group include containers with duplicate names."


class DuplicatedVolumeName(ParameterError):
    code = "InvalidParameter.DuplicatedVolumeName"
    template = "The container group includes volumes with duplicate names."


class TooManyTags(ParameterError):
    code = "NumberExceed.Tags"
    template = "The length of tags exceeded limit: 20."


class TooManyDisks(ParameterError):
    code = "DiskNumber.LimitExceed"
    template = "The maximum number of disks in an instance is exceeded."


class KeyWithoutEncryption(ParameterError):
    code = "InvalidParameter.KMS.EncryptedIllegal"
    template = "After configuring the parameter KmsKeyId, you must enable encryption."


class IdempotentParameterMismatch(ParameterError):
    code = "IdempotentParameterMismatch"
    template = "The ClientToken was used before, by a request with other parameters."


class OpsValueInvalid(ParameterError):
    code = "Ops.OpsValueInvalid"
    template = "Ops value check failed, please confirm by ops type and try again later."


class OpsTypeNotSupported(ParameterError):
    code = "Ops.TypeNotSupport"


class ResourceError(EciError):
    """The resource is not there, or not in a state for what was asked."""


class NotFound(ResourceError):
    code, http_status = "InvalidParameter.NotFound", 404
    template = "The specified {parameter} {value} does not exist."
    variants = ("{detail}",)


class OpsInstanceNotFound(ResourceError):
    code = "InvalidInstanceId.NotFound"
    template = "The specified instanceId does not exist"


class DiskNotFound(ResourceError):
    code, http_status = "InvalidDiskId.NotFound", 404
    template = "The specified disk does not exist."


class ImageSnapshotNotFound(ResourceError):
    code, http_status = "ImageSnapshot.NotFound", 404
    template = "The specified snapshot does not exist."


class ImageSnapshotStatus(ResourceError):
    code = "ImageSnapshot.IncorrectStatus"


class ImageCacheStatus(ResourceError):
    code = "ImageCache.IncorrectStatus"


class IncorrectStatus(ResourceError):
    code = "IncorrectStatus"


class OperationConflict(ResourceError):
    code = "OperationConflict"
    template = "Request was denied due to conflict with a previous request."
    variants = ("The request was denied. It conflicts with a previous request.",)


class NoNeedUpdate(ResourceError):
    code = "NoNeedUpdate"
    template = "There are no changes to be updated for current resource."


class InvalidVolumeType(ResourceError):
    code, http_status = "InvalidVolumeType", 403
    template = "The specified volumeName is invalid, only volume of cloud disk support capacity resize"


class AddressInUse(ResourceError):
    code = "PrivateIpAddress.Already.InUse"
    template = "The specific PrivateIpAddress already in use."


_ELSEWHERE: Final = (
    "We recommend that you use the create multi-zone function to avoid insufficient inventory."
)
_SEE: Final = "For more information, see https://help.aliyun.com/document_detail/157290.html"


class PlacementError(EciError):
    """No zone, size, address, stock or price for what was asked."""

    http_status = 403


class NoStock(PlacementError):
    code = "OperationDenied.NoStock"
    template = (
        "Sales of this resource are temporarily suspended in the specified zone. We recommend that you use "
        f"the multi-zone creation function to avoid the risk of insufficient resource. {_SEE}"
    )


class SpotNotMatched(PlacementError):
    code = "Spot.NotMatched"
    template = f"{{reason}}. {_ELSEWHERE} {_SEE}"
    variants = (f"{{reason}}. {_ELSEWHERE}",)


class ZoneNotOnSale(PlacementError):
    code = "Zone.NotOnSale"
    template = "The specified zone is not available for purchase."


class IpNotEnough(PlacementError):
    code = "InvalidVSwitchId.IpNotEnough"
    template = "The specified VSwitch does not have enough IP addresses."


class VSwitchWithoutIpv6(PlacementError):
    code, http_status = "Ipv6AddressNotSupportVsw", 400
    template = "IPv6 is not supported in the specified vSwitch."


class RegionWithoutIpv6(PlacementError):
    code, http_status = "Ipv6AddressNotSupport", 400
    template = "Ipv6 is not supported in specified region."


class VSwitchZoneMismatch(PlacementError):
    code = "OperationDenied.VswZoneMisMatch"
    template = "The specified VSwitchId is not in the specified Zone."


class SecurityGroupMismatch(PlacementError):
    code = "OperationDenied.SecurityGroupMisMatch"
    template = "The specified VSwitchId and SecurityGroupId are not in the same VPC."


class AccountError(EciError):
    """Money, quota or permission."""

    http_status = 403


class QuotaExceeded(AccountError):
    code = "QuotaExceeded"
    template = "{resource} quota exceeded."


class Arrearage(AccountError):
    code, http_status = "Account.Arrearage", 400
    template = "Your account has an outstanding payment."


class Throttling(AccountError):
    """ECI's own throttle, behind the gateway's."""

    code, http_status = "Throttling", 400
    retry_after = 1000
    template = (
        "You have made too many requests within a short time; "
        "your request is denied due to request throttling"
    )


class Unauthorized(AccountError):
    code = "Forbidden.Unauthorized"
    template = "You are not authorized to operate this resource."


class DryRunSuccess(EciError):
    code = "DryRun.Success"
    template = "This request is a dryrun request with successful result."


class NotEmulated(EciError):
    """Not 5xx: a client must not try it again."""

    code = "UnsupportedOperation.NotEmulated"
    template = "{feature} is known to ECI but not emulated here."


class OtherError(EciError):
    """A published code that nothing here raises by itself; fault injection may."""


for _code, _status, _text, *_more in PUBLISHED:
    type(
        _code.replace(".", ""),
        (OtherError,),
        {"code": _code, "http_status": _status, "template": _text, "variants": tuple(_more)},
    )
