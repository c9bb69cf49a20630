"""Error codes that nothing in the emulator raises by itself: code, HTTP status, text, further text.

Fault injection can raise them, and a client's handling of them be tested. A code that gets a rule behind it
moves to a class in ``errors``.
"""

from __future__ import annotations

from typing import Final

Published = tuple[str, int, str] | tuple[str, int, str, str]

PUBLISHED: Final[tuple[Published, ...]] = (
    ("CorePattern.UpdateFail", 400, "Update coredump settings fail, please try again later"),
    ("Coredump.InvalidCorePatternType", 400, "{detail}"),
    (
        "Coredump.RefrshIntervalTooShort",
        400,
        "The time interval since last setting too short, please try again later.",
    ),
    ("Coredump.RegionNotSupport", 400, "{detail}"),
    (
        "CreateServiceLinkedRole.Denied",
        403,
        "Please make sure the account has ram:CreateServiceLinkedRole permission.",
    ),
    ("DedicatedHostQuotaExceeded", 400, "The quota of DedicatedHost is exceeded."),
    ("DiskVolume.NotInSameZone", 400, "The instance to be created and the disk are not in the same zone."),
    ("DiskVolume.NotSupport", 400, "The disk volume is not supported."),
    ("DryRunOperation", 400, "Request validation has been passed with DryRun flag set."),
    ("EipAddressPoolIpNotEnough", 400, "The ip address of specified PublicIpAddressPool is not enough."),
    ("EipPayInsufficientBalance", 400, "Your account does not have enough balance to purchase eip."),
    ("EipPurchaseFlowControl", 400, "Request was denied due to eip frequent purchase."),
    (
        "FeatureAccessRestricted",
        403,
        "Access to this feature:[{feature}] is restricted. Please contact Alibaba Cloud ECI "
        "support to request access.",
    ),
    (
        "FeatureBasedConstraintConflict",
        400,
        "A conflict occurs in specified feature constraints: [{feature}].",
    ),
    ("Forbidden.AccountClosed", 403, "The operation is forbidden. Your account has been closed."),
    (
        "Forbidden.OnlyForInvitedTest",
        403,
        "Eci create action is only open to invited users during public beta.",
    ),
    (
        "Forbidden.RiskControl",
        403,
        "This operation has been identified as an abnormal operation and cannot be processed.",
    ),
    ("Forbidden.SubUser", 403, "The specified action is not available for you."),
    (
        "Forbidden.UserBussinessStatus",
        403,
        "This operation is not allowed, because you have overdue bills. Pay the overdue bill and try again.",
    ),
    (
        "Forbidden.UserNotRealNameAuthentication",
        403,
        "This operation is not allowed, because you have not passed the real-name verification.",
    ),
    (
        "HighCpuMemConfigRequired",
        400,
        "You need to apply to be added to the whitelist of the specified CPU and memory.",
    ),
    (
        "ImageCacheNotSupport",
        400,
        "Image cache is not available for all users. If you want to enable this function, contact us.",
    ),
    ("ImageSnapshot.NotSupport", 400, "{detail}"),
    ("IncorrectOperation", 400, "{detail}"),
    ("IncorrectStatusDetail", 403, "{detail}"),
    ("InstanceTypeNotMatchCpuArch", 400, "{detail}."),
    ("InvalidAction", 403, "The specified action is invalid"),
    ("InvalidApi.NotFound", 404, "Specified api is not found, please check your url and method."),
    ("InvalidCorePatternValue", 400, "{detail}"),
    (
        "InvalidInstanceTypeForEciSpotDurationBuy",
        400,
        "Current instance type does not support spot duration instance.",
    ),
    (
        "InvalidOperation.KMS.InstanceTypeNotSupport",
        400,
        "The specified instance is invalid. Only I/O optimized instances support KMS key.",
    ),
    (
        "InvalidOperation.ResourceManagedByCloudProduct",
        403,
        "The operation is forbidden. The security group has been managed by another cloud product.",
    ),
    ("InvalidParam.CpuOrMemorySpec", 400, "The specified specification is invalid."),
    ("InvalidParameter", 400, "{detail}"),
    ("InvalidParameter.Encrypted.KmsNotEnabled", 400, "KMS must be enabled for encrypted disks."),
    ("InvalidParameter.KMS.KeyId.Forbidden", 403, "You are not authorized to access the specified KMSKeyId."),
    ("InvalidParameter.KMS.KeyId.NotFound", 404, "The specified KMSKeyId does not exist."),
    (
        "InvalidPaymentMethod.InsufficientBalance",
        400,
        "No payment method is specified for your account. We recommend that you add a payment "
        "method or add funds to the prepayment balance.",
    ),
    ("InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."),
    ("InvalidUser.PassRoleForbidden", 403, "The RAM user is not authorized to assume a RAM role."),
    ("Ipv6AddressNotSupportInstanceType", 400, "IPv6 is not supported for the specified instance type."),
    ("JobInstanceBatchCreateNotSupport", 400, "ECI job instance not support batch create"),
    ("JobInstanceDiskNotSupport", 400, "ECI job instance not support disk volume"),
    (
        "JobInstanceEcsInstanceTypeNotSupport",
        400,
        "Job-optimized elastic container instances cannot be created by specifying ECS instance types.",
    ),
    ("JobInstanceEipNotSupport", 400, "ECI job instance not support eip"),
    ("JobInstanceFeatureNotMatch", 400, "ECI job instance feature not match"),
    ("JobInstanceIPv6NotSupport", 400, "ECI job instance not support IPv6"),
    ("JobInstanceImageCacheNotSupport", 400, "ECI job instance not support image cache"),
    ("JobInstanceRamRoleNotSupport", 400, "ECI job instance not support ram role"),
    ("JobInstanceRegionNotSupport", 400, "ECI job instance not support in this region"),
    ("JobInstanceSpotNotSupport", 400, "ECI job instance not support spot"),
    ("LocalDiskAmountNotMatch", 400, "The number of local volumes does not match the instance type."),
    (
        "NoPermission",
        403,
        "The RAM role does not belong to ECS.",
        "The RAM role AliyunECIContainerGroupRole does not belong to eci.aliyuncs.com. Please "
        "check and try again.",
    ),
    ("NoPermission.Tag", 400, "No permissions to operate tags."),
    ("OperationFailed.RiskControl", 400, "{detail}."),
    ("Ops.ExecuteTaskFail", 400, "{detail}"),
    ("Ops.InstanceNotSupport", 400, "{detail}"),
    ("Ops.IntervalTooShort", 400, "The time interval since last setting too short, please try again later."),
    ("Ops.RegionNotSupport", 400, "{detail}"),
    ("Payfor.CreditPayInsufficientBalance", 400, "Your payment credit line is insufficient."),
    ("PrivatePoolInstanceSpotNotSupport", 400, "Spot is not supported for PrivatePool."),
    ("RamRole.NotSupport", 400, "The RAM role is not supported."),
    (
        "RecommendEmpty.InstanceTypeFamilyNotMatched",
        400,
        "The recommended instance type is unavailable in the current zone. Try again later.",
    ),
    (
        "SecurityRisk.3DVerification",
        403,
        "We have detected a security risk with your default credit or debit card. Please proceed "
        "with verification via the link in your email.",
    ),
    ("ServiceNotEnabled", 400, "{detail}"),
    ("Tcpdump.InvalidValue", 400, "{detail}"),
    ("Throttling.Vcpu.PerDay", 403, "The maximum number of request for the day has been exceeded."),
    ("TradeBidCommodityNotMatch", 400, "The trade ID and the commodity do not match."),
    ("VirtualNode.DELETE.FAILED", 400, "The vnode has eci on it, please delete eci first."),
    ("VnodeDedicatedHostIdAlreadyExist", 400, "DedicatedHostId:{host} of Vnode:{node} already exists."),
)
