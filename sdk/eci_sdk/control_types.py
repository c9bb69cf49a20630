"""The answers of the emulator's own API.

Made by sdk/generate.py from openapi/control.yaml; change those instead."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

BillBy = Literal["group", "tag", "hour", "item"]


class Health(TypedDict):
    status: Literal["ok"]
    version: str
    """Of the emulator."""
    engine: str
    """docker or simulated; empty while it is not known."""
    engine_version: str
    engine_note: str
    """Why the simulated engine was taken, when it was not asked for."""
    base_image: str
    """A small image that the engine always has, for tests without a registry."""
    instance: str
    """Id of this emulator; the label of all it makes in an engine."""
    capabilities: Capabilities
    """What the hosts together can do."""
    groups: dict[str, int]
    """Number of container groups by status."""
    storage: Storage
    """What of the hosts' disks images, caches and volumes take up, counted twice a minute."""


class Capabilities(TypedDict):
    """What the hosts together can do."""

    containers: bool
    """Real containers run; false with the simulated engine."""
    hosts: int
    """Docker hosts alive."""
    cpus: int
    memory: int
    """Bytes."""
    gpus: int
    runtimes: list[str]
    """OCI runtimes the engines offer."""
    runtime: str
    """The one that groups get; empty for the engine's own."""


class Storage(TypedDict):
    """What of the hosts' disks images, caches and volumes take up, counted twice a minute."""

    images: int
    """Images that were pulled; those that a host had before do not count."""
    image_bytes: int
    """Their size; layers that images share count for each."""
    images_held: int
    """How many of them image caches hold."""
    data_caches: int
    """Volumes of data caches."""
    data_bytes: int
    volumes: int
    """Volumes of container groups."""


class Readiness(TypedDict):
    ready: bool
    checks: dict[str, str]
    """For redis, engine, workers and init (hooks) what is wrong; empty when all is well."""
    version: str
    engine: str
    engine_note: str
    base_image: str
    capabilities: Capabilities
    """What the hosts together can do."""


class Init(TypedDict):
    done: bool
    """All have run, well or not."""
    hooks: list[InitHook]


class InitHook(TypedDict):
    name: str
    """Name of the file."""
    state: Literal["waiting", "running", "succeeded", "failed", "skipped"]
    message: str
    """Why it failed, or the end of what it said."""
    seconds: float
    """How long it took."""


class Clock(TypedDict):
    mode: Literal["real", "frozen", "scaled", "moved"]
    time: str
    epoch: float
    """The same in seconds since 1970."""
    scale: float
    """Seconds of the clock in a real second; 0 when frozen."""
    real_time: str
    fired: NotRequired[int]
    """After `advance`, how many things fell due and were done."""


class ClockMove(TypedDict):
    action: Literal["freeze", "set", "advance", "scale", "real"]
    time: NotRequired[str]
    """Where to, for `set`."""
    seconds: NotRequired[float]
    """How far, for `advance`."""
    scale: NotRequired[float]
    """Seconds of the clock in a real second, for `scale`."""


class Reclaim(TypedDict):
    """Exactly one of `group_ids`, `zone` and `all`."""

    group_ids: NotRequired[list[str]]
    zone: NotRequired[str]
    all: NotRequired[bool]
    notice: NotRequired[float]
    """Seconds between the warning and the release."""


class SpotPrice(TypedDict):
    since: str
    discount: str
    """Fraction of the on-demand price that is asked."""
    price: str
    """Per hour."""
    on_demand_price: str
    """Per hour; the cap."""
    currency: str


class SpotPriceSetting(TypedDict):
    zone: NotRequired[str]
    """Zone, or * for all."""
    instance_type: NotRequired[str]
    """ECS type or size, or * for all."""
    discount: NotRequired[float | None]
    """Fraction of the on-demand price from now on; null lets the price wander again."""


class StockLevel(TypedDict):
    zone: NotRequired[str]
    """Zone, or * for all."""
    what: NotRequired[str]
    """ECS type (ecs.c6.large), size (2-4Gi), family (ecs.c6; eci for all sizes), or * for all."""
    spot: NotRequired[bool]
    """The level limits spot instances only; otherwise both kinds."""
    units: NotRequired[int | None]
    """Instances left; null for plenty."""
    closed: NotRequired[bool]
    """Not for sale, whatever is left."""


class NewFault(TypedDict):
    """Every condition that is given must hold for the fault to fire."""

    kind: Literal[
        "error", "latency", "drop", "pull_failure", "slow_pull", "start_failure", "host_loss", "clock_skew"
    ]
    """error: the call is answered with `code`. latency: it takes `seconds` more. drop: the connection is
    closed without an answer. pull_failure, slow_pull, start_failure: of a container's image or start.
    host_loss: `host` goes silent. clock_skew: signatures are checked `seconds` off.
    """
    code: NotRequired[str]
    """ECI error code, for error; such as OperationDenied.NoStock or Throttling.User."""
    message: NotRequired[str]
    """Text of the error; the published one when left out."""
    seconds: NotRequired[float]
    """For latency, slow_pull and clock_skew."""
    action: NotRequired[str]
    """Only calls of this action."""
    account: NotRequired[str]
    zone: NotRequired[str]
    instance_type: NotRequired[str]
    image: NotRequired[str]
    """Only groups with an image that begins so."""
    host: NotRequired[str]
    """Only on this Docker host."""
    times: NotRequired[int]
    """How often it fires before it is used up; without end when left out."""
    until: NotRequired[str]
    """When it ends."""
    probability: NotRequired[float]
    """Share of the matching calls that it hits; needs `seed`. All when left out."""
    seed: NotRequired[int]
    """Makes the choice the same in every run."""


class Fault(TypedDict):
    """Every condition that is given must hold for the fault to fire."""

    kind: Literal[
        "error", "latency", "drop", "pull_failure", "slow_pull", "start_failure", "host_loss", "clock_skew"
    ]
    """error: the call is answered with `code`. latency: it takes `seconds` more. drop: the connection is
    closed without an answer. pull_failure, slow_pull, start_failure: of a container's image or start.
    host_loss: `host` goes silent. clock_skew: signatures are checked `seconds` off.
    """
    code: NotRequired[str]
    """ECI error code, for error; such as OperationDenied.NoStock or Throttling.User."""
    message: NotRequired[str]
    """Text of the error; the published one when left out."""
    seconds: NotRequired[float]
    """For latency, slow_pull and clock_skew."""
    action: NotRequired[str]
    """Only calls of this action."""
    account: NotRequired[str]
    zone: NotRequired[str]
    instance_type: NotRequired[str]
    image: NotRequired[str]
    """Only groups with an image that begins so."""
    host: NotRequired[str]
    """Only on this Docker host."""
    times: NotRequired[int]
    """How often it fires before it is used up; without end when left out."""
    until: NotRequired[str]
    """When it ends."""
    probability: NotRequired[float]
    """Share of the matching calls that it hits; needs `seed`. All when left out."""
    seed: NotRequired[int]
    """Makes the choice the same in every run."""
    id: str
    fired: int
    """How often it has fired."""


class Bill(TypedDict):
    currency: str
    prices: str
    """Name of the price list."""
    by: BillBy
    start: str
    end: str
    seconds: int
    """Seconds paid for."""
    items: dict[str, str]
    """Amounts by item."""
    list_total: str
    """Before discounts."""
    total: str
    """Decimal number."""
    unrounded: str
    """The total if no hour of an instance were rounded to a hundredth, to the tenth decimal."""
    lines: list[BillLine]


class BillLine(TypedDict):
    key: str
    """The group, tag value, hour or item that the line stands for."""
    seconds: int
    """Seconds paid for."""
    items: dict[str, str]
    """Amounts by item; cpu, mem, instance_type, systemdisk and those of caches."""
    list_total: str
    """Before discounts."""
    total: str
    """Decimal number."""
    unrounded: str
    """The total if no hour of an instance were rounded to a hundredth, to the tenth decimal."""


class Recompute(TypedDict):
    prices: NotRequired[dict[str, Any]]
    """A price list, in the form of the built-in ones; the emulator's own when left out."""
    region: NotRequired[str]
    """As if every group had run in this region."""
    by: NotRequired[BillBy]
    tag_key: NotRequired[str]
    start: NotRequired[str]
    end: NotRequired[str]
    account: NotRequired[str]
    spot: NotRequired[bool]
    """As if every group had been spot."""
    format: NotRequired[Literal["json", "csv"]]


class RunningCost(TypedDict):
    group_id: str
    name: str
    per_second: str
    """Decimal number."""
    so_far: str
    """Decimal number."""


class BillExport(TypedDict):
    prices: NotRequired[dict[str, Any]]
    """A price list, in the form of the built-in ones; the emulator's own when left out."""
    region: NotRequired[str]
    """As if every group had run in this region."""
    by: NotRequired[BillBy]
    tag_key: NotRequired[str]
    start: NotRequired[str]
    end: NotRequired[str]
    account: NotRequired[str]
    spot: NotRequired[bool]
    """As if every group had been spot."""
    format: NotRequired[Literal["json", "csv"]]
    bucket: str
    key: str
    """Name of the object to write."""
    endpoint_url: NotRequired[str]
    """Address of the store; when left out the one of the settings, else as boto3 finds it
    (AWS_ENDPOINT_URL).
    """


class Snapshot(TypedDict):
    format: int
    """Version of this form."""
    version: NotRequired[str]
    """Of the emulator that made it."""
    time: NotRequired[str]
    records: dict[str, dict[str, Any]]
    """Records by kind, then by id."""


class Group(TypedDict):
    group_id: str
    name: str
    account: str
    region: str
    zone: str
    status: str
    ip: str
    internet_ip: str
    cpu: float
    """vCPUs that are paid for."""
    memory: float
    """GiB that are paid for."""
    instance_type: str
    """ECS type it runs as; empty for a group bought by size."""
    spot: bool
    created: str
    containers: list[Container]
    """Init containers first."""
    events: list[Event]
    """Newest first."""


class Container(TypedDict):
    name: str
    init: bool
    """An init container."""
    image: str
    state: Literal["Waiting", "Running", "Terminated"]
    reason: str
    exit_code: int | None
    ready: bool
    restarts: int


class Event(TypedDict):
    time: str
    type: Literal["Normal", "Warning"]
    reason: str
    message: str
    count: int


class TracedRequest(TypedDict):
    request_id: str
    real_time: str
    time: str
    action: str
    account: str
    region: str
    dialect: str
    """How it came, such as GET query V1 or POST query V3."""
    client: NotRequired[str]
    """User agent."""
    parameters: dict[str, Any]
    """As understood; secrets are blanked."""
    ignored: list[str]
    """Parameters that ECI does not know."""
    status: int
    """HTTP status of the answer."""
    code: NotRequired[str]
    """Error code; empty after success."""
    answer: NotRequired[dict[str, Any]]
    """The answer, shortened when it is long."""
    milliseconds: float
    """Time to the answer."""
    fault: NotRequired[str]
    """The fault that fired; empty when none did."""


class Host(TypedDict):
    name: str
    alive: bool
    draining: bool
    zones: list[str]
    """Zones it serves; empty for all."""
    engine: str
    engine_version: NotRequired[str]
    runtimes: NotRequired[list[str]]
    cpus: int
    memory: int
    """Bytes."""
    gpus: NotRequired[int]
    groups: int
    """Container groups it runs."""
    heartbeat_age: NotRequired[float]
    """Real seconds since it was last heard of."""
