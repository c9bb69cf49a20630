"""The container group: desired (spec) and observed (state), as one stored record.

Names follow the ECI API; attributes are its names in snake_case, and the stored JSON carries
the API's own spelling, so that a record can be read next to the API reference.

Units: ``cpu`` in vCPUs, ``memory`` in GiB, times in seconds since the epoch on the emulator's
clock (0 means "not yet"), sizes in bytes unless the name says otherwise.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field, structs

from eci_emulator.model.events import Event, Occurrence, fold
from eci_emulator.model.statuses import GroupStatus

#: GiB of disk that every group has for nothing.
FREE_STORAGE_GIB: Final = 30


class Record(Struct, rename="pascal", omit_defaults=True, kw_only=True):
    """Base of everything stored: JSON in the API's spelling, defaults left out."""


# --- what was asked for -------------------------------------------------------------------------


class EnvironmentVar(Record):
    key: str
    value: str = ""
    field_path: str = ""  # FieldRef.FieldPath: an address of the group


class Port(Record):
    port: int
    protocol: str = ""  # TCP | UDP; empty: TCP


class VolumeMount(Record):
    name: str
    mount_path: str
    read_only: bool = False
    sub_path: str = ""
    mount_propagation: str = ""


class HttpHeader(Record):
    name: str
    value: str = ""


class Handler(Record):
    """An action a probe or a lifecycle hook takes: exactly one of exec, HTTP GET, TCP connect."""

    exec: list[str] = field(default_factory=list)
    http_scheme: str = ""  # HTTP | HTTPS; empty together with http_port 0: no HTTP action
    http_host: str = ""
    http_port: int = 0
    http_path: str = ""
    http_headers: list[HttpHeader] = field(default_factory=list)
    tcp_host: str = ""
    tcp_port: int = 0


class Probe(Record):
    """A liveness or readiness probe, with the numbers that were sent; times in seconds."""

    handler: Handler
    initial_delay_seconds: int = 0
    period_seconds: int = 10
    timeout_seconds: int = 1
    success_threshold: int = 1
    failure_threshold: int = 3

    def in_force(self) -> Probe:
        """The probe to carry out: zero, which Terraform sends for what is not set, means the default."""
        return Probe(**{name: value for name, value in structs.asdict(self).items() if value})


class ContainerSecurityContext(Record):
    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    privileged: bool | None = None
    read_only_root_filesystem: bool | None = None
    capability_adds: list[str] = field(default_factory=list)


class ContainerSpec(Record):
    name: str
    image: str
    image_pull_policy: str = (
        ""  # Always | IfNotPresent | Never; empty: decided by the tag, as Kubernetes does
    )
    commands: list[str] = field(default_factory=list)
    args: list[str] = field(default_factory=list)
    working_dir: str = ""
    environment_vars: list[EnvironmentVar] = field(default_factory=list)
    environment_var_hide: bool = False
    ports: list[Port] = field(default_factory=list)
    volume_mounts: list[VolumeMount] = field(default_factory=list)
    cpu: float = 0.0  # 0: no limit of its own, shares the group's
    memory: float = 0.0
    gpu: int = 0
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False
    termination_message_path: str = ""
    termination_message_policy: str = ""  # File | FallbackToLogsOnError
    security_context: ContainerSecurityContext | None = None
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    post_start: Handler | None = None
    pre_stop: Handler | None = None


class ConfigFile(Record):
    path: str
    content: str = ""  # base64, as sent
    mode: int = 0  # 0: the volume's default mode


class Volume(Record):
    """One volume; ``type`` says which of the groups of fields below counts."""

    name: str
    type: str  # EmptyDirVolume | ConfigFileVolume | NFSVolume | FlexVolume | DiskVolume | HostPathVolume
    empty_dir_medium: str = ""  # "" (disk) | "Memory"
    empty_dir_size_limit: str = ""  # a Kubernetes quantity: "256Mi"
    config_files: list[ConfigFile] = field(default_factory=list)
    config_file_default_mode: int = 0
    nfs_server: str = ""
    nfs_path: str = ""
    nfs_read_only: bool = False
    flex_driver: str = ""  # alicloud/disk | alicloud/nas | alicloud/oss
    flex_fs_type: str = ""
    flex_options: str = ""  # JSON
    disk_id: str = ""
    disk_fs_type: str = ""
    disk_size: int = 0  # GiB
    host_path: str = ""
    host_path_type: str = ""


class Tag(Record):
    key: str
    value: str = ""


class NameValue(Record):
    name: str
    value: str = ""


class DnsConfig(Record):
    name_servers: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    options: list[NameValue] = field(default_factory=list)


class HostAlias(Record):
    ip: str
    hostnames: list[str] = field(default_factory=list)


class RegistryCredential(Record):
    server: str
    user_name: str
    password: str


class AcrRegistry(Record):
    instance_id: str = ""
    instance_name: str = ""
    region_id: str = ""
    domains: list[str] = field(default_factory=list)
    arn_service: str = ""
    arn_user: str = ""


class GroupSpec(Record):
    """Everything CreateContainerGroup was given that later work needs; names as in the API."""

    name: str
    containers: list[ContainerSpec]
    init_containers: list[ContainerSpec] = field(default_factory=list)
    volumes: list[Volume] = field(default_factory=list)
    restart_policy: str = "Always"
    cpu: float = 0.0  # as asked; the size that was bought is GroupState.cpu
    memory: float = 0.0
    instance_type: str = ""  # as asked: up to five, comma separated
    zone_id: str = ""
    v_switch_id: str = ""  # as asked: up to ten, comma separated
    security_group_id: str = ""
    resource_group_id: str = ""
    ram_role_name: str = ""
    tags: list[Tag] = field(default_factory=list)
    host_name: str = ""
    dns_policy: str = ""
    dns_config: DnsConfig | None = None
    host_aliases: list[HostAlias] = field(default_factory=list)
    sysctls: list[NameValue] = field(default_factory=list)
    image_registry_credentials: list[RegistryCredential] = field(default_factory=list)
    acr_registries: list[AcrRegistry] = field(default_factory=list)
    plain_http_registry: str = ""
    insecure_registry: str = ""
    image_snapshot_id: str = ""
    auto_match_image_cache: bool = False
    data_cache_bucket: str = ""
    termination_grace_period_seconds: int | None = None
    active_deadline_seconds: int | None = None
    max_pending_minute: int | None = None
    schedule_strategy: str = ""
    spot_strategy: str = ""
    spot_price_limit: float = 0.0
    spot_duration: int | None = None
    strict_spot: bool = False
    ephemeral_storage: int = 0  # GiB beyond FREE_STORAGE_GIB
    share_process_namespace: bool = False
    auto_create_eip: bool = False
    eip_instance_id: str = ""
    eip_bandwidth: int = 0
    private_ip_address: str = ""
    fixed_ip: str = ""
    fixed_ip_retain_hour: int = 0
    cpu_architecture: str = ""
    os_type: str = ""
    compute_categories: list[str] = field(default_factory=list)
    gpu_driver_version: str = ""
    core_pattern: str = ""
    ntp_servers: list[str] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)  # parameters kept for the record, not acted on


# --- what is so ---------------------------------------------------------------------------------


class ContainerState(Record):
    """CurrentState or PreviousState of a container, as DescribeContainerGroups shows it."""

    state: str = "Waiting"  # Waiting | Running | Terminated
    reason: str = ""
    message: str = ""
    detail_status: str = ""
    exit_code: int | None = None
    signal: int | None = None
    start_time: float = 0.0
    finish_time: float = 0.0


class ProbeStatus(Record):
    successes: int = 0  # in a row
    failures: int = 0  # in a row
    next_at: float = 0.0


class Stopping(Record):
    """A container that is being brought to its end: preStop, SIGTERM, and SIGKILL when its time is over."""

    deadline: float  # on the emulator's clock; whichever of the two is reached first counts
    real_deadline: float  # in real time: a process has to end even while the clock stands still
    hook_done: bool = False
    terminated: bool = False  # SIGTERM has been sent


class ContainerStatus(Record):
    """One container of a group over all its attempts (an attempt = one engine container)."""

    attempt: int = 0  # number of the current engine container, from 0
    digest: str = ""  # of what the current attempt is made from; another one: it must be replaced
    current: ContainerState = field(default_factory=ContainerState)
    previous: ContainerState | None = None
    ready: bool = False
    started: bool = False  # it has run since the group was created, restarted, or this container updated
    restart_count: int = 0
    restarting: bool = False  # the next start counts as a restart
    backoff_seconds: float = 0.0  # the wait before the next restart; 0: none yet
    launch_backoff: float = 0.0  # the wait before the image, or the launch, is tried again
    retry_at: float = 0.0  # when the next start or pull may be tried
    pulling: bool = False  # an image pull has been told of
    pull_until: float = 0.0  # when the image is there by ECI's measure; 0: it does not depend on that
    liveness: ProbeStatus = field(default_factory=ProbeStatus)
    readiness: ProbeStatus = field(default_factory=ProbeStatus)
    post_start_done: bool = False
    stopping: Stopping | None = None


class Placement(Record):
    """Where a group runs and what was bought for it."""

    host: str = ""  # the Docker host (node) that runs it
    zone_id: str = ""
    v_switch_id: str = ""
    vpc_id: str = ""
    cidr: str = ""  # of the vSwitch
    vpc_cidr: str = ""
    ip: str = ""
    sandbox: str = ""  # engine name of the sandbox made ahead of need that the group was given
    cpu: float = 0.0  # the rounded size that is billed
    memory: float = 0.0
    instance_type: str = ""  # the chosen one, when ECS types were asked for
    compute_category: str = ""
    gpu: int = 0  # GPUs of the chosen type
    spot_price: float = 0.0  # per hour at the deal, in the currency of the price list
    stock: list[str] = field(default_factory=list)  # the stock levels that a unit was taken of
    cache_disk: int = 0  # GiB of the manual image cache it was started from
    internet_ip: str = ""
    eni_instance_id: str = ""


class GroupState(Record):
    """The observed state of a group; written by the controller only (except at creation and deletion)."""

    status: GroupStatus = GroupStatus.SCHEDULING
    creation_time: float = 0.0
    pending_time: float = 0.0
    pending_since: float = 0.0  # the clock of the limit on Pending runs since then; 0: it stands still
    pending_spent: float = 0.0  # what it has counted before
    running_time: float = 0.0
    succeeded_time: float = 0.0
    failed_time: float = 0.0
    expired_time: float = 0.0
    terminal_since: float = 0.0
    placement: Placement = field(default_factory=Placement)
    containers: dict[str, ContainerStatus] = field(default_factory=dict)
    init_containers: dict[str, ContainerStatus] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)  # oldest first, 50 at most
    images: list[str] = field(default_factory=list)  # its machine on ECI has: by an image cache, or pulled
    data_volumes: dict[str, str] = field(default_factory=dict)  # volume -> the engine's, of a data cache
    prepared: bool = False  # its network and volumes are there
    sandboxed: bool = False  # a sandbox container holds the network namespace
    ending: GroupStatus | None = None  # the end that was decided on; its containers are being stopped
    released: bool = False  # nothing of it runs any more and its address is given back
    retry_at: float = 0.0  # when network, volumes and sandbox may be tried again
    backoff_seconds: float = 0.0
    generation_seen: int = 1  # the generation that was carried out
    leaving: list[ContainerSpec] = field(default_factory=list)  # taken out by an update, still to be removed
    billed_from: float = 0.0  # the open usage interval; 0: none
    restart_seen: int = 0  # the restart_requested that was carried out
    measure_at: float = 0.0  # when its EmptyDirs that have a limit are looked at again
    spot_release_at: float = 0.0  # a reclaim is under way: when the group is released

    def tell(self, what: Occurrence, moment: float, **values: object) -> None:
        """Add an event of a moment of the emulator's clock."""
        self.events = fold(self.events, what.at(moment, **values))


class ContainerGroup(Record):
    """One container group as stored. ``version`` is the compare-and-set token."""

    id: str
    account: str
    region: str
    spec: GroupSpec
    generation: int = 1  # grows with every UpdateContainerGroup
    state: GroupState = field(default_factory=GroupState)
    delete_requested: float = 0.0  # when DeleteContainerGroup came; 0: not
    delete_force: bool = False
    restart_requested: int = 0  # grows with every RestartContainerGroup
    client_token: str = ""
    sequence: int = 0  # order of creation, the paging cursor
    version: int = 0

    @property
    def is_gone(self) -> bool:
        """Deleted, so seen no more, unless its containers have something left to do (preStop)."""
        return bool(self.delete_requested) and self.state.status is not GroupStatus.TERMINATING
