"""Events of a container group: what happened, in the words of ECI and the kubelet."""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

MAX_EVENTS: Final = 50

NORMAL: Final = "Normal"
WARNING: Final = "Warning"

KUBELET: Final = "kubelet"
ECI_SERVICE: Final = "EciService"

#: Events are named by the nanosecond of their first occurrence: no two begin in the same microsecond.
_APART: Final = 1e-6


class Event(Struct, rename="pascal", omit_defaults=True, kw_only=True):
    """One kind of occurrence; the same again only raises ``count`` and ``last_timestamp``."""

    type: str
    reason: str
    message: str
    source: str = KUBELET
    count: int = 1
    first_timestamp: float = 0.0
    last_timestamp: float = 0.0


class Occurrence(NamedTuple):
    """A kind of event: its reason and type, the text to be filled in, and who reports it."""

    reason: str
    type: str
    text: str
    source: str = KUBELET

    def at(self, moment: float, **values: object) -> Event:
        """The event of its happening at a moment of the emulator's clock."""
        return Event(
            type=self.type,
            reason=self.reason,
            message=self.text.format(**values),
            source=self.source,
            first_timestamp=moment,
            last_timestamp=moment,
        )


def fold(events: list[Event], new: Event) -> list[Event]:
    """Return ``events`` with ``new`` added: counted into an equal one if there is one, else appended.

    Only the newest MAX_EVENTS are kept, as DescribeContainerGroups does.
    """
    same = [event for event in events if _identity(event) == _identity(new)]
    others = [event for event in events if _identity(event) != _identity(new)]
    for known in same:
        new = replace(known, count=known.count + new.count, last_timestamp=new.last_timestamp)
    if not same:
        new = replace(new, first_timestamp=_free_moment(others, new.first_timestamp))
    return [*others, new][-MAX_EVENTS:]


def new_warnings(before: list[Event], after: list[Event]) -> list[Event]:
    """The warnings that have not been there before, in any number."""
    known = {_identity(event) for event in before}
    return [event for event in after if event.type == WARNING and _identity(event) not in known]


def _identity(event: Event) -> tuple[str, str, str]:
    return event.type, event.reason, event.message


def _free_moment(events: list[Event], moment: float) -> float:
    taken = {round(event.first_timestamp / _APART) for event in events}
    while round(moment / _APART) in taken:
        moment += _APART
    return moment


# --- what ECI tells -----------------------------------------------------------------------------

USER_SPEC: Final = Occurrence(
    "UserInstanceTypeSpec",
    NORMAL,
    "[eci.containergroup]The user-specified instanceType for current eci instance is {size}",
    ECI_SERVICE,
)
MATCHED_SPEC: Final = Occurrence(
    "AutoInstanceTypeMatch",
    NORMAL,
    "[eci.containergroup]The most-matched instanceType for current eci instance is {size}",
    ECI_SERVICE,
)
STOP_CHARGE: Final = Occurrence(
    "StopCharge",
    NORMAL,
    "[eci.containergroup]The charge of current ECI instance has been stopped, "
    "but the related resources are still being cleaned.",
    ECI_SERVICE,
)
IMAGE_CACHE_HIT: Final = Occurrence(
    "SuccessfulHitImageCache",
    NORMAL,
    "[eci.imagecache]Successfully hit image cache {cache}, eci will be scheduled with this image cache.",
    ECI_SERVICE,
)
IMAGE_CACHE_MISSED: Final = Occurrence(
    "ImageCacheMissed", WARNING, "[eci.imagecache]Missed image cache.", ECI_SERVICE
)
IMAGE_CACHE_CREATED: Final = Occurrence(
    "ImageCacheAutoCreated",
    NORMAL,
    "[eci.imagecache]Image cache {cache} is auto created",
    ECI_SERVICE,
)
IMAGE_CACHE_FAILED: Final = Occurrence(
    "ImageCacheAutoCreateFailed",
    WARNING,
    "[eci.imagecache]Image cache auto create failed for {group}",
    ECI_SERVICE,
)
OUT_OF_MEMORY: Final = Occurrence("OOMKilled", WARNING, "Out of memory", ECI_SERVICE)
PENDING_TOO_LONG: Final = Occurrence(
    "PendingTimeout",
    WARNING,
    "[eci.containergroup]The instance has been Pending for more than {minutes} minutes.",
    ECI_SERVICE,
)
SPOT_TO_BE_RELEASED: Final = Occurrence(
    "SpotToBeReleased", WARNING, "Spot ECI will be released in {minutes:g} minutes", ECI_SERVICE
)
NO_STOCK: Final = Occurrence(
    "NoStock",
    WARNING,
    "Create ECI failed because the specified instance is out of stock. {reason}",
    ECI_SERVICE,
)
SYSTEM_FAILURE: Final = Occurrence(
    "SYSTEM_FAILURE",
    WARNING,
    "The ContainerGroup has failed due to a temporary failure of the host",
    ECI_SERVICE,
)
STARTING_FAILED: Final = Occurrence("StartingFailed", WARNING, "eci starting failed: {reason}", ECI_SERVICE)
SYSCTL_LEFT_OUT: Final = Occurrence(
    "SysctlNotApplied",
    WARNING,
    "The sysctl {name} belongs to the whole host here and is left as it is.",
    ECI_SERVICE,
)

# --- what the kubelet tells ---------------------------------------------------------------------

PULLING: Final = Occurrence("Pulling", NORMAL, 'Pulling image "{image}"')
PULLED: Final = Occurrence(
    "Pulled",
    NORMAL,
    'Successfully pulled image "{image}" in {seconds:.3f}s ({seconds:.3f}s including waiting). '
    "Image size: {size} bytes.",
)
PRESENT: Final = Occurrence("Pulled", NORMAL, 'Container image "{image}" already present on machine')
PULL_FALLBACK: Final = Occurrence("ImagePullFallback", WARNING, "{note}", ECI_SERVICE)
PULL_FAILED: Final = Occurrence("Failed", WARNING, 'Failed to pull image "{image}": {error}')
PULL_BACKOFF: Final = Occurrence("BackOff", NORMAL, 'Back-off pulling image "{image}"')
NEVER_PULLED: Final = Occurrence("ErrImageNeverPull", WARNING, "{error}")
ERROR: Final = Occurrence("Failed", WARNING, "Error: {error}")
CREATED: Final = Occurrence("Created", NORMAL, "Created container: {container}")
STARTED: Final = Occurrence("Started", NORMAL, "Started container {container}")
START_FAILED: Final = Occurrence("Failed", WARNING, 'Error: failed to start container "{container}": {error}')
BACKOFF: Final = Occurrence("BackOff", WARNING, "Back-off restarting failed container")
STOPPING: Final = Occurrence("Killing", NORMAL, "Stopping container {container}")
UNLIVELY: Final = Occurrence(
    "Killing", NORMAL, "Container {container} failed liveness probe, will be restarted"
)
REPLACED: Final = Occurrence("Killing", NORMAL, "Container {container} definition changed, will be restarted")
HOOKED_OUT: Final = Occurrence(
    "Killing", NORMAL, "FailedPostStartHook: container {container} will be restarted"
)
UNHEALTHY: Final = Occurrence("Unhealthy", WARNING, "{kind} probe failed: {error}")
POST_START_FAILED: Final = Occurrence("FailedPostStartHook", WARNING, "PostStartHook failed: {error}")
PRE_STOP_FAILED: Final = Occurrence("FailedPreStopHook", WARNING, "PreStopHook failed: {error}")
MOUNT_FAILED: Final = Occurrence("FailedMount", WARNING, "{error}")
DISK_ATTACHED: Final = Occurrence(
    "SuccessfulAttachVolume", NORMAL, 'AttachVolume.Attach succeeded for volume "{volume}" : disk {disk}'
)
NO_SANDBOX: Final = Occurrence("FailedCreatePodSandBox", WARNING, "Failed to create pod sandbox: {error}")
SANDBOX_LOST: Final = Occurrence(
    "SandboxChanged", NORMAL, "Pod sandbox changed, it will be killed and re-created."
)
DEADLINE: Final = Occurrence(
    "DeadlineExceeded", WARNING, "Pod was active on the node longer than the specified deadline"
)
OVERFULL: Final = Occurrence(
    "Evicted", WARNING, 'Usage of EmptyDir volume "{volume}" exceeds the limit "{limit}".'
)
DISK_FULL: Final = Occurrence("Evicted", WARNING, "The node was low on resource: ephemeral-storage. {error}")
