"""The objects of the ECI API, as typed dictionaries.

Made by sdk/generate.py from openapi/eci-2018-08-08.yaml; change those instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, TypedDict

#: Not Sequence[str]: a single string would pass for one.
Strings = list[str] | tuple[str, ...]

ContainerGroupStatus = Literal[
    "Scheduling",
    "ScheduleFailed",
    "Pending",
    "Running",
    "Restarting",
    "Updating",
    "Terminating",
    "Succeeded",
    "Failed",
    "Expired",
]


class CreateContainerGroupRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ZoneId: NotRequired[str]
    """Zone; the vSwitch's when left out."""
    VSwitchId: NotRequired[str]
    """vSwitch of the group's address. A comma-separated list of up to 10 of one VPC lets the scheduler
    choose the zone.
    """
    SecurityGroupId: NotRequired[str]
    """Security group, sg-…."""
    ContainerGroupName: str
    """Name: lower-case letters, digits and hyphens (dots are let through, pod names have them)."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    DryRun: NotRequired[bool]
    """Only check the request; success is told as the error DryRun.Success."""
    Container: Sequence[NewContainerRequest]
    """The containers."""
    InitContainer: NotRequired[Sequence[InitContainerRequest]]
    """Run before the containers, in this order."""
    Volume: NotRequired[Sequence[VolumeRequest]]
    """Volumes that the containers mount."""
    RestartPolicy: NotRequired[Literal["Always", "OnFailure", "Never"]]
    """Whether ended containers are started again; default Always."""
    Cpu: NotRequired[float]
    """vCPU of the group; left out: the sum of the containers, else 2. Rounded up to the next size on
    sale.
    """
    Memory: NotRequired[float]
    """GiB of the group; left out: the sum of the containers, else 4. Rounded up with Cpu."""
    InstanceType: NotRequired[str]
    """Up to five ECS types or sizes (2-4Gi), comma separated, tried in this order; takes the place of
    Cpu and Memory.
    """
    ComputeCategory: NotRequired[Sequence[Literal["general", "economy"]]]
    """Kinds of compute to try in this order."""
    CpuArchitecture: NotRequired[str]
    """AMD64 (default) or ARM64."""
    OsType: NotRequired[Literal["Linux", "Windows"]]
    """Default Linux."""
    GpuDriverVersion: NotRequired[str]
    """Driver for GPU types, such as tesla=470.82.01."""
    CpuOptionsCore: NotRequired[int]
    """Physical cores; 0 leaves it to the type."""
    CpuOptionsThreadsPerCore: NotRequired[int]
    """Threads per core, 1 switches hyper-threading off; 0 leaves it to the type."""
    CpuOptionsNuma: NotRequired[str]
    """NUMA setting of the type."""
    EphemeralStorage: NotRequired[int]
    """Temporary storage beyond the free 30 GiB, GiB."""
    OverheadReservationOption: NotRequired[CreateContainerGroupOverheadReservationOptionRequest]
    """Room kept for the instance's own processes."""
    ContainerResourceView: NotRequired[bool]
    """Containers see their own limits in /proc instead of the machine's."""
    ScheduleStrategy: NotRequired[Literal["VSwitchOrdered", "VSwitchRandom"]]
    """Order in which several vSwitches are tried: as given, or by stock."""
    SpotStrategy: NotRequired[Literal["NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"]]
    """NoSpot (default): pay as you go. SpotAsPriceGo: any price up to that. SpotWithPriceLimit: up to
    SpotPriceLimit.
    """
    SpotPriceLimit: NotRequired[float]
    """Highest price per hour, three decimals at most."""
    SpotDuration: NotRequired[int]
    """Hours of protection at the price of the deal; default 1, 0 for none."""
    StrictSpot: NotRequired[bool]
    """Kept as given; what the service does with it is not documented."""
    ActiveDeadlineSeconds: NotRequired[int]
    """The group is ended this many seconds after its start."""
    TerminationGracePeriodSeconds: NotRequired[int]
    """Seconds between SIGTERM and SIGKILL."""
    MaxPendingMinute: NotRequired[int]
    """Minutes in Pending after which the group fails, 10 to 1440; default 240."""
    ShareProcessNamespace: NotRequired[bool]
    """The containers see each other's processes."""
    HostName: NotRequired[str]
    """Host name; the group's name when left out."""
    DnsPolicy: NotRequired[Literal["Default", "None"]]
    """Default: the VPC's resolver, with DnsConfig added. None: DnsConfig alone."""
    DnsConfig: NotRequired[DnsConfigRequest]
    """Resolver settings."""
    HostAliase: NotRequired[Sequence[HostAliaseRequest]]
    """Lines added to /etc/hosts."""
    SecurityContext: NotRequired[SysctlsRequest]
    """Kernel parameters of the group."""
    HostSecurityContext: NotRequired[SysctlsRequest]
    """Kernel parameters of the group."""
    NtpServer: NotRequired[Strings]
    """Time servers."""
    CorePattern: NotRequired[str]
    """Where core dumps are written; none are when left out."""
    AutoCreateEip: NotRequired[bool]
    """Make a public address and release it with the group."""
    EipInstanceId: NotRequired[str]
    """Existing public address to bind, eip-…."""
    EipBandwidth: NotRequired[int]
    """Bandwidth of the address that is made, Mbit/s; default 5."""
    EipISP: NotRequired[str]
    """Line type of the address that is made, such as BGP."""
    EipCommonBandwidthPackage: NotRequired[str]
    """Bandwidth plan that the address joins, cbwp-…."""
    PrivateIpAddress: NotRequired[str]
    """Address to take from the vSwitch; it must be free."""
    FixedIp: NotRequired[str]
    """true keeps the address for the next group of the same name and vSwitch."""
    FixedIpRetainHour: NotRequired[int]
    """Hours the address is kept after deletion; default 48."""
    Ipv6AddressCount: NotRequired[int]
    """IPv6 addresses, 0 or 1."""
    Ipv6GatewayBandwidthEnable: NotRequired[bool]
    """Give the IPv6 address a way to the internet."""
    Ipv6GatewayBandwidth: NotRequired[str]
    """Bandwidth of that way, Mbit/s."""
    IngressBandwidth: NotRequired[int]
    """Limit of incoming traffic, bit/s."""
    EgressBandwidth: NotRequired[int]
    """Limit of outgoing traffic, bit/s."""
    ImageRegistryCredential: NotRequired[Sequence[ImageRegistryCredentialRequest]]
    """Logins of private registries."""
    AcrRegistryInfo: NotRequired[Sequence[AcrRegistryInfoRequest]]
    PlainHttpRegistry: NotRequired[str]
    """Registries to speak plain HTTP with, comma separated."""
    InsecureRegistry: NotRequired[str]
    """Registries whose certificate is not verified, comma separated."""
    ImageSnapshotId: NotRequired[str]
    """Image cache to start from, imc-…; it must be Ready."""
    AutoMatchImageCache: NotRequired[bool]
    """Look for a fitting image cache, and make one after a miss."""
    ImageAccelerateMode: NotRequired[str]
    """Way of loading images on demand."""
    DataCacheBucket: NotRequired[str]
    """Bucket of the data caches that HostPathVolumes refer to."""
    DataCachePL: NotRequired[str]
    """Performance level of the data cache's disk, such as PL1."""
    DataCacheProvisionedIops: NotRequired[int]
    """Provisioned IOPS of the data cache's disk."""
    DataCacheBurstingEnabled: NotRequired[bool]
    """Let the data cache's disk burst."""
    RamRoleName: NotRequired[str]
    """RAM role whose credentials the containers can fetch from the metadata server."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class NewContainerRequest(TypedDict):
    """A container of a group that does not exist yet."""

    Name: str
    """Name, unique among all containers of the group."""
    Image: str
    """Image reference; a tag or digest may follow."""
    ImagePullPolicy: NotRequired[Literal["Always", "IfNotPresent", "Never"]]
    """When to pull. Left out: Always for the tag latest or no tag, else IfNotPresent."""
    Command: NotRequired[Strings]
    """Replaces the image's entry point; the image's own arguments are then dropped."""
    Arg: NotRequired[Strings]
    """Replaces the image's arguments."""
    WorkingDir: NotRequired[str]
    """Working directory; made when absent, the image's own when left out."""
    Cpu: NotRequired[float]
    """vCPU; 0 sets no limit beside the group's."""
    Memory: NotRequired[float]
    """GiB; 0 sets no limit beside the group's."""
    Gpu: NotRequired[int]
    """Number of GPUs; 0 for none."""
    EnvironmentVar: NotRequired[Sequence[EnvironmentVarRequest]]
    """Environment variables."""
    Port: NotRequired[Sequence[ContainerPortRequest]]
    """Ports the container listens on; informative."""
    VolumeMount: NotRequired[Sequence[VolumeMountRequest]]
    """Volumes of the group and where they appear."""
    Stdin: NotRequired[bool]
    """Keep standard input open."""
    StdinOnce: NotRequired[bool]
    """Close standard input after the first client has left."""
    Tty: NotRequired[bool]
    """Allocate a terminal."""
    TerminationMessagePath: NotRequired[str]
    """File whose content becomes the state's Message; default /dev/termination-log."""
    TerminationMessagePolicy: NotRequired[Literal["File", "FallbackToLogsOnError"]]
    """Where the message comes from; FallbackToLogsOnError takes the end of the log after a failure."""
    EnvironmentVarHide: NotRequired[bool]
    """Leave the variables out of DescribeContainerGroups."""
    LivenessProbe: NotRequired[ProbeRequest]
    """A periodic check of a container by exactly one of Exec, HttpGet and TcpSocket."""
    ReadinessProbe: NotRequired[ProbeRequest]
    """A periodic check of a container by exactly one of Exec, HttpGet and TcpSocket."""
    LifecyclePostStartHandlerExec: NotRequired[Strings]
    """Command run in the container right after its start."""
    LifecyclePostStartHandlerHttpGetHost: NotRequired[str]
    """Host asked; the group's own address when left out."""
    LifecyclePostStartHandlerHttpGetPort: NotRequired[int]
    """Port of the HTTP request made right after its start."""
    LifecyclePostStartHandlerHttpGetPath: NotRequired[str]
    """Path of that request."""
    LifecyclePostStartHandlerHttpGetScheme: NotRequired[Literal["HTTP", "HTTPS"]]
    """Scheme of that request."""
    LifecyclePostStartHandlerHttpGetHttpHeader: NotRequired[Sequence[HttpHeaderRequest]]
    """Headers of that request."""
    LifecyclePostStartHandlerHttpGetHttpHeaders: NotRequired[Sequence[HttpHeaderRequest]]
    """The same under the name that UpdateContainerGroup documents."""
    LifecyclePostStartHandlerTcpSocketHost: NotRequired[str]
    """Host connected to; the group's own address when left out."""
    LifecyclePostStartHandlerTcpSocketPort: NotRequired[int]
    """Port connected to over TCP right after its start."""
    LifecyclePreStopHandlerExec: NotRequired[Strings]
    """Command run in the container before it is stopped."""
    LifecyclePreStopHandlerHttpGetHost: NotRequired[str]
    """Host asked; the group's own address when left out."""
    LifecyclePreStopHandlerHttpGetPort: NotRequired[int]
    """Port of the HTTP request made before it is stopped."""
    LifecyclePreStopHandlerHttpGetPath: NotRequired[str]
    """Path of that request."""
    LifecyclePreStopHandlerHttpGetScheme: NotRequired[Literal["HTTP", "HTTPS"]]
    """Scheme of that request."""
    LifecyclePreStopHandlerHttpGetHttpHeader: NotRequired[Sequence[HttpHeaderRequest]]
    """Headers of that request."""
    LifecyclePreStopHandlerTcpSocketHost: NotRequired[str]
    """Host connected to; the group's own address when left out."""
    LifecyclePreStopHandlerTcpSocketPort: NotRequired[int]
    """Port connected to over TCP before it is stopped."""
    SecurityContext: NotRequired[ContainerSecurityContextRequest]
    """Rights of a container's processes."""
    SecurityContextPrivileged: NotRequired[bool]
    """Run privileged; on invitation only."""
    SecurityContextRunAsGroup: NotRequired[int]
    """Group id of the first process."""
    SecurityContextRunAsNonRoot: NotRequired[bool]
    """Refuse to start as root."""


class EnvironmentVarRequest(TypedDict):
    """One environment variable: a fixed value or a field of the group."""

    Key: NotRequired[str]
    """Name."""
    Value: NotRequired[str]
    """Value; not looked at when FieldRef is given."""
    FieldRef: NotRequired[EnvironmentVarFieldRefRequest]


class EnvironmentVarFieldRefRequest(TypedDict):
    FieldPath: NotRequired[str]
    """Field that supplies the value: status.podIP or status.hostIP."""


class ContainerPortRequest(TypedDict):
    """A port a container listens on."""

    Port: NotRequired[int]
    Protocol: NotRequired[Literal["TCP", "UDP"]]
    """TCP when left out."""


class VolumeMountRequest(TypedDict):
    """Where a volume appears in a container."""

    Name: NotRequired[str]
    """Name of a volume of the group."""
    MountPath: NotRequired[str]
    """Absolute path in the container; what the image has there is hidden."""
    SubPath: NotRequired[str]
    """Folder inside the volume to mount instead of its root."""
    ReadOnly: NotRequired[bool]
    """Default false."""
    MountPropagation: NotRequired[Literal["None", "HostToContainer", "Bidirectional"]]
    """Whether mounts made later are passed on; default None."""


class ProbeRequest(TypedDict):
    """A periodic check of a container by exactly one of Exec, HttpGet and TcpSocket."""

    Exec: NotRequired[ProbeExecRequest]
    HttpGet: NotRequired[ProbeHttpGetRequest]
    """Success is an answer with status 200–399."""
    TcpSocket: NotRequired[ProbeTcpSocketRequest]
    """Success is a connection."""
    InitialDelaySeconds: NotRequired[int]
    """Wait after the container's start, seconds."""
    PeriodSeconds: NotRequired[int]
    """Time between two checks, seconds; 0 means the default of 10."""
    TimeoutSeconds: NotRequired[int]
    """Limit of one check, seconds; 0 means the default of 1."""
    SuccessThreshold: NotRequired[int]
    """Successes in a row that end a failure; must be 1, the default."""
    FailureThreshold: NotRequired[int]
    """Failures in a row that count; 0 means the default of 3."""


class ProbeExecRequest(TypedDict):
    Command: NotRequired[Strings]
    """Run in the container; exit code 0 is success."""


class ProbeHttpGetRequest(TypedDict):
    """Success is an answer with status 200–399."""

    Scheme: NotRequired[Literal["HTTP", "HTTPS"]]
    """HTTP when left out."""
    Path: NotRequired[str]
    Port: NotRequired[int]


class ProbeTcpSocketRequest(TypedDict):
    """Success is a connection."""

    Port: NotRequired[int]


class HttpHeaderRequest(TypedDict):
    """A header of an HTTP request."""

    Name: NotRequired[str]
    Value: NotRequired[str]


class ContainerSecurityContextRequest(TypedDict):
    """Rights of a container's processes."""

    Capability: NotRequired[ContainerSecurityContextCapabilityRequest]
    ReadOnlyRootFilesystem: NotRequired[bool]
    """Only volumes can be written."""
    RunAsUser: NotRequired[int]
    """User id of the first process; 0 is root."""


class ContainerSecurityContextCapabilityRequest(TypedDict):
    Add: NotRequired[
        Sequence[
            Literal[
                "AUDIT_WRITE",
                "CHOWN",
                "DAC_OVERRIDE",
                "FSETID",
                "FOWNER",
                "KILL",
                "MKNOD",
                "NET_ADMIN",
                "NET_BIND_SERVICE",
                "NET_RAW",
                "SETGID",
                "SETUID",
                "SETFCAP",
                "SETPCAP",
                "SYS_CHROOT",
                "SYS_PTRACE",
                "SYS_RAWIO",
            ]
        ]
    ]
    """Linux capabilities granted beyond the usual ones."""


class InitContainerRequest(TypedDict):
    """A container that runs to success, one after the other, before the others start."""

    Name: NotRequired[str]
    """Name, unique among all containers of the group."""
    Image: NotRequired[str]
    """Image reference; a tag or digest may follow."""
    ImagePullPolicy: NotRequired[Literal["Always", "IfNotPresent", "Never"]]
    """When to pull. Left out: Always for the tag latest or no tag, else IfNotPresent."""
    Command: NotRequired[Strings]
    """Replaces the image's entry point; the image's own arguments are then dropped."""
    Arg: NotRequired[Strings]
    """Replaces the image's arguments."""
    WorkingDir: NotRequired[str]
    """Working directory; made when absent, the image's own when left out."""
    Cpu: NotRequired[float]
    """vCPU; 0 sets no limit beside the group's."""
    Memory: NotRequired[float]
    """GiB; 0 sets no limit beside the group's."""
    Gpu: NotRequired[int]
    """Number of GPUs; 0 for none."""
    EnvironmentVar: NotRequired[Sequence[EnvironmentVarRequest]]
    """Environment variables."""
    Port: NotRequired[Sequence[ContainerPortRequest]]
    """Ports the container listens on; informative."""
    VolumeMount: NotRequired[Sequence[VolumeMountRequest]]
    """Volumes of the group and where they appear."""
    Stdin: NotRequired[bool]
    """Keep standard input open."""
    StdinOnce: NotRequired[bool]
    """Close standard input after the first client has left."""
    Tty: NotRequired[bool]
    """Allocate a terminal."""
    TerminationMessagePath: NotRequired[str]
    """File whose content becomes the state's Message; default /dev/termination-log."""
    TerminationMessagePolicy: NotRequired[Literal["File", "FallbackToLogsOnError"]]
    """Where the message comes from; FallbackToLogsOnError takes the end of the log after a failure."""
    SecurityContext: NotRequired[ContainerSecurityContextRequest]
    """Rights of a container's processes."""


class VolumeRequest(TypedDict):
    """A volume of a group; Type says which of the blocks counts."""

    Name: NotRequired[str]
    """Name, unique in the group."""
    Type: NotRequired[
        Literal[
            "EmptyDirVolume", "ConfigFileVolume", "NFSVolume", "FlexVolume", "DiskVolume", "HostPathVolume"
        ]
    ]
    EmptyDirVolume: NotRequired[VolumeEmptyDirVolumeRequest]
    """Scratch space, emptied when the group restarts."""
    ConfigFileVolume: NotRequired[VolumeConfigFileVolumeRequest]
    """Files given with the request, 60 KiB together at most."""
    NFSVolume: NotRequired[VolumeNFSVolumeRequest]
    """A folder of an NFS server."""
    FlexVolume: NotRequired[VolumeFlexVolumeRequest]
    """A volume by driver."""
    DiskVolume: NotRequired[VolumeDiskVolumeRequest]
    """A cloud disk; FlexVolume has taken its place."""
    HostPathVolume: NotRequired[VolumeHostPathVolumeRequest]
    """A path of the host; used to reach a data cache."""


class VolumeEmptyDirVolumeRequest(TypedDict):
    """Scratch space, emptied when the group restarts."""

    Medium: NotRequired[str]
    """Left out: disk. Memory: a memory file system."""
    SizeLimit: NotRequired[str]
    """Largest size as a quantity, such as 256Mi."""


class VolumeConfigFileVolumeRequest(TypedDict):
    """Files given with the request, 60 KiB together at most."""

    DefaultMode: NotRequired[int]
    """Permission bits of files without a Mode, such as 0644."""
    ConfigFileToPath: NotRequired[Sequence[ConfigFileRequest]]


class ConfigFileRequest(TypedDict):
    """One file of a ConfigFileVolume."""

    Path: NotRequired[str]
    """Path relative to the mount point."""
    Content: NotRequired[str]
    """Content in base64; 32 KiB decoded at most."""
    Mode: NotRequired[int]
    """Permission bits; 0 means the volume's DefaultMode."""


class VolumeNFSVolumeRequest(TypedDict):
    """A folder of an NFS server."""

    Server: NotRequired[str]
    """Address of the server."""
    Path: NotRequired[str]
    """Folder on the server."""
    ReadOnly: NotRequired[bool]
    """Default false."""


class VolumeFlexVolumeRequest(TypedDict):
    """A volume by driver."""

    Driver: NotRequired[str]
    """alicloud/disk, alicloud/nas or alicloud/oss."""
    FsType: NotRequired[str]
    """File system, such as ext4 or xfs."""
    Options: NotRequired[str]
    """Options of the driver as a JSON object in a string."""


class VolumeDiskVolumeRequest(TypedDict):
    """A cloud disk; FlexVolume has taken its place."""

    DiskId: NotRequired[str]
    """Disk, d-…."""
    DiskSize: NotRequired[int]
    """GiB."""
    FsType: NotRequired[str]
    """File system."""


class VolumeHostPathVolumeRequest(TypedDict):
    """A path of the host; used to reach a data cache."""

    Path: NotRequired[str]
    Type: NotRequired[str]
    """Kind of path, such as Directory or File."""


class CreateContainerGroupOverheadReservationOptionRequest(TypedDict):
    """Room kept for the instance's own processes."""

    EnableOverheadReservation: NotRequired[bool]
    """Add the room to the size that is bought."""


class DnsConfigRequest(TypedDict):
    """Resolver settings."""

    NameServer: NotRequired[Strings]
    """Addresses of name servers."""
    Search: NotRequired[Strings]
    """Domains to search."""
    Option: NotRequired[Sequence[DnsOptionRequest]]


class DnsOptionRequest(TypedDict):
    """An option of the resolver."""

    Name: NotRequired[str]
    """Such as ndots."""
    Value: NotRequired[str]
    """May be empty for options that are only switched on."""


class HostAliaseRequest(TypedDict):
    """A line of /etc/hosts."""

    Ip: NotRequired[str]
    """Address."""
    Hostname: NotRequired[Strings]
    """Names of that address."""


class SysctlsRequest(TypedDict):
    """Kernel parameters of the group."""

    Sysctl: NotRequired[Sequence[SysctlRequest]]


class SysctlRequest(TypedDict):
    """A kernel parameter."""

    Name: NotRequired[str]
    """Such as net.core.somaxconn."""
    Value: NotRequired[str]


class ImageRegistryCredentialRequest(TypedDict):
    """Login of an image registry."""

    Server: NotRequired[str]
    """Host of the registry, without scheme."""
    UserName: NotRequired[str]
    Password: NotRequired[str]
    """Never given back."""


class AcrRegistryInfoRequest(TypedDict):
    """A Container Registry Enterprise Edition instance whose images are pulled without a password."""

    InstanceName: NotRequired[str]
    """Name of the instance."""
    Domain: NotRequired[Strings]
    """Domains of the instance; all when left out."""
    InstanceId: NotRequired[str]
    """Registry instance, cri-…."""
    RegionId: NotRequired[str]
    """Region of the instance; the call's own when left out."""
    ArnService: NotRequired[str]
    """Role that the service takes on to read another account's registry."""
    ArnUser: NotRequired[str]
    """Role of that other account."""


class TagRequest(TypedDict):
    """A label of a resource."""

    Key: NotRequired[str]
    """Name of the tag."""
    Value: NotRequired[str]
    """Value of the tag; may be empty."""


class CreateContainerGroupResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    ContainerGroupId: str
    """The new group, eci-…."""


class UpdateContainerGroupRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    UpdateType: NotRequired[Literal["RenewUpdate", "IncrementalUpdate"]]
    """RenewUpdate (default): lists replace those of the group. IncrementalUpdate: only what is sent
    changes.
    """
    Container: NotRequired[Sequence[ContainerRequest]]
    """The containers, matched by Name."""
    InitContainer: NotRequired[Sequence[InitContainerRequest]]
    Volume: NotRequired[Sequence[VolumeRequest]]
    RestartPolicy: NotRequired[Literal["Always", "OnFailure", "Never"]]
    Cpu: NotRequired[float]
    """vCPU of the group; 0 leaves it."""
    Memory: NotRequired[float]
    """GiB of the group; 0 leaves it."""
    DnsConfig: NotRequired[DnsConfigRequest]
    """Resolver settings."""
    ImageRegistryCredential: NotRequired[Sequence[ImageRegistryCredentialRequest]]
    """Logins of private registries."""
    AcrRegistryInfo: NotRequired[Sequence[AcrRegistryInfoRequest]]
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class ContainerRequest(TypedDict):
    """A container of a group, as CreateContainerGroup and UpdateContainerGroup take it."""

    Name: NotRequired[str]
    """Name, unique among all containers of the group."""
    Image: NotRequired[str]
    """Image reference; a tag or digest may follow."""
    ImagePullPolicy: NotRequired[Literal["Always", "IfNotPresent", "Never"]]
    """When to pull. Left out: Always for the tag latest or no tag, else IfNotPresent."""
    Command: NotRequired[Strings]
    """Replaces the image's entry point; the image's own arguments are then dropped."""
    Arg: NotRequired[Strings]
    """Replaces the image's arguments."""
    WorkingDir: NotRequired[str]
    """Working directory; made when absent, the image's own when left out."""
    Cpu: NotRequired[float]
    """vCPU; 0 sets no limit beside the group's."""
    Memory: NotRequired[float]
    """GiB; 0 sets no limit beside the group's."""
    Gpu: NotRequired[int]
    """Number of GPUs; 0 for none."""
    EnvironmentVar: NotRequired[Sequence[EnvironmentVarRequest]]
    """Environment variables."""
    Port: NotRequired[Sequence[ContainerPortRequest]]
    """Ports the container listens on; informative."""
    VolumeMount: NotRequired[Sequence[VolumeMountRequest]]
    """Volumes of the group and where they appear."""
    Stdin: NotRequired[bool]
    """Keep standard input open."""
    StdinOnce: NotRequired[bool]
    """Close standard input after the first client has left."""
    Tty: NotRequired[bool]
    """Allocate a terminal."""
    TerminationMessagePath: NotRequired[str]
    """File whose content becomes the state's Message; default /dev/termination-log."""
    TerminationMessagePolicy: NotRequired[Literal["File", "FallbackToLogsOnError"]]
    """Where the message comes from; FallbackToLogsOnError takes the end of the log after a failure."""
    EnvironmentVarHide: NotRequired[bool]
    """Leave the variables out of DescribeContainerGroups."""
    LivenessProbe: NotRequired[ProbeRequest]
    """A periodic check of a container by exactly one of Exec, HttpGet and TcpSocket."""
    ReadinessProbe: NotRequired[ProbeRequest]
    """A periodic check of a container by exactly one of Exec, HttpGet and TcpSocket."""
    LifecyclePostStartHandlerExec: NotRequired[Strings]
    """Command run in the container right after its start."""
    LifecyclePostStartHandlerHttpGetHost: NotRequired[str]
    """Host asked; the group's own address when left out."""
    LifecyclePostStartHandlerHttpGetPort: NotRequired[int]
    """Port of the HTTP request made right after its start."""
    LifecyclePostStartHandlerHttpGetPath: NotRequired[str]
    """Path of that request."""
    LifecyclePostStartHandlerHttpGetScheme: NotRequired[Literal["HTTP", "HTTPS"]]
    """Scheme of that request."""
    LifecyclePostStartHandlerHttpGetHttpHeader: NotRequired[Sequence[HttpHeaderRequest]]
    """Headers of that request."""
    LifecyclePostStartHandlerHttpGetHttpHeaders: NotRequired[Sequence[HttpHeaderRequest]]
    """The same under the name that UpdateContainerGroup documents."""
    LifecyclePostStartHandlerTcpSocketHost: NotRequired[str]
    """Host connected to; the group's own address when left out."""
    LifecyclePostStartHandlerTcpSocketPort: NotRequired[int]
    """Port connected to over TCP right after its start."""
    LifecyclePreStopHandlerExec: NotRequired[Strings]
    """Command run in the container before it is stopped."""
    LifecyclePreStopHandlerHttpGetHost: NotRequired[str]
    """Host asked; the group's own address when left out."""
    LifecyclePreStopHandlerHttpGetPort: NotRequired[int]
    """Port of the HTTP request made before it is stopped."""
    LifecyclePreStopHandlerHttpGetPath: NotRequired[str]
    """Path of that request."""
    LifecyclePreStopHandlerHttpGetScheme: NotRequired[Literal["HTTP", "HTTPS"]]
    """Scheme of that request."""
    LifecyclePreStopHandlerHttpGetHttpHeader: NotRequired[Sequence[HttpHeaderRequest]]
    """Headers of that request."""
    LifecyclePreStopHandlerTcpSocketHost: NotRequired[str]
    """Host connected to; the group's own address when left out."""
    LifecyclePreStopHandlerTcpSocketPort: NotRequired[int]
    """Port connected to over TCP before it is stopped."""
    SecurityContext: NotRequired[ContainerSecurityContextRequest]
    """Rights of a container's processes."""
    SecurityContextPrivileged: NotRequired[bool]
    """Run privileged; on invitation only."""
    SecurityContextRunAsGroup: NotRequired[int]
    """Group id of the first process."""
    SecurityContextRunAsNonRoot: NotRequired[bool]
    """Refuse to start as root."""


class Acknowledgement(TypedDict):
    """Done, or accepted to be done; there is nothing more to tell."""

    RequestId: str
    """Id of the request, to find it in logs and traces."""


class DescribeContainerGroupsRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupIds: NotRequired[str]
    """Container groups as a JSON list in a string, 20 at most: `["eci-1","eci-2"]`."""
    ContainerGroupName: NotRequired[str]
    """Only groups of this name."""
    Status: NotRequired[ContainerGroupStatus]
    """Only groups in this status."""
    ZoneId: NotRequired[str]
    """Zone, such as cn-hangzhou-h."""
    VSwitchId: NotRequired[str]
    """vSwitch, vsw-…."""
    SecurityGroupId: NotRequired[str]
    """Security group, sg-…."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    ComputeCategory: NotRequired[str]
    """Only groups of this kind of compute."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Only resources that carry all of these tags; a tag without Value matches any value."""
    WithEvent: NotRequired[bool]
    """Give the events of each group too."""
    Limit: NotRequired[int]
    """Groups per page; default and maximum 20, 0 means the default."""
    NextToken: NotRequired[str]
    """Cursor from the previous page; leave it out for the first page."""


class DescribeContainerGroupsResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    TotalCount: int
    """Number of all matches, over all pages."""
    NextToken: str
    """Cursor of the next page; empty on the last."""
    ContainerGroups: list[ContainerGroup]


class ContainerGroup(TypedDict):
    """A container group: what was asked for and what is so. Lists keep the order of the request."""

    ContainerGroupId: str
    ContainerGroupName: str
    Status: ContainerGroupStatus
    """Status of a container group. ScheduleFailed, Succeeded, Failed and Expired are final."""
    RegionId: str
    ZoneId: str
    VpcId: str
    VSwitchId: str
    """The one that was chosen."""
    SecurityGroupId: str
    ResourceGroupId: str
    Cpu: float
    """vCPU."""
    Memory: float
    """GiB."""
    InstanceType: str
    """The type that was bought."""
    ComputeCategory: str
    """Kind of compute that was bought."""
    EphemeralStorage: int
    """GiB beyond the free 30."""
    RestartPolicy: str
    DnsPolicy: str
    """Not in the published answer; Terraform reads it."""
    SpotStrategy: str
    SpotPriceLimit: float
    """Highest price per hour."""
    Discount: int
    IntranetIp: str
    """Address in the vSwitch."""
    InternetIp: str
    """Public address."""
    Ipv6Address: str
    EniInstanceId: str
    """Network interface, eni-…."""
    RamRoleName: str
    TenantEniInstanceId: str
    TenantEniIp: str
    TenantSecurityGroupId: str
    TenantVSwitchId: str
    Containers: list[Container]
    InitContainers: list[InitContainer]
    Volumes: list[Volume]
    DnsConfig: DnsConfig
    """Resolver settings; an empty object when there are none."""
    HostAliases: list[HostAlias]
    EciSecurityContext: EciSecurityContext
    """Kernel parameters; an empty object when there are none."""
    Tags: list[Tag]
    Events: list[Event]
    """Newest first, 50 at most; only with WithEvent."""
    CreationTime: str
    """Creation. RFC 3339, UTC; empty while it has not happened."""
    SucceededTime: str
    """Success of all containers. RFC 3339, UTC; empty while it has not happened."""
    FailedTime: str
    """Failure. RFC 3339, UTC; empty while it has not happened."""
    ExpiredTime: str
    """Release of a spot group. RFC 3339, UTC; empty while it has not happened."""


class Container(TypedDict):
    """A container: what was asked for and what is so."""

    Name: str
    Image: str
    ImagePullPolicy: str
    Commands: list[str]
    Args: list[str]
    WorkingDir: str
    EnvironmentVars: list[EnvironmentVar]
    Ports: list[ContainerPort]
    VolumeMounts: list[VolumeMount]
    Cpu: float
    """vCPU, as asked for."""
    Memory: float
    """GiB, as asked for."""
    Gpu: int
    SecurityContext: ContainerSecurityContext
    LivenessProbe: Probe
    """A check of a container; only the block in use is there."""
    ReadinessProbe: Probe
    """A check of a container; only the block in use is there."""
    Stdin: bool
    StdinOnce: bool
    Tty: bool
    Ready: bool
    """Its readiness probe succeeds, or it has none and runs."""
    RestartCount: int
    CurrentState: ContainerState
    """What a container does or did."""
    PreviousState: ContainerState
    """What a container does or did."""


class EnvironmentVar(TypedDict):
    Key: str
    Value: str
    ValueFrom: EnvironmentVarValueFrom


class EnvironmentVarValueFrom(TypedDict):
    FieldRef: EnvironmentVarValueFromFieldRef


class EnvironmentVarValueFromFieldRef(TypedDict):
    FieldPath: str


class ContainerPort(TypedDict):
    """A port a container listens on."""

    Port: int
    Protocol: Literal["TCP", "UDP"]
    """TCP when left out."""


class VolumeMount(TypedDict):
    """Where a volume appears in a container."""

    Name: str
    """Name of a volume of the group."""
    MountPath: str
    """Absolute path in the container; what the image has there is hidden."""
    SubPath: str
    """Folder inside the volume to mount instead of its root."""
    ReadOnly: bool
    """Default false."""
    MountPropagation: Literal["None", "HostToContainer", "Bidirectional"]
    """Whether mounts made later are passed on; default None."""


class ContainerSecurityContext(TypedDict):
    Capability: ContainerSecurityContextCapability
    ReadOnlyRootFilesystem: bool
    RunAsUser: int


class ContainerSecurityContextCapability(TypedDict):
    Adds: list[str]
    """Linux capabilities granted."""


class Probe(TypedDict):
    """A check of a container; only the block in use is there."""

    Execs: list[str]
    """Command that is run."""
    HttpGet: ProbeHttpGet
    TcpSocket: ProbeTcpSocket
    InitialDelaySeconds: int
    PeriodSeconds: int
    TimeoutSeconds: int
    SuccessThreshold: int
    FailureThreshold: int


class ProbeHttpGet(TypedDict):
    Scheme: str
    Path: str
    Port: int


class ProbeTcpSocket(TypedDict):
    Host: str
    Port: int


class ContainerState(TypedDict):
    """What a container does or did."""

    State: Literal["Waiting", "Running", "Terminated"]
    Reason: str
    """Such as Completed, Error, OOMKilled or CrashLoopBackOff."""
    Message: str
    """For people; the termination message of an ended container."""
    DetailStatus: str
    ExitCode: int
    """Exit code of an ended container."""
    Signal: int
    """Signal that ended it."""
    StartTime: str
    """Start. RFC 3339, UTC; empty while it has not happened."""
    FinishTime: str
    """End. RFC 3339, UTC; empty while it has not happened."""


class InitContainer(TypedDict):
    """An init container; its command is called Command, not Commands."""

    Name: str
    Image: str
    ImagePullPolicy: str
    Command: list[str]
    Args: list[str]
    WorkingDir: str
    EnvironmentVars: list[EnvironmentVar]
    Ports: list[ContainerPort]
    VolumeMounts: list[VolumeMount]
    Cpu: float
    """vCPU, as asked for."""
    Memory: float
    """GiB, as asked for."""
    Gpu: int
    SecurityContext: ContainerSecurityContext
    Ready: bool
    """Its readiness probe succeeds, or it has none and runs."""
    RestartCount: int
    CurrentState: ContainerState
    """What a container does or did."""
    PreviousState: ContainerState
    """What a container does or did."""


class Volume(TypedDict):
    """A volume, its blocks flattened into names."""

    Name: str
    Type: str
    EmptyDirVolumeMedium: str
    EmptyDirVolumeSizeLimit: str
    ConfigFileVolumeConfigFileToPaths: list[VolumeConfigFileVolumeConfigFileToPaths]
    NFSVolumeServer: str
    NFSVolumePath: str
    NFSVolumeReadOnly: bool
    FlexVolumeDriver: str
    FlexVolumeFsType: str
    FlexVolumeOptions: str
    DiskVolumeDiskId: str
    DiskVolumeFsType: str


class VolumeConfigFileVolumeConfigFileToPaths(TypedDict):
    Path: str
    Content: str
    """Base64; may be left out."""


class DnsConfig(TypedDict):
    """Resolver settings; an empty object when there are none."""

    NameServers: list[str]
    Searches: list[str]
    Options: list[DnsOption]


class DnsOption(TypedDict):
    """An option of the resolver."""

    Name: str
    """Such as ndots."""
    Value: str
    """May be empty for options that are only switched on."""


class HostAlias(TypedDict):
    Ip: str
    Hostnames: list[str]


class EciSecurityContext(TypedDict):
    """Kernel parameters; an empty object when there are none."""

    Sysctls: list[Sysctl]


class Sysctl(TypedDict):
    """A kernel parameter."""

    Name: str
    """Such as net.core.somaxconn."""
    Value: str


class Tag(TypedDict):
    """A label of a resource."""

    Key: str
    """Name of the tag."""
    Value: str
    """Value of the tag; may be empty."""


class Event(TypedDict):
    """Something that happened, equal ones counted."""

    Type: Literal["Normal", "Warning"]
    Reason: str
    """What, for programs."""
    Message: str
    """What, for people."""
    Name: str
    """Name of the resource and a number that makes it unique."""
    Count: int
    """How often."""
    FirstTimestamp: str
    """First time. RFC 3339, UTC; empty while it has not happened."""
    LastTimestamp: str
    """Last time. RFC 3339, UTC; empty while it has not happened."""


class DescribeContainerGroupStatusRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupIds: NotRequired[str]
    """Container groups as a JSON list in a string, 20 at most: `["eci-1","eci-2"]`."""
    ZoneId: NotRequired[str]
    """Zone, such as cn-hangzhou-h."""
    VSwitchId: NotRequired[str]
    """vSwitch, vsw-…."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Only resources that carry all of these tags; a tag without Value matches any value."""
    SinceSecond: NotRequired[int]
    """Only what changed in the last so many seconds."""
    Limit: NotRequired[int]
    """Groups per page."""
    NextToken: NotRequired[str]
    """Cursor from the previous page; leave it out for the first page."""


class DescribeContainerGroupStatusResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    TotalCount: int
    """Number of all matches, over all pages."""
    NextToken: str
    """Cursor of the next page; empty on the last."""
    Data: list[ContainerGroupStatusRecord]


class ContainerGroupStatusRecord(TypedDict):
    ContainerGroupId: str
    Name: str
    """Name of the group."""
    Namespace: str
    uuid: str
    Annotations: str
    """JSON object in a string."""
    Status: ContainerGroupStatus
    """Status of a container group. ScheduleFailed, Succeeded, Failed and Expired are final."""
    PodStatus: PodStatus
    """The group as Kubernetes describes a pod."""


class PodStatus(TypedDict):
    """The group as Kubernetes describes a pod."""

    Phase: str
    """Pending, Running, Succeeded, Failed or Unknown."""
    QosClass: str
    HostIp: str
    PodIp: str
    PodIps: list[PodStatusPodIps]
    StartTime: str
    Conditions: list[PodCondition]
    ContainerStatuses: list[PodContainerStatus]


class PodStatusPodIps(TypedDict):
    Ip: str


class PodCondition(TypedDict):
    """The mixed spelling is the service's own."""

    type: str
    """Such as Ready, Initialized or PodScheduled."""
    status: str
    """True, False or Unknown."""
    Reason: str
    Message: str
    lastTransitionTime: str


class PodContainerStatus(TypedDict):
    Name: str
    Image: str
    ImageID: str
    Ready: bool
    Started: bool
    RestartCount: int
    State: PodContainerState
    """Exactly one of the three."""
    LastState: PodContainerState
    """Exactly one of the three."""


class PodContainerState(TypedDict):
    """Exactly one of the three."""

    Waiting: PodContainerStateWaiting
    Running: PodContainerStateRunning
    Terminated: PodContainerStateTerminated


class PodContainerStateWaiting(TypedDict):
    Reason: str
    Message: str


class PodContainerStateRunning(TypedDict):
    StartedAtstartedAt: str
    """Start; the odd name is the service's own."""


class PodContainerStateTerminated(TypedDict):
    ContainerID: str
    ExitCode: int
    Signal: int
    Reason: str
    Message: str
    StartedAt: str
    FinishedAt: str


class DescribeContainerGroupEventsRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupIds: NotRequired[str]
    """Container groups as a JSON list in a string, 20 at most: `["eci-1","eci-2"]`."""
    ZoneId: NotRequired[str]
    """Zone, such as cn-hangzhou-h."""
    VSwitchId: NotRequired[str]
    """vSwitch, vsw-…."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Only resources that carry all of these tags; a tag without Value matches any value."""
    SinceSecond: NotRequired[int]
    """Only what changed in the last so many seconds."""
    Limit: NotRequired[int]
    """Groups per page."""
    NextToken: NotRequired[str]
    """Cursor from the previous page; leave it out for the first page."""
    EventSource: NotRequired[Literal["EciService", "K8sAgent"]]
    """Only events told by this component."""


class DescribeContainerGroupEventsResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    TotalCount: int
    """Number of all matches, over all pages."""
    NextToken: str
    """Cursor of the next page, empty at the end. Not in the published answer, whose request has it."""
    Data: list[ContainerGroupEventsRecord]


class ContainerGroupEventsRecord(TypedDict):
    ContainerGroupId: str
    Name: str
    """Name of the group."""
    Namespace: str
    uuid: str
    Annotations: str
    """JSON object in a string."""
    Events: list[PodEvent]


class PodEvent(TypedDict):
    """An event as Kubernetes describes it."""

    Type: str
    """Normal or Warning."""
    Reason: str
    Message: str
    Count: int
    FirstTimestamp: str
    """First time. RFC 3339, UTC; empty while it has not happened."""
    LastTimestamp: str
    """Last time. RFC 3339, UTC; empty while it has not happened."""
    ReportingComponent: str
    ReportingInstance: str
    Source: PodEventSource
    involvedObject: PodEventInvolvedObject
    Metadata: PodEventMetadata


class PodEventSource(TypedDict):
    Component: str
    """kubelet or EciService."""
    Host: str


class PodEventInvolvedObject(TypedDict):
    Kind: str
    Name: str
    Namespace: str
    Uid: str
    """The group's id."""
    ApiVersion: str


class PodEventMetadata(TypedDict):
    Name: str
    Namespace: str


class RestartContainerGroupRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""


class DeleteContainerGroupRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Force: NotRequired[bool]
    """Kill at once, without hooks and grace period."""


class ResizeContainerGroupVolumeRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    VolumeName: str
    """Volume of the group; a FlexVolume of driver alicloud/disk."""
    NewSize: int
    """New size, GiB; can only grow."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""


class ExecContainerCommandRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    ContainerName: str
    """Container of the group."""
    Command: str
    """Command and arguments as a JSON list in a string: `["/bin/sh","-c","ls"]`; 20 items of 256
    characters at most. A bare string is a command without arguments.
    """
    TTY: NotRequired[bool]
    """Allocate a terminal; default false."""
    Stdin: NotRequired[bool]
    """Read standard input; default true."""
    Sync: NotRequired[bool]
    """Wait for the end and answer with the output; needs TTY=false. Default false: answer with addresses
    to connect to.
    """


class ExecContainerCommandResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    WebSocketUri: str
    """Address to connect to, valid for 30 s and one connection."""
    HttpUrl: str
    """The same as a page for a browser."""
    SyncResponse: str
    """Output, with Sync=true."""


class DescribeContainerLogRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    ContainerName: str
    """Container of the group."""
    Tail: NotRequired[int]
    """Last lines to give; default 500."""
    SinceSeconds: NotRequired[int]
    """Only lines of the last so many seconds."""
    StartTime: NotRequired[str]
    """Only lines from this time on, RFC 3339."""
    LastTime: NotRequired[bool]
    """The log of the container's previous run."""
    LimitBytes: NotRequired[int]
    """Bytes to give at most; default and maximum 1 MiB."""
    Timestamps: NotRequired[bool]
    """Put the time in front of each line."""


class DescribeContainerLogResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    ContainerName: str
    Content: str
    """The log as plain text."""


class CommitContainerRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    ContainerName: str
    """Container to make an image of."""
    Image: NotRequired[CommitContainerImageRequest]
    """The image to make."""
    AcrRegistryInfo: NotRequired[CommitContainerAcrRegistryInfoRequest]
    """Registry instance the image is pushed to."""
    Arn: NotRequired[CommitContainerArnRequest]
    """Role used for the push."""


class CommitContainerImageRequest(TypedDict):
    """The image to make."""

    Repository: str
    """Repository in the registry instance, namespace/name."""
    Tag: str
    """Tag of the image."""
    Message: NotRequired[str]
    """Message of the commit."""
    Author: NotRequired[str]
    """Author of the commit."""


class CommitContainerAcrRegistryInfoRequest(TypedDict):
    """Registry instance the image is pushed to."""

    InstanceId: NotRequired[str]
    """Registry instance, cri-…."""
    RegionId: NotRequired[str]
    """Region of the instance; the call's own when left out."""
    ArnService: NotRequired[str]
    """Role that the service takes on to read another account's registry."""
    ArnUser: NotRequired[str]
    """Role of that other account."""


class CommitContainerArnRequest(TypedDict):
    """Role used for the push."""

    RoleArn: NotRequired[str]
    """Name of the role."""
    RoleType: NotRequired[str]
    """Kind of the role."""


class CommitContainerResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    TaskId: str
    """The task that makes the image, t-…."""


class DescribeCommitContainerTaskRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: NotRequired[str]
    """Container group, eci-…."""
    TaskId: NotRequired[Strings]
    """Tasks, t-…."""
    TaskStatus: NotRequired[Literal["Running", "Succeeded", "Failed"]]
    """Only tasks in this status."""
    MaxResults: NotRequired[int]
    """Tasks per page; default 10, maximum 50, 0 means the default."""
    NextToken: NotRequired[str]
    """Cursor from the previous page; leave it out for the first page."""


class DescribeCommitContainerTaskResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    TotalCount: int
    """Number of all matches, over all pages."""
    NextToken: str
    """Cursor of the next page; empty on the last."""
    MaxResults: str
    """Tasks per page, a number in a string."""
    CommitTasks: list[CommitTask]


class CommitTask(TypedDict):
    """The making of an image from a container."""

    TaskId: str
    """t-…."""
    TaskStatus: str
    """Running, Succeeded or Failed."""
    TaskProgress: str
    """Such as 50%."""
    StatusMessage: str
    ContainerName: str
    CommitPhaseInfos: list[CommitPhaseInfo]
    TaskCreationTime: str
    TaskFinishedTime: str


class CommitPhaseInfo(TypedDict):
    Phase: str
    """PullBaseImage, CommitContainer or PushCommittedImage."""
    Status: str
    Message: str
    RecordTime: str


class CreateImageCacheRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ZoneId: NotRequired[str]
    """Zone, such as cn-hangzhou-h."""
    SecurityGroupId: NotRequired[str]
    """Security group, sg-…."""
    VSwitchId: NotRequired[str]
    """vSwitch of the instance that builds the cache; a comma-separated list of up to 10 is tried in
    order.
    """
    EipInstanceId: NotRequired[str]
    """Public address for the time it is built, eip-…."""
    ImageCacheName: str
    """Name of the cache."""
    Image: Strings
    """Images to keep in the cache."""
    ImageCacheSize: NotRequired[int]
    """Size of the cache, GiB; default 20."""
    RetentionDays: NotRequired[int]
    """Days until the cache is deleted; left out or 0: kept."""
    AutoMatchImageCache: NotRequired[bool]
    """Build on top of a fitting older cache."""
    ImageRegistryCredential: NotRequired[Sequence[ImageRegistryCredentialRequest]]
    """Logins of private registries."""
    AcrRegistryInfo: NotRequired[Sequence[AcrRegistryInfoRequest]]
    Flash: NotRequired[bool]
    """Make a local snapshot first, usable at once."""
    StandardCopyCount: NotRequired[int]
    """Copies of the regular snapshot."""
    FlashCopyCount: NotRequired[int]
    """Copies of the local snapshot."""
    EliminationStrategy: NotRequired[Literal["LRU"]]
    """What to drop when the quota is full: LRU, or nothing when left out."""
    PlainHttpRegistry: NotRequired[str]
    """Registries to speak plain HTTP with, comma separated."""
    InsecureRegistry: NotRequired[str]
    """Registries whose certificate is not verified, comma separated."""
    OsType: NotRequired[Literal["Linux", "Windows"]]
    """Default Linux."""
    Annotations: NotRequired[str]
    """Annotations as a JSON object in a string."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class CreateImageCacheResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    ImageCacheId: str
    """The new cache, imc-…."""
    ContainerGroupId: str
    """The group that builds it, eci-…."""


class UpdateImageCacheRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ImageCacheId: str
    """Image cache, imc-…."""
    SecurityGroupId: NotRequired[str]
    """Security group, sg-…."""
    VSwitchId: NotRequired[str]
    """vSwitch of the instance that builds the cache; a comma-separated list of up to 10 is tried in
    order.
    """
    EipInstanceId: NotRequired[str]
    """Public address for the time it is built, eip-…."""
    ImageCacheName: NotRequired[str]
    """New name of the cache."""
    Image: NotRequired[Strings]
    """Images to keep in the cache from now on."""
    ImageCacheSize: NotRequired[int]
    """Size of the cache, GiB; default 20."""
    RetentionDays: NotRequired[int]
    """Days until the cache is deleted; left out or 0: kept."""
    AutoMatchImageCache: NotRequired[bool]
    """Build on top of a fitting older cache."""
    ImageRegistryCredential: NotRequired[Sequence[ImageRegistryCredentialRequest]]
    """Logins of private registries."""
    AcrRegistryInfo: NotRequired[Sequence[AcrRegistryInfoRequest]]
    Flash: NotRequired[bool]
    """Make a local snapshot first, usable at once."""
    StandardCopyCount: NotRequired[int]
    """Copies of the regular snapshot."""
    FlashCopyCount: NotRequired[int]
    """Copies of the local snapshot."""
    EliminationStrategy: NotRequired[Literal["LRU"]]
    """What to drop when the quota is full: LRU, or nothing when left out."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class DescribeImageCachesRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ImageCacheId: NotRequired[str]
    """Only this cache, imc-…."""
    ImageCacheName: NotRequired[str]
    """Only caches of this name."""
    SnapshotId: NotRequired[str]
    """Only the cache of this snapshot, s-…."""
    Image: NotRequired[str]
    """Only caches that hold this image."""
    MatchImage: NotRequired[Strings]
    """Images to match; the best caches come first."""
    ImageFullMatch: NotRequired[bool]
    """Only caches that hold all of MatchImage."""
    ImageMatchCountRequest: NotRequired[int]
    """Caches to give at most when matching."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Only resources that carry all of these tags; a tag without Value matches any value."""
    Limit: NotRequired[int]
    """Caches per page; 0 means the default."""
    NextToken: NotRequired[str]
    """Cursor from the previous page; leave it out for the first page."""


class DescribeImageCachesResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    TotalCount: int
    """Number of all matches, over all pages."""
    NextToken: str
    """Cursor of the next page; empty on the last."""
    ImageCaches: list[ImageCache]


class ImageCache(TypedDict):
    ImageCacheId: str
    ImageCacheName: str
    Status: Literal["Preparing", "Creating", "Ready", "Failed", "Updating", "UpdateFailed"]
    """Only a Ready cache can be used."""
    Images: list[str]
    ImageCacheSize: int
    """GiB."""
    EliminationStrategy: str
    Progress: str
    """Such as 100%."""
    ContainerGroupId: str
    """The group that built the cache."""
    SnapshotId: str
    FlashSnapshotId: str
    RegionId: str
    ResourceGroupId: str
    Tags: list[Tag]
    Events: list[Event]
    CreationTime: str
    ExpireDateTime: str
    """When it will be deleted; empty for never."""
    LastMatchedTime: str
    """When a group last used it."""


class DeleteImageCacheRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ImageCacheId: str
    """Image cache, imc-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""


class CreateDataCacheRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    SecurityGroupId: NotRequired[str]
    """Security group, sg-…."""
    VSwitchId: NotRequired[str]
    """vSwitch of the instance that builds the cache; a comma-separated list of up to 10 is tried in
    order.
    """
    EipInstanceId: NotRequired[str]
    """Public address for the time it is built, eip-…."""
    Name: NotRequired[str]
    """Name of the cache."""
    Bucket: NotRequired[str]
    """Bucket the cache lies in; default `default`."""
    Path: NotRequired[str]
    """Path of the data in the bucket; groups mount it by this path."""
    Size: NotRequired[int]
    """Size of the cache, GiB; default 20."""
    DataSource: NotRequired[DataSourceRequest]
    """Where the data of a cache come from."""
    RetentionDays: NotRequired[int]
    """Days until the cache is deleted; left out or 0: kept."""
    EipCreateParam: NotRequired[EipCreateParamRequest]
    """The public address made for the time the cache is built."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class DataSourceRequest(TypedDict):
    """Where the data of a cache come from."""

    Type: NotRequired[Literal["URL", "NAS", "OSS", "SNAPSHOT"]]
    Options: NotRequired[dict[str, str]]
    """Options of the source, such as url, server, path, bucket or snapshotId. On the wire
    `DataSource.Options.path=/x`.
    """


class EipCreateParamRequest(TypedDict):
    """The public address made for the time the cache is built."""

    Bandwidth: NotRequired[int]
    """Mbit/s; default 5."""
    CommonBandwidthPackage: NotRequired[str]
    """Bandwidth plan to join."""
    InternetChargeType: NotRequired[str]
    """How traffic is charged."""
    PublicIpAddressPoolId: NotRequired[str]
    """Pool the address is taken from."""
    ISP: NotRequired[str]
    """Line type, such as BGP."""


class CreateDataCacheResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    DataCacheId: str
    """The new cache, edc-…."""


class UpdateDataCacheRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    DataCacheId: NotRequired[str]
    """Data cache, edc-…."""
    SecurityGroupId: NotRequired[str]
    """Security group, sg-…."""
    VSwitchId: NotRequired[str]
    """vSwitch of the instance that builds the cache; a comma-separated list of up to 10 is tried in
    order.
    """
    EipInstanceId: NotRequired[str]
    """Public address for the time it is built, eip-…."""
    Name: NotRequired[str]
    """New name of the cache."""
    Bucket: NotRequired[str]
    """Bucket the cache lies in; default `default`."""
    Size: NotRequired[int]
    """Size of the cache, GiB; default 20."""
    DataSource: NotRequired[DataSourceRequest]
    """Where the data of a cache come from."""
    RetentionDays: NotRequired[int]
    """Days until the cache is deleted; left out or 0: kept."""
    EipCreateParam: NotRequired[EipCreateParamRequest]
    """The public address made for the time the cache is built."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class CopyDataCacheRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    DataCacheId: str
    """Cache to copy, edc-…."""
    DestinationRegionId: str
    """Region of the copy."""
    Name: NotRequired[str]
    """Name of the copy."""
    Bucket: NotRequired[str]
    """Bucket the cache lies in; default `default`."""
    Path: NotRequired[str]
    """Path of the copy in the bucket."""
    RetentionDays: NotRequired[int]
    """Days until the cache is deleted; left out or 0: kept."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class CopyDataCacheResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    DataCacheId: str
    """The copy, edc-…."""


class DescribeDataCachesRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    DataCacheId: NotRequired[Strings]
    """Only these caches, edc-…."""
    Bucket: NotRequired[str]
    """Only caches in this bucket."""
    Path: NotRequired[str]
    """Only the cache at this path."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Only resources that carry all of these tags; a tag without Value matches any value."""
    Limit: NotRequired[int]
    """Caches per page; maximum 20, 0 means the default."""
    NextToken: NotRequired[str]
    """Cursor from the previous page; leave it out for the first page."""


class DescribeDataCachesResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    TotalCount: int
    """Number of all matches, over all pages."""
    NextToken: str
    """Cursor of the next page; empty on the last."""
    DataCaches: list[DataCache]


class DataCache(TypedDict):
    DataCacheId: str
    Name: str
    Status: Literal["Loading", "Creating", "Available", "Failed", "Updating", "UpdateFailed"]
    """Only an Available cache can be used."""
    Bucket: str
    Path: str
    Size: int
    """GiB."""
    DataSource: DataCacheDataSource
    Progress: str
    """Such as 100%."""
    ContainerGroupId: str
    """The group that built the cache."""
    SnapshotId: str
    FlashSnapshotId: str
    RegionId: str
    ResourceGroupId: str
    Tags: list[Tag]
    Events: list[Event]
    CreationTime: str
    ExpireDateTime: str
    """When it will be deleted; empty for never."""
    LastMatchedTime: str
    """When a group last used it."""


class DataCacheDataSource(TypedDict):
    Type: str
    Options: str
    """JSON object in a string."""


class DeleteDataCacheRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    DataCacheId: NotRequired[str]
    """Data cache, edc-…; or give Bucket and Path."""
    Bucket: NotRequired[str]
    """Bucket the cache lies in; default `default`."""
    Path: NotRequired[str]
    """Path of the cache in the bucket."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""


class CreateVirtualNodeRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ZoneId: NotRequired[str]
    """Zone, such as cn-hangzhou-h."""
    SecurityGroupId: str
    """Security group, sg-…."""
    VSwitchId: str
    """vSwitch of the node; a comma-separated list of up to 10 is tried in order."""
    VirtualNodeName: NotRequired[str]
    """Name of the node."""
    KubeConfig: NotRequired[str]
    """Kubeconfig of the cluster the node joins, base64."""
    TlsBootstrapEnabled: NotRequired[bool]
    """Let the node ask the cluster for its own certificate."""
    CustomResources: NotRequired[str]
    """Extra resources the node announces, as a JSON object in a string."""
    ClusterDomain: NotRequired[str]
    """Domain of the cluster, such as cluster.local."""
    ClusterDNS: NotRequired[str]
    """Addresses of the cluster's name servers, comma separated."""
    EnablePublicNetwork: NotRequired[bool]
    """Make a public address for the node."""
    EipInstanceId: NotRequired[str]
    """Existing public address to bind, eip-…."""
    Taint: NotRequired[Sequence[TaintRequest]]
    """Taints of the node."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class TaintRequest(TypedDict):
    """A taint that keeps pods away from the node."""

    Key: NotRequired[str]
    Value: NotRequired[str]
    Effect: NotRequired[Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]]


class CreateVirtualNodeResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    VirtualNodeId: str
    """The new node, vnd-…."""


class UpdateVirtualNodeRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    VirtualNodeId: str
    """Virtual node, vnd-…."""
    VirtualNodeName: NotRequired[str]
    """New name of the node."""
    CustomResources: NotRequired[str]
    """Extra resources the node announces, as a JSON object in a string."""
    ClusterDomain: NotRequired[str]
    """Domain of the cluster, such as cluster.local."""
    ClusterDNS: NotRequired[str]
    """Addresses of the cluster's name servers, comma separated."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Tags of the resource."""


class DescribeVirtualNodesRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    VirtualNodeIds: NotRequired[str]
    """Virtual nodes as a JSON list in a string: `["vnd-1"]`."""
    VirtualNodeName: NotRequired[str]
    """Only nodes of this name."""
    Status: NotRequired[Literal["Pending", "Ready", "Failed", "Cleaned"]]
    """Only nodes in this status."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Only resources that carry all of these tags; a tag without Value matches any value."""
    Limit: NotRequired[int]
    """Nodes per page; 0 means the default."""
    NextToken: NotRequired[str]
    """Cursor from the previous page; leave it out for the first page."""


class DescribeVirtualNodesResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    TotalCount: int
    """Number of all matches, over all pages."""
    NextToken: str
    """Cursor of the next page; empty on the last."""
    VirtualNodes: list[VirtualNode]


class VirtualNode(TypedDict):
    VirtualNodeId: str
    VirtualNodeName: str
    Status: str
    """Pending, Ready, Failed or Cleaned."""
    RegionId: str
    VpcId: str
    VirtualNodeVSwitchId: str
    VirtualNodeSecurityGroupId: str
    IntranetIp: str
    InternetIp: str
    VSwitchId: str
    """Like the six that follow not in the published answer; Terraform reads them."""
    SecurityGroupId: str
    ZoneId: str
    Cpu: int
    Memory: int
    RamRoleName: str
    EniInstanceId: str
    ResourceGroupId: str
    Tags: list[Tag]
    Events: list[Event]
    CreationTime: str


class DeleteVirtualNodeRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    VirtualNodeId: str
    """Virtual node, vnd-…."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""


class DescribeContainerGroupMetricRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    StartTime: NotRequired[str]
    """First moment, RFC 3339."""
    EndTime: NotRequired[str]
    """Last moment, RFC 3339."""
    Period: NotRequired[Literal["15", "30", "60", "600"]]
    """Seconds between two records."""


class DescribeContainerGroupMetricResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    ContainerGroupId: str
    Records: list[MetricRecord]


class MetricRecord(TypedDict):
    """One moment of a group."""

    Timestamp: str
    """RFC 3339 with offset."""
    CPU: CpuMetric
    Memory: MemoryMetric
    """Bytes."""
    Network: MetricRecordNetwork
    Disk: list[DiskMetric]
    Filesystem: list[FilesystemMetric]
    Containers: list[ContainerMetric]


class CpuMetric(TypedDict):
    UsageNanoCores: int
    """Use over the last step, billionths of a core."""
    UsageCoreNanoSeconds: int
    """Use since the start, core-nanoseconds."""
    Load: int
    """Average over 10 s."""
    Limit: int
    """Thousandths of a core."""


class MemoryMetric(TypedDict):
    """Bytes."""

    UsageBytes: int
    WorkingSet: int
    AvailableBytes: int
    Rss: int
    Cache: int


class MetricRecordNetwork(TypedDict):
    Interfaces: list[InterfaceMetric]


class InterfaceMetric(TypedDict):
    """Counters since the start of the group."""

    Name: str
    RxBytes: int
    RxPackets: int
    RxErrors: int
    RxDrops: int
    TxBytes: int
    TxPackets: int
    TxErrors: int
    TxDrops: int


class DiskMetric(TypedDict):
    Device: str
    ReadBytes: int
    ReadIO: int
    WriteBytes: int
    WriteIO: int


class FilesystemMetric(TypedDict):
    """Bytes."""

    FsName: str
    Category: str
    """System, Volume or Other."""
    Capacity: int
    Usage: int
    Available: int


class ContainerMetric(TypedDict):
    Name: str
    CPU: CpuMetric
    Memory: MemoryMetric
    """Bytes."""


class DescribeMultiContainerGroupMetricRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupIds: str
    """Container groups as a JSON list in a string, 20 at most: `["eci-1","eci-2"]`."""
    ResourceGroupId: NotRequired[str]
    """Resource group, rg-…."""
    MetricType: NotRequired[str]
    """Kind of metric, such as summary."""


class DescribeMultiContainerGroupMetricResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    MonitorDatas: list[DescribeMultiContainerGroupMetricMonitorDatas]


class DescribeMultiContainerGroupMetricMonitorDatas(TypedDict):
    ContainerGroupId: str
    Records: list[MultiMetricRecord]


class MultiMetricRecord(TypedDict):
    """One moment of a group."""

    Timestamp: str
    """RFC 3339 with offset."""
    CPU: CpuMetric
    Memory: MemoryMetric
    """Bytes."""
    Network: MultiMetricRecordNetwork
    Disk: list[MultiDiskMetric]
    Filesystem: list[FilesystemMetric]
    Containers: list[ContainerMetric]


class MultiMetricRecordNetwork(TypedDict):
    Interfaces: list[InterfaceMetric]


class MultiDiskMetric(TypedDict):
    """As DiskMetric, spelled as DescribeMultiContainerGroupMetric does."""

    Device: str
    ReadBytes: int
    ReadIo: int
    WriteBytes: int
    WriteIo: int


class CreateInstanceOpsTaskRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    OpsType: str
    """Kind of task: coredump or tcpdump."""
    OpsValue: str
    """What to do: enable or disable for coredump, a JSON object for tcpdump."""


class CreateInstanceOpsTaskResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    Result: str
    """What was set, for people."""


class DescribeInstanceOpsRecordsRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ContainerGroupId: str
    """Container group, eci-…."""
    OpsType: str
    """Kind of task: coredump or tcpdump."""


class DescribeInstanceOpsRecordsResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    Records: list[DescribeInstanceOpsRecordsRecords]


class DescribeInstanceOpsRecordsRecords(TypedDict):
    OpsType: str
    """coredump or tcpdump."""
    OpsStatus: Literal["Ready", "Failed", "Expired", "Closed", "Success"]
    ResultType: str
    """Where the result is, such as OSS."""
    ResultContent: str
    """Address of the result."""
    CreateTime: str
    ExpireTime: str


class TagResourcesRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ResourceType: str
    """Kind of resource, such as ContainerGroup."""
    ResourceId: Strings
    """Resources to tag."""
    Tag: Sequence[TagRequest]
    """Tags to set; more than 20 on a resource is NumberExceed.Tags."""


class ListTagResourcesRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ResourceType: str
    """Kind of resource, such as ContainerGroup."""
    ResourceId: NotRequired[Strings]
    """Only these resources."""
    Tag: NotRequired[Sequence[TagRequest]]
    """Only resources that carry all of these tags; a tag without Value matches any value."""
    Limit: NotRequired[str]
    """Entries per page, a number in a string."""
    NextToken: NotRequired[str]
    """Cursor from the previous page; leave it out for the first page."""


class ListTagResourcesResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    NextToken: str
    """Cursor of the next page; empty on the last."""
    TagResources: list[ListTagResourcesTagResources]


class ListTagResourcesTagResources(TypedDict):
    ResourceType: str
    ResourceId: str
    TagKey: str
    TagValue: str


class UntagResourcesRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ResourceType: str
    """Kind of resource, such as ContainerGroup."""
    ResourceId: Strings
    """Resources to take tags from."""
    TagKey: NotRequired[Strings]
    """Keys of the tags to take."""
    All: NotRequired[bool]
    """Take all tags; looked at only without TagKey."""
    ClientToken: NotRequired[str]
    """Idempotency token, ASCII: the same token with the same parameters gets the same answer."""


class DescribeRegionsRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region that comes first in the answer; clients fill it in from their configuration."""


class DescribeRegionsResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    Regions: list[Region]


class Region(TypedDict):
    RegionId: str
    RegionEndpoint: str
    """Host to call for this region."""
    Zones: list[str]
    RecommendZones: list[str]
    """Zones with the newest machines."""


class DescribeAvailableResourceRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ZoneId: NotRequired[str]
    """Only this zone."""
    DestinationResource: DescribeAvailableResourceDestinationResourceRequest
    """What is asked for."""
    SpotResource: NotRequired[DescribeAvailableResourceSpotResourceRequest]
    """Ask for spot stock."""


class DescribeAvailableResourceDestinationResourceRequest(TypedDict):
    """What is asked for."""

    Category: str
    """InstanceType or InstanceTypeFamily."""
    Value: NotRequired[str]
    """Name of the type or family."""
    Cores: NotRequired[float]
    """vCPU."""
    Memory: NotRequired[float]
    """GiB."""


class DescribeAvailableResourceSpotResourceRequest(TypedDict):
    """Ask for spot stock."""

    SpotStrategy: NotRequired[Literal["NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"]]
    """NoSpot (default): pay as you go. SpotAsPriceGo: any price up to that. SpotWithPriceLimit: up to
    SpotPriceLimit.
    """
    SpotPriceLimit: NotRequired[float]
    """Highest price per hour."""
    SpotDuration: NotRequired[int]
    """Hours of protection."""


class DescribeAvailableResourceResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    AvailableZones: DescribeAvailableResourceAvailableZones


class DescribeAvailableResourceAvailableZones(TypedDict):
    AvailableZone: list[AvailableZone]


class AvailableZone(TypedDict):
    RegionId: str
    ZoneId: str
    AvailableResources: AvailableZoneAvailableResources


class AvailableZoneAvailableResources(TypedDict):
    AvailableResource: list[AvailableZoneAvailableResourcesAvailableResource]


class AvailableZoneAvailableResourcesAvailableResource(TypedDict):
    Type: str
    """InstanceType or InstanceTypeFamily."""
    SupportedResources: AvailableZoneAvailableResourcesAvailableResourceSupportedResources


class AvailableZoneAvailableResourcesAvailableResourceSupportedResources(TypedDict):
    SupportedResource: list[
        AvailableZoneAvailableResourcesAvailableResourceSupportedResourcesSupportedResource
    ]


class AvailableZoneAvailableResourcesAvailableResourceSupportedResourcesSupportedResource(TypedDict):
    Value: str
    """Name of the type or family."""
    StatusCategory: Literal["WithStock", "ClosedWithStock", "WithoutStock", "ClosedWithoutStock"]


class DescribeContainerGroupPriceRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""
    ZoneId: NotRequired[str]
    """Zone, such as cn-hangzhou-h."""
    Cpu: NotRequired[float]
    """vCPU."""
    Memory: NotRequired[float]
    """GiB."""
    InstanceType: NotRequired[str]
    """ECS type, in place of Cpu and Memory."""
    ComputeCategory: NotRequired[str]
    """Kind of compute: general or economy."""
    EphemeralStorage: NotRequired[int]
    """Temporary storage beyond the free 30 GiB, GiB."""
    SpotStrategy: NotRequired[Literal["NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"]]
    """NoSpot (default): pay as you go. SpotAsPriceGo: any price up to that. SpotWithPriceLimit: up to
    SpotPriceLimit.
    """
    SpotPriceLimit: NotRequired[float]
    """Highest price per hour, three decimals at most."""
    SpotDuration: NotRequired[int]
    """Hours of protection; default 1, 0 for none."""


class DescribeContainerGroupPriceResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    PriceInfo: DescribeContainerGroupPricePriceInfo


class DescribeContainerGroupPricePriceInfo(TypedDict):
    Price: Price
    """Price per second."""
    SpotPrices: DescribeContainerGroupPricePriceInfoSpotPrices
    Rules: PriceRules


class Price(TypedDict):
    """Price per second."""

    Currency: str
    """CNY or USD."""
    OriginalPrice: float
    DiscountPrice: float
    TradePrice: float
    """What is paid."""
    DetailInfos: PriceDetailInfos


class PriceDetailInfos(TypedDict):
    DetailInfo: list[PriceDetailInfosDetailInfo]


class PriceDetailInfosDetailInfo(TypedDict):
    Resource: str
    """cpu, mem, instance_type or systemdisk."""
    OriginalPrice: float
    DiscountPrice: float
    TradePrice: float
    Rules: PriceRules


class PriceRules(TypedDict):
    Rule: list[PriceRulesRule]


class PriceRulesRule(TypedDict):
    RuleId: int
    Description: str


class DescribeContainerGroupPricePriceInfoSpotPrices(TypedDict):
    SpotPrice: list[SpotPrice]


class SpotPrice(TypedDict):
    """Price of a type in a zone, per hour."""

    ZoneId: str
    InstanceType: str
    SpotPrice: float
    """Market price."""
    OriginPrice: float
    """Pay-as-you-go price."""


class ListUsageRequest(TypedDict):
    RegionId: NotRequired[str]
    """Region of the call, such as cn-hangzhou; clients fill it in from their configuration."""


class ListUsageResponse(TypedDict):
    RequestId: str
    """Id of the request, to find it in logs and traces."""
    Attributes: dict[str, Any]
    """Quotas and what is used of them, such as MaxCpu and UsedCpu."""


class TagResources(TypedDict):
    ResourceType: str
    ResourceId: str
    TagKey: str
    TagValue: str
