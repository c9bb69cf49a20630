"""The actions of the ECI API, a method each.

Made by sdk/generate.py from openapi/eci-2018-08-08.yaml; change those instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from eci_sdk import types as t
from eci_sdk.calling import Caller, json_list, new_token


class Actions(Caller):
    """Every action of the API."""

    def create_container_group(
        self,
        *,
        RegionId: str | None = None,
        ZoneId: str | None = None,
        VSwitchId: str | None = None,
        SecurityGroupId: str | None = None,
        ContainerGroupName: str,
        ClientToken: str | None = None,
        DryRun: bool | None = None,
        Container: Sequence[t.NewContainerRequest],
        InitContainer: Sequence[t.InitContainerRequest] | None = None,
        Volume: Sequence[t.VolumeRequest] | None = None,
        RestartPolicy: Literal["Always", "OnFailure", "Never"] | None = None,
        Cpu: float | None = None,
        Memory: float | None = None,
        InstanceType: str | None = None,
        ComputeCategory: Sequence[Literal["general", "economy"]] | None = None,
        CpuArchitecture: str | None = None,
        OsType: Literal["Linux", "Windows"] | None = None,
        GpuDriverVersion: str | None = None,
        CpuOptionsCore: int | None = None,
        CpuOptionsThreadsPerCore: int | None = None,
        CpuOptionsNuma: str | None = None,
        EphemeralStorage: int | None = None,
        OverheadReservationOption: t.CreateContainerGroupOverheadReservationOptionRequest | None = None,
        ContainerResourceView: bool | None = None,
        ScheduleStrategy: Literal["VSwitchOrdered", "VSwitchRandom"] | None = None,
        SpotStrategy: Literal["NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"] | None = None,
        SpotPriceLimit: float | None = None,
        SpotDuration: int | None = None,
        StrictSpot: bool | None = None,
        ActiveDeadlineSeconds: int | None = None,
        TerminationGracePeriodSeconds: int | None = None,
        MaxPendingMinute: int | None = None,
        ShareProcessNamespace: bool | None = None,
        HostName: str | None = None,
        DnsPolicy: Literal["Default", "None"] | None = None,
        DnsConfig: t.DnsConfigRequest | None = None,
        HostAliase: Sequence[t.HostAliaseRequest] | None = None,
        SecurityContext: t.SysctlsRequest | None = None,
        HostSecurityContext: t.SysctlsRequest | None = None,
        NtpServer: t.Strings | None = None,
        CorePattern: str | None = None,
        AutoCreateEip: bool | None = None,
        EipInstanceId: str | None = None,
        EipBandwidth: int | None = None,
        EipISP: str | None = None,
        EipCommonBandwidthPackage: str | None = None,
        PrivateIpAddress: str | None = None,
        FixedIp: str | None = None,
        FixedIpRetainHour: int | None = None,
        Ipv6AddressCount: int | None = None,
        Ipv6GatewayBandwidthEnable: bool | None = None,
        Ipv6GatewayBandwidth: str | None = None,
        IngressBandwidth: int | None = None,
        EgressBandwidth: int | None = None,
        ImageRegistryCredential: Sequence[t.ImageRegistryCredentialRequest] | None = None,
        AcrRegistryInfo: Sequence[t.AcrRegistryInfoRequest] | None = None,
        PlainHttpRegistry: str | None = None,
        InsecureRegistry: str | None = None,
        ImageSnapshotId: str | None = None,
        AutoMatchImageCache: bool | None = None,
        ImageAccelerateMode: str | None = None,
        DataCacheBucket: str | None = None,
        DataCachePL: str | None = None,
        DataCacheProvisionedIops: int | None = None,
        DataCacheBurstingEnabled: bool | None = None,
        RamRoleName: str | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.CreateContainerGroupResponse:
        """Create a container group.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ZoneId: Zone; the vSwitch's when left out.
            VSwitchId: vSwitch of the group's address. A comma-separated list of up to 10 of one VPC lets
                the scheduler choose the zone.
            SecurityGroupId: Security group, sg-….
            ContainerGroupName: Name: lower-case letters, digits and hyphens (dots are let through, pod
                names have them).
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            DryRun: Only check the request; success is told as the error DryRun.Success.
            Container: The containers.
            InitContainer: Run before the containers, in this order.
            Volume: Volumes that the containers mount.
            RestartPolicy: Whether ended containers are started again; default Always.
            Cpu: vCPU of the group; left out: the sum of the containers, else 2. Rounded up to the next
                size on sale.
            Memory: GiB of the group; left out: the sum of the containers, else 4. Rounded up with Cpu.
            InstanceType: Up to five ECS types or sizes (2-4Gi), comma separated, tried in this order;
                takes the place of Cpu and Memory.
            ComputeCategory: Kinds of compute to try in this order.
            CpuArchitecture: AMD64 (default) or ARM64.
            OsType: Default Linux.
            GpuDriverVersion: Driver for GPU types, such as tesla=470.82.01.
            CpuOptionsCore: Physical cores; 0 leaves it to the type.
            CpuOptionsThreadsPerCore: Threads per core, 1 switches hyper-threading off; 0 leaves it to the
                type.
            CpuOptionsNuma: NUMA setting of the type.
            EphemeralStorage: Temporary storage beyond the free 30 GiB, GiB.
            OverheadReservationOption: Room kept for the instance's own processes.
            ContainerResourceView: Containers see their own limits in /proc instead of the machine's.
            ScheduleStrategy: Order in which several vSwitches are tried: as given, or by stock.
            SpotStrategy: NoSpot (default): pay as you go. SpotAsPriceGo: any price up to that.
                SpotWithPriceLimit: up to SpotPriceLimit.
            SpotPriceLimit: Highest price per hour, three decimals at most.
            SpotDuration: Hours of protection at the price of the deal; default 1, 0 for none.
            StrictSpot: Kept as given; what the service does with it is not documented.
            ActiveDeadlineSeconds: The group is ended this many seconds after its start.
            TerminationGracePeriodSeconds: Seconds between SIGTERM and SIGKILL.
            MaxPendingMinute: Minutes in Pending after which the group fails, 10 to 1440; default 240.
            ShareProcessNamespace: The containers see each other's processes.
            HostName: Host name; the group's name when left out.
            DnsPolicy: Default: the VPC's resolver, with DnsConfig added. None: DnsConfig alone.
            DnsConfig: Resolver settings.
            HostAliase: Lines added to /etc/hosts.
            SecurityContext: Kernel parameters of the group.
            HostSecurityContext: Kernel parameters of the group.
            NtpServer: Time servers.
            CorePattern: Where core dumps are written; none are when left out.
            AutoCreateEip: Make a public address and release it with the group.
            EipInstanceId: Existing public address to bind, eip-….
            EipBandwidth: Bandwidth of the address that is made, Mbit/s; default 5.
            EipISP: Line type of the address that is made, such as BGP.
            EipCommonBandwidthPackage: Bandwidth plan that the address joins, cbwp-….
            PrivateIpAddress: Address to take from the vSwitch; it must be free.
            FixedIp: true keeps the address for the next group of the same name and vSwitch.
            FixedIpRetainHour: Hours the address is kept after deletion; default 48.
            Ipv6AddressCount: IPv6 addresses, 0 or 1.
            Ipv6GatewayBandwidthEnable: Give the IPv6 address a way to the internet.
            Ipv6GatewayBandwidth: Bandwidth of that way, Mbit/s.
            IngressBandwidth: Limit of incoming traffic, bit/s.
            EgressBandwidth: Limit of outgoing traffic, bit/s.
            ImageRegistryCredential: Logins of private registries.
            PlainHttpRegistry: Registries to speak plain HTTP with, comma separated.
            InsecureRegistry: Registries whose certificate is not verified, comma separated.
            ImageSnapshotId: Image cache to start from, imc-…; it must be Ready.
            AutoMatchImageCache: Look for a fitting image cache, and make one after a miss.
            ImageAccelerateMode: Way of loading images on demand.
            DataCacheBucket: Bucket of the data caches that HostPathVolumes refer to.
            DataCachePL: Performance level of the data cache's disk, such as PL1.
            DataCacheProvisionedIops: Provisioned IOPS of the data cache's disk.
            DataCacheBurstingEnabled: Let the data cache's disk burst.
            RamRoleName: RAM role whose credentials the containers can fetch from the metadata server.
            ResourceGroupId: Resource group, rg-….
            Tag: Tags of the resource.
        """
        answer: t.CreateContainerGroupResponse = self._call(
            "CreateContainerGroup",
            RegionId=RegionId or self.region,
            ZoneId=ZoneId,
            VSwitchId=VSwitchId,
            SecurityGroupId=SecurityGroupId,
            ContainerGroupName=ContainerGroupName,
            ClientToken=ClientToken or new_token(),
            DryRun=DryRun,
            Container=Container,
            InitContainer=InitContainer,
            Volume=Volume,
            RestartPolicy=RestartPolicy,
            Cpu=Cpu,
            Memory=Memory,
            InstanceType=InstanceType,
            ComputeCategory=ComputeCategory,
            CpuArchitecture=CpuArchitecture,
            OsType=OsType,
            GpuDriverVersion=GpuDriverVersion,
            CpuOptionsCore=CpuOptionsCore,
            CpuOptionsThreadsPerCore=CpuOptionsThreadsPerCore,
            CpuOptionsNuma=CpuOptionsNuma,
            EphemeralStorage=EphemeralStorage,
            OverheadReservationOption=OverheadReservationOption,
            ContainerResourceView=ContainerResourceView,
            ScheduleStrategy=ScheduleStrategy,
            SpotStrategy=SpotStrategy,
            SpotPriceLimit=SpotPriceLimit,
            SpotDuration=SpotDuration,
            StrictSpot=StrictSpot,
            ActiveDeadlineSeconds=ActiveDeadlineSeconds,
            TerminationGracePeriodSeconds=TerminationGracePeriodSeconds,
            MaxPendingMinute=MaxPendingMinute,
            ShareProcessNamespace=ShareProcessNamespace,
            HostName=HostName,
            DnsPolicy=DnsPolicy,
            DnsConfig=DnsConfig,
            HostAliase=HostAliase,
            SecurityContext=SecurityContext,
            HostSecurityContext=HostSecurityContext,
            NtpServer=NtpServer,
            CorePattern=CorePattern,
            AutoCreateEip=AutoCreateEip,
            EipInstanceId=EipInstanceId,
            EipBandwidth=EipBandwidth,
            EipISP=EipISP,
            EipCommonBandwidthPackage=EipCommonBandwidthPackage,
            PrivateIpAddress=PrivateIpAddress,
            FixedIp=FixedIp,
            FixedIpRetainHour=FixedIpRetainHour,
            Ipv6AddressCount=Ipv6AddressCount,
            Ipv6GatewayBandwidthEnable=Ipv6GatewayBandwidthEnable,
            Ipv6GatewayBandwidth=Ipv6GatewayBandwidth,
            IngressBandwidth=IngressBandwidth,
            EgressBandwidth=EgressBandwidth,
            ImageRegistryCredential=ImageRegistryCredential,
            AcrRegistryInfo=AcrRegistryInfo,
            PlainHttpRegistry=PlainHttpRegistry,
            InsecureRegistry=InsecureRegistry,
            ImageSnapshotId=ImageSnapshotId,
            AutoMatchImageCache=AutoMatchImageCache,
            ImageAccelerateMode=ImageAccelerateMode,
            DataCacheBucket=DataCacheBucket,
            DataCachePL=DataCachePL,
            DataCacheProvisionedIops=DataCacheProvisionedIops,
            DataCacheBurstingEnabled=DataCacheBurstingEnabled,
            RamRoleName=RamRoleName,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
        )
        return answer

    def update_container_group(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        ClientToken: str | None = None,
        UpdateType: Literal["RenewUpdate", "IncrementalUpdate"] | None = None,
        Container: Sequence[t.ContainerRequest] | None = None,
        InitContainer: Sequence[t.InitContainerRequest] | None = None,
        Volume: Sequence[t.VolumeRequest] | None = None,
        RestartPolicy: Literal["Always", "OnFailure", "Never"] | None = None,
        Cpu: float | None = None,
        Memory: float | None = None,
        DnsConfig: t.DnsConfigRequest | None = None,
        ImageRegistryCredential: Sequence[t.ImageRegistryCredentialRequest] | None = None,
        AcrRegistryInfo: Sequence[t.AcrRegistryInfoRequest] | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.Acknowledgement:
        """Change a container group in place.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            UpdateType: RenewUpdate (default): lists replace those of the group. IncrementalUpdate: only
                what is sent changes.
            Container: The containers, matched by Name.
            Cpu: vCPU of the group; 0 leaves it.
            Memory: GiB of the group; 0 leaves it.
            DnsConfig: Resolver settings.
            ImageRegistryCredential: Logins of private registries.
            ResourceGroupId: Resource group, rg-….
            Tag: Tags of the resource.
        """
        answer: t.Acknowledgement = self._call(
            "UpdateContainerGroup",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            ClientToken=ClientToken or new_token(),
            UpdateType=UpdateType,
            Container=Container,
            InitContainer=InitContainer,
            Volume=Volume,
            RestartPolicy=RestartPolicy,
            Cpu=Cpu,
            Memory=Memory,
            DnsConfig=DnsConfig,
            ImageRegistryCredential=ImageRegistryCredential,
            AcrRegistryInfo=AcrRegistryInfo,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
        )
        return answer

    def describe_container_groups(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupIds: str | t.Strings | None = None,
        ContainerGroupName: str | None = None,
        Status: t.ContainerGroupStatus | None = None,
        ZoneId: str | None = None,
        VSwitchId: str | None = None,
        SecurityGroupId: str | None = None,
        ResourceGroupId: str | None = None,
        ComputeCategory: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        WithEvent: bool | None = None,
        Limit: int | None = None,
        NextToken: str | None = None,
    ) -> t.DescribeContainerGroupsResponse:
        """List container groups.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupIds: Container groups as a JSON list in a string, 20 at most:
                `["eci-1","eci-2"]`. Or a list.
            ContainerGroupName: Only groups of this name.
            Status: Only groups in this status.
            ZoneId: Zone, such as cn-hangzhou-h.
            VSwitchId: vSwitch, vsw-….
            SecurityGroupId: Security group, sg-….
            ResourceGroupId: Resource group, rg-….
            ComputeCategory: Only groups of this kind of compute.
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            WithEvent: Give the events of each group too.
            Limit: Groups per page; default and maximum 20, 0 means the default.
            NextToken: Cursor from the previous page; leave it out for the first page.
        """
        answer: t.DescribeContainerGroupsResponse = self._call(
            "DescribeContainerGroups",
            RegionId=RegionId or self.region,
            ContainerGroupIds=json_list(ContainerGroupIds),
            ContainerGroupName=ContainerGroupName,
            Status=Status,
            ZoneId=ZoneId,
            VSwitchId=VSwitchId,
            SecurityGroupId=SecurityGroupId,
            ResourceGroupId=ResourceGroupId,
            ComputeCategory=ComputeCategory,
            Tag=Tag,
            WithEvent=WithEvent,
            Limit=Limit,
            NextToken=NextToken,
        )
        return answer

    def iter_container_groups(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupIds: str | t.Strings | None = None,
        ContainerGroupName: str | None = None,
        Status: t.ContainerGroupStatus | None = None,
        ZoneId: str | None = None,
        VSwitchId: str | None = None,
        SecurityGroupId: str | None = None,
        ResourceGroupId: str | None = None,
        ComputeCategory: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        WithEvent: bool | None = None,
        Limit: int | None = None,
    ) -> Iterator[t.ContainerGroup]:
        """List container groups: all of them, page by page.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupIds: Container groups as a JSON list in a string, 20 at most:
                `["eci-1","eci-2"]`. Or a list.
            ContainerGroupName: Only groups of this name.
            Status: Only groups in this status.
            ZoneId: Zone, such as cn-hangzhou-h.
            VSwitchId: vSwitch, vsw-….
            SecurityGroupId: Security group, sg-….
            ResourceGroupId: Resource group, rg-….
            ComputeCategory: Only groups of this kind of compute.
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            WithEvent: Give the events of each group too.
            Limit: Groups per page; default and maximum 20, 0 means the default.
        """
        return self._pages(
            self.describe_container_groups,
            "ContainerGroups",
            RegionId=RegionId,
            ContainerGroupIds=ContainerGroupIds,
            ContainerGroupName=ContainerGroupName,
            Status=Status,
            ZoneId=ZoneId,
            VSwitchId=VSwitchId,
            SecurityGroupId=SecurityGroupId,
            ResourceGroupId=ResourceGroupId,
            ComputeCategory=ComputeCategory,
            Tag=Tag,
            WithEvent=WithEvent,
            Limit=Limit,
        )

    def describe_container_group_status(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupIds: str | t.Strings | None = None,
        ZoneId: str | None = None,
        VSwitchId: str | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        SinceSecond: int | None = None,
        Limit: int | None = None,
        NextToken: str | None = None,
    ) -> t.DescribeContainerGroupStatusResponse:
        """List the statuses of groups as Kubernetes sees pods.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupIds: Container groups as a JSON list in a string, 20 at most:
                `["eci-1","eci-2"]`. Or a list.
            ZoneId: Zone, such as cn-hangzhou-h.
            VSwitchId: vSwitch, vsw-….
            ResourceGroupId: Resource group, rg-….
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            SinceSecond: Only what changed in the last so many seconds.
            Limit: Groups per page.
            NextToken: Cursor from the previous page; leave it out for the first page.
        """
        answer: t.DescribeContainerGroupStatusResponse = self._call(
            "DescribeContainerGroupStatus",
            RegionId=RegionId or self.region,
            ContainerGroupIds=json_list(ContainerGroupIds),
            ZoneId=ZoneId,
            VSwitchId=VSwitchId,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
            SinceSecond=SinceSecond,
            Limit=Limit,
            NextToken=NextToken,
        )
        return answer

    def iter_container_group_status(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupIds: str | t.Strings | None = None,
        ZoneId: str | None = None,
        VSwitchId: str | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        SinceSecond: int | None = None,
        Limit: int | None = None,
    ) -> Iterator[t.ContainerGroupStatusRecord]:
        """List the statuses of groups as Kubernetes sees pods: all of them, page by page.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupIds: Container groups as a JSON list in a string, 20 at most:
                `["eci-1","eci-2"]`. Or a list.
            ZoneId: Zone, such as cn-hangzhou-h.
            VSwitchId: vSwitch, vsw-….
            ResourceGroupId: Resource group, rg-….
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            SinceSecond: Only what changed in the last so many seconds.
            Limit: Groups per page.
        """
        return self._pages(
            self.describe_container_group_status,
            "Data",
            RegionId=RegionId,
            ContainerGroupIds=ContainerGroupIds,
            ZoneId=ZoneId,
            VSwitchId=VSwitchId,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
            SinceSecond=SinceSecond,
            Limit=Limit,
        )

    def describe_container_group_events(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupIds: str | t.Strings | None = None,
        ZoneId: str | None = None,
        VSwitchId: str | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        SinceSecond: int | None = None,
        Limit: int | None = None,
        NextToken: str | None = None,
        EventSource: Literal["EciService", "K8sAgent"] | None = None,
    ) -> t.DescribeContainerGroupEventsResponse:
        """List the events of groups.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupIds: Container groups as a JSON list in a string, 20 at most:
                `["eci-1","eci-2"]`. Or a list.
            ZoneId: Zone, such as cn-hangzhou-h.
            VSwitchId: vSwitch, vsw-….
            ResourceGroupId: Resource group, rg-….
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            SinceSecond: Only what changed in the last so many seconds.
            Limit: Groups per page.
            NextToken: Cursor from the previous page; leave it out for the first page.
            EventSource: Only events told by this component.
        """
        answer: t.DescribeContainerGroupEventsResponse = self._call(
            "DescribeContainerGroupEvents",
            RegionId=RegionId or self.region,
            ContainerGroupIds=json_list(ContainerGroupIds),
            ZoneId=ZoneId,
            VSwitchId=VSwitchId,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
            SinceSecond=SinceSecond,
            Limit=Limit,
            NextToken=NextToken,
            EventSource=EventSource,
        )
        return answer

    def iter_container_group_events(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupIds: str | t.Strings | None = None,
        ZoneId: str | None = None,
        VSwitchId: str | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        SinceSecond: int | None = None,
        Limit: int | None = None,
        EventSource: Literal["EciService", "K8sAgent"] | None = None,
    ) -> Iterator[t.ContainerGroupEventsRecord]:
        """List the events of groups: all of them, page by page.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupIds: Container groups as a JSON list in a string, 20 at most:
                `["eci-1","eci-2"]`. Or a list.
            ZoneId: Zone, such as cn-hangzhou-h.
            VSwitchId: vSwitch, vsw-….
            ResourceGroupId: Resource group, rg-….
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            SinceSecond: Only what changed in the last so many seconds.
            Limit: Groups per page.
            EventSource: Only events told by this component.
        """
        return self._pages(
            self.describe_container_group_events,
            "Data",
            RegionId=RegionId,
            ContainerGroupIds=ContainerGroupIds,
            ZoneId=ZoneId,
            VSwitchId=VSwitchId,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
            SinceSecond=SinceSecond,
            Limit=Limit,
            EventSource=EventSource,
        )

    def restart_container_group(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        ClientToken: str | None = None,
    ) -> t.Acknowledgement:
        """Restart all containers of a group.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
        """
        answer: t.Acknowledgement = self._call(
            "RestartContainerGroup",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            ClientToken=ClientToken or new_token(),
        )
        return answer

    def delete_container_group(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        ClientToken: str | None = None,
        Force: bool | None = None,
    ) -> t.Acknowledgement:
        """Delete a container group.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Force: Kill at once, without hooks and grace period.
        """
        answer: t.Acknowledgement = self._call(
            "DeleteContainerGroup",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            ClientToken=ClientToken or new_token(),
            Force=Force,
        )
        return answer

    def resize_container_group_volume(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        VolumeName: str,
        NewSize: int,
        ClientToken: str | None = None,
    ) -> t.Acknowledgement:
        """Enlarge a disk of a group.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            VolumeName: Volume of the group; a FlexVolume of driver alicloud/disk.
            NewSize: New size, GiB; can only grow.
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
        """
        answer: t.Acknowledgement = self._call(
            "ResizeContainerGroupVolume",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            VolumeName=VolumeName,
            NewSize=NewSize,
            ClientToken=ClientToken or new_token(),
        )
        return answer

    def exec_container_command(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        ContainerName: str,
        Command: str | t.Strings,
        TTY: bool | None = None,
        Stdin: bool | None = None,
        Sync: bool | None = None,
    ) -> t.ExecContainerCommandResponse:
        """Run a command in a container.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            ContainerName: Container of the group.
            Command: Command and arguments as a JSON list in a string: `["/bin/sh","-c","ls"]`; 20 items
                of 256 characters at most. A bare string is a command without arguments. Or a list.
            TTY: Allocate a terminal; default false.
            Stdin: Read standard input; default true.
            Sync: Wait for the end and answer with the output; needs TTY=false. Default false: answer with
                addresses to connect to.
        """
        answer: t.ExecContainerCommandResponse = self._call(
            "ExecContainerCommand",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            ContainerName=ContainerName,
            Command=json_list(Command),
            TTY=TTY,
            Stdin=Stdin,
            Sync=Sync,
        )
        return answer

    def describe_container_log(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        ContainerName: str,
        Tail: int | None = None,
        SinceSeconds: int | None = None,
        StartTime: str | None = None,
        LastTime: bool | None = None,
        LimitBytes: int | None = None,
        Timestamps: bool | None = None,
    ) -> t.DescribeContainerLogResponse:
        """Read the log of a container.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            ContainerName: Container of the group.
            Tail: Last lines to give; default 500.
            SinceSeconds: Only lines of the last so many seconds.
            StartTime: Only lines from this time on, RFC 3339.
            LastTime: The log of the container's previous run.
            LimitBytes: Bytes to give at most; default and maximum 1 MiB.
            Timestamps: Put the time in front of each line.
        """
        answer: t.DescribeContainerLogResponse = self._call(
            "DescribeContainerLog",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            ContainerName=ContainerName,
            Tail=Tail,
            SinceSeconds=SinceSeconds,
            StartTime=StartTime,
            LastTime=LastTime,
            LimitBytes=LimitBytes,
            Timestamps=Timestamps,
        )
        return answer

    def commit_container(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        ContainerName: str,
        Image: t.CommitContainerImageRequest | None = None,
        AcrRegistryInfo: t.CommitContainerAcrRegistryInfoRequest | None = None,
        Arn: t.CommitContainerArnRequest | None = None,
    ) -> t.CommitContainerResponse:
        """Make an image of a running container.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            ContainerName: Container to make an image of.
            Image: The image to make.
            AcrRegistryInfo: Registry instance the image is pushed to.
            Arn: Role used for the push.
        """
        answer: t.CommitContainerResponse = self._call(
            "CommitContainer",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            ContainerName=ContainerName,
            Image=Image,
            AcrRegistryInfo=AcrRegistryInfo,
            Arn=Arn,
        )
        return answer

    def describe_commit_container_task(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str | None = None,
        TaskId: t.Strings | None = None,
        TaskStatus: Literal["Running", "Succeeded", "Failed"] | None = None,
        MaxResults: int | None = None,
        NextToken: str | None = None,
    ) -> t.DescribeCommitContainerTaskResponse:
        """List the tasks that make images.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            TaskId: Tasks, t-….
            TaskStatus: Only tasks in this status.
            MaxResults: Tasks per page; default 10, maximum 50, 0 means the default.
            NextToken: Cursor from the previous page; leave it out for the first page.
        """
        answer: t.DescribeCommitContainerTaskResponse = self._call(
            "DescribeCommitContainerTask",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            TaskId=TaskId,
            TaskStatus=TaskStatus,
            MaxResults=MaxResults,
            NextToken=NextToken,
        )
        return answer

    def iter_commit_container_task(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str | None = None,
        TaskId: t.Strings | None = None,
        TaskStatus: Literal["Running", "Succeeded", "Failed"] | None = None,
        MaxResults: int | None = None,
    ) -> Iterator[t.CommitTask]:
        """List the tasks that make images: all of them, page by page.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            TaskId: Tasks, t-….
            TaskStatus: Only tasks in this status.
            MaxResults: Tasks per page; default 10, maximum 50, 0 means the default.
        """
        return self._pages(
            self.describe_commit_container_task,
            "CommitTasks",
            RegionId=RegionId,
            ContainerGroupId=ContainerGroupId,
            TaskId=TaskId,
            TaskStatus=TaskStatus,
            MaxResults=MaxResults,
        )

    def create_image_cache(
        self,
        *,
        RegionId: str | None = None,
        ZoneId: str | None = None,
        SecurityGroupId: str | None = None,
        VSwitchId: str | None = None,
        EipInstanceId: str | None = None,
        ImageCacheName: str,
        Image: t.Strings,
        ImageCacheSize: int | None = None,
        RetentionDays: int | None = None,
        AutoMatchImageCache: bool | None = None,
        ImageRegistryCredential: Sequence[t.ImageRegistryCredentialRequest] | None = None,
        AcrRegistryInfo: Sequence[t.AcrRegistryInfoRequest] | None = None,
        Flash: bool | None = None,
        StandardCopyCount: int | None = None,
        FlashCopyCount: int | None = None,
        EliminationStrategy: Literal["LRU"] | None = None,
        PlainHttpRegistry: str | None = None,
        InsecureRegistry: str | None = None,
        OsType: Literal["Linux", "Windows"] | None = None,
        Annotations: str | None = None,
        ResourceGroupId: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.CreateImageCacheResponse:
        """Create an image cache.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ZoneId: Zone, such as cn-hangzhou-h.
            SecurityGroupId: Security group, sg-….
            VSwitchId: vSwitch of the instance that builds the cache; a comma-separated list of up to 10
                is tried in order.
            EipInstanceId: Public address for the time it is built, eip-….
            ImageCacheName: Name of the cache.
            Image: Images to keep in the cache.
            ImageCacheSize: Size of the cache, GiB; default 20.
            RetentionDays: Days until the cache is deleted; left out or 0: kept.
            AutoMatchImageCache: Build on top of a fitting older cache.
            ImageRegistryCredential: Logins of private registries.
            Flash: Make a local snapshot first, usable at once.
            StandardCopyCount: Copies of the regular snapshot.
            FlashCopyCount: Copies of the local snapshot.
            EliminationStrategy: What to drop when the quota is full: LRU, or nothing when left out.
            PlainHttpRegistry: Registries to speak plain HTTP with, comma separated.
            InsecureRegistry: Registries whose certificate is not verified, comma separated.
            OsType: Default Linux.
            Annotations: Annotations as a JSON object in a string.
            ResourceGroupId: Resource group, rg-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Tags of the resource.
        """
        answer: t.CreateImageCacheResponse = self._call(
            "CreateImageCache",
            RegionId=RegionId or self.region,
            ZoneId=ZoneId,
            SecurityGroupId=SecurityGroupId,
            VSwitchId=VSwitchId,
            EipInstanceId=EipInstanceId,
            ImageCacheName=ImageCacheName,
            Image=Image,
            ImageCacheSize=ImageCacheSize,
            RetentionDays=RetentionDays,
            AutoMatchImageCache=AutoMatchImageCache,
            ImageRegistryCredential=ImageRegistryCredential,
            AcrRegistryInfo=AcrRegistryInfo,
            Flash=Flash,
            StandardCopyCount=StandardCopyCount,
            FlashCopyCount=FlashCopyCount,
            EliminationStrategy=EliminationStrategy,
            PlainHttpRegistry=PlainHttpRegistry,
            InsecureRegistry=InsecureRegistry,
            OsType=OsType,
            Annotations=Annotations,
            ResourceGroupId=ResourceGroupId,
            ClientToken=ClientToken or new_token(),
            Tag=Tag,
        )
        return answer

    def update_image_cache(
        self,
        *,
        RegionId: str | None = None,
        ImageCacheId: str,
        SecurityGroupId: str | None = None,
        VSwitchId: str | None = None,
        EipInstanceId: str | None = None,
        ImageCacheName: str | None = None,
        Image: t.Strings | None = None,
        ImageCacheSize: int | None = None,
        RetentionDays: int | None = None,
        AutoMatchImageCache: bool | None = None,
        ImageRegistryCredential: Sequence[t.ImageRegistryCredentialRequest] | None = None,
        AcrRegistryInfo: Sequence[t.AcrRegistryInfoRequest] | None = None,
        Flash: bool | None = None,
        StandardCopyCount: int | None = None,
        FlashCopyCount: int | None = None,
        EliminationStrategy: Literal["LRU"] | None = None,
        ResourceGroupId: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.Acknowledgement:
        """Change an image cache.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ImageCacheId: Image cache, imc-….
            SecurityGroupId: Security group, sg-….
            VSwitchId: vSwitch of the instance that builds the cache; a comma-separated list of up to 10
                is tried in order.
            EipInstanceId: Public address for the time it is built, eip-….
            ImageCacheName: New name of the cache.
            Image: Images to keep in the cache from now on.
            ImageCacheSize: Size of the cache, GiB; default 20.
            RetentionDays: Days until the cache is deleted; left out or 0: kept.
            AutoMatchImageCache: Build on top of a fitting older cache.
            ImageRegistryCredential: Logins of private registries.
            Flash: Make a local snapshot first, usable at once.
            StandardCopyCount: Copies of the regular snapshot.
            FlashCopyCount: Copies of the local snapshot.
            EliminationStrategy: What to drop when the quota is full: LRU, or nothing when left out.
            ResourceGroupId: Resource group, rg-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Tags of the resource.
        """
        answer: t.Acknowledgement = self._call(
            "UpdateImageCache",
            RegionId=RegionId or self.region,
            ImageCacheId=ImageCacheId,
            SecurityGroupId=SecurityGroupId,
            VSwitchId=VSwitchId,
            EipInstanceId=EipInstanceId,
            ImageCacheName=ImageCacheName,
            Image=Image,
            ImageCacheSize=ImageCacheSize,
            RetentionDays=RetentionDays,
            AutoMatchImageCache=AutoMatchImageCache,
            ImageRegistryCredential=ImageRegistryCredential,
            AcrRegistryInfo=AcrRegistryInfo,
            Flash=Flash,
            StandardCopyCount=StandardCopyCount,
            FlashCopyCount=FlashCopyCount,
            EliminationStrategy=EliminationStrategy,
            ResourceGroupId=ResourceGroupId,
            ClientToken=ClientToken or new_token(),
            Tag=Tag,
        )
        return answer

    def describe_image_caches(
        self,
        *,
        RegionId: str | None = None,
        ImageCacheId: str | None = None,
        ImageCacheName: str | None = None,
        SnapshotId: str | None = None,
        Image: str | None = None,
        MatchImage: t.Strings | None = None,
        ImageFullMatch: bool | None = None,
        ImageMatchCountRequest: int | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        Limit: int | None = None,
        NextToken: str | None = None,
    ) -> t.DescribeImageCachesResponse:
        """List image caches.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ImageCacheId: Only this cache, imc-….
            ImageCacheName: Only caches of this name.
            SnapshotId: Only the cache of this snapshot, s-….
            Image: Only caches that hold this image.
            MatchImage: Images to match; the best caches come first.
            ImageFullMatch: Only caches that hold all of MatchImage.
            ImageMatchCountRequest: Caches to give at most when matching.
            ResourceGroupId: Resource group, rg-….
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            Limit: Caches per page; 0 means the default.
            NextToken: Cursor from the previous page; leave it out for the first page.
        """
        answer: t.DescribeImageCachesResponse = self._call(
            "DescribeImageCaches",
            RegionId=RegionId or self.region,
            ImageCacheId=ImageCacheId,
            ImageCacheName=ImageCacheName,
            SnapshotId=SnapshotId,
            Image=Image,
            MatchImage=MatchImage,
            ImageFullMatch=ImageFullMatch,
            ImageMatchCountRequest=ImageMatchCountRequest,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
            Limit=Limit,
            NextToken=NextToken,
        )
        return answer

    def iter_image_caches(
        self,
        *,
        RegionId: str | None = None,
        ImageCacheId: str | None = None,
        ImageCacheName: str | None = None,
        SnapshotId: str | None = None,
        Image: str | None = None,
        MatchImage: t.Strings | None = None,
        ImageFullMatch: bool | None = None,
        ImageMatchCountRequest: int | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        Limit: int | None = None,
    ) -> Iterator[t.ImageCache]:
        """List image caches: all of them, page by page.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ImageCacheId: Only this cache, imc-….
            ImageCacheName: Only caches of this name.
            SnapshotId: Only the cache of this snapshot, s-….
            Image: Only caches that hold this image.
            MatchImage: Images to match; the best caches come first.
            ImageFullMatch: Only caches that hold all of MatchImage.
            ImageMatchCountRequest: Caches to give at most when matching.
            ResourceGroupId: Resource group, rg-….
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            Limit: Caches per page; 0 means the default.
        """
        return self._pages(
            self.describe_image_caches,
            "ImageCaches",
            RegionId=RegionId,
            ImageCacheId=ImageCacheId,
            ImageCacheName=ImageCacheName,
            SnapshotId=SnapshotId,
            Image=Image,
            MatchImage=MatchImage,
            ImageFullMatch=ImageFullMatch,
            ImageMatchCountRequest=ImageMatchCountRequest,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
            Limit=Limit,
        )

    def delete_image_cache(
        self,
        *,
        RegionId: str | None = None,
        ImageCacheId: str,
        ClientToken: str | None = None,
    ) -> t.Acknowledgement:
        """Delete an image cache.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ImageCacheId: Image cache, imc-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
        """
        answer: t.Acknowledgement = self._call(
            "DeleteImageCache",
            RegionId=RegionId or self.region,
            ImageCacheId=ImageCacheId,
            ClientToken=ClientToken or new_token(),
        )
        return answer

    def create_data_cache(
        self,
        *,
        RegionId: str | None = None,
        SecurityGroupId: str | None = None,
        VSwitchId: str | None = None,
        EipInstanceId: str | None = None,
        Name: str | None = None,
        Bucket: str | None = None,
        Path: str | None = None,
        Size: int | None = None,
        DataSource: t.DataSourceRequest | None = None,
        RetentionDays: int | None = None,
        EipCreateParam: t.EipCreateParamRequest | None = None,
        ResourceGroupId: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.CreateDataCacheResponse:
        """Create a data cache.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            SecurityGroupId: Security group, sg-….
            VSwitchId: vSwitch of the instance that builds the cache; a comma-separated list of up to 10
                is tried in order.
            EipInstanceId: Public address for the time it is built, eip-….
            Name: Name of the cache.
            Bucket: Bucket the cache lies in; default `default`.
            Path: Path of the data in the bucket; groups mount it by this path.
            Size: Size of the cache, GiB; default 20.
            DataSource: Where the data of a cache come from.
            RetentionDays: Days until the cache is deleted; left out or 0: kept.
            EipCreateParam: The public address made for the time the cache is built.
            ResourceGroupId: Resource group, rg-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Tags of the resource.
        """
        answer: t.CreateDataCacheResponse = self._call(
            "CreateDataCache",
            RegionId=RegionId or self.region,
            SecurityGroupId=SecurityGroupId,
            VSwitchId=VSwitchId,
            EipInstanceId=EipInstanceId,
            Name=Name,
            Bucket=Bucket,
            Path=Path,
            Size=Size,
            DataSource=DataSource,
            RetentionDays=RetentionDays,
            EipCreateParam=EipCreateParam,
            ResourceGroupId=ResourceGroupId,
            ClientToken=ClientToken or new_token(),
            Tag=Tag,
        )
        return answer

    def update_data_cache(
        self,
        *,
        RegionId: str | None = None,
        DataCacheId: str | None = None,
        SecurityGroupId: str | None = None,
        VSwitchId: str | None = None,
        EipInstanceId: str | None = None,
        Name: str | None = None,
        Bucket: str | None = None,
        Size: int | None = None,
        DataSource: t.DataSourceRequest | None = None,
        RetentionDays: int | None = None,
        EipCreateParam: t.EipCreateParamRequest | None = None,
        ResourceGroupId: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.Acknowledgement:
        """Change a data cache.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            DataCacheId: Data cache, edc-….
            SecurityGroupId: Security group, sg-….
            VSwitchId: vSwitch of the instance that builds the cache; a comma-separated list of up to 10
                is tried in order.
            EipInstanceId: Public address for the time it is built, eip-….
            Name: New name of the cache.
            Bucket: Bucket the cache lies in; default `default`.
            Size: Size of the cache, GiB; default 20.
            DataSource: Where the data of a cache come from.
            RetentionDays: Days until the cache is deleted; left out or 0: kept.
            EipCreateParam: The public address made for the time the cache is built.
            ResourceGroupId: Resource group, rg-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Tags of the resource.
        """
        answer: t.Acknowledgement = self._call(
            "UpdateDataCache",
            RegionId=RegionId or self.region,
            DataCacheId=DataCacheId,
            SecurityGroupId=SecurityGroupId,
            VSwitchId=VSwitchId,
            EipInstanceId=EipInstanceId,
            Name=Name,
            Bucket=Bucket,
            Size=Size,
            DataSource=DataSource,
            RetentionDays=RetentionDays,
            EipCreateParam=EipCreateParam,
            ResourceGroupId=ResourceGroupId,
            ClientToken=ClientToken or new_token(),
            Tag=Tag,
        )
        return answer

    def copy_data_cache(
        self,
        *,
        RegionId: str | None = None,
        DataCacheId: str,
        DestinationRegionId: str,
        Name: str | None = None,
        Bucket: str | None = None,
        Path: str | None = None,
        RetentionDays: int | None = None,
        ResourceGroupId: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.CopyDataCacheResponse:
        """Copy a data cache to another region.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            DataCacheId: Cache to copy, edc-….
            DestinationRegionId: Region of the copy.
            Name: Name of the copy.
            Bucket: Bucket the cache lies in; default `default`.
            Path: Path of the copy in the bucket.
            RetentionDays: Days until the cache is deleted; left out or 0: kept.
            ResourceGroupId: Resource group, rg-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Tags of the resource.
        """
        answer: t.CopyDataCacheResponse = self._call(
            "CopyDataCache",
            RegionId=RegionId or self.region,
            DataCacheId=DataCacheId,
            DestinationRegionId=DestinationRegionId,
            Name=Name,
            Bucket=Bucket,
            Path=Path,
            RetentionDays=RetentionDays,
            ResourceGroupId=ResourceGroupId,
            ClientToken=ClientToken or new_token(),
            Tag=Tag,
        )
        return answer

    def describe_data_caches(
        self,
        *,
        RegionId: str | None = None,
        DataCacheId: t.Strings | None = None,
        Bucket: str | None = None,
        Path: str | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        Limit: int | None = None,
        NextToken: str | None = None,
    ) -> t.DescribeDataCachesResponse:
        """List data caches.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            DataCacheId: Only these caches, edc-….
            Bucket: Only caches in this bucket.
            Path: Only the cache at this path.
            ResourceGroupId: Resource group, rg-….
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            Limit: Caches per page; maximum 20, 0 means the default.
            NextToken: Cursor from the previous page; leave it out for the first page.
        """
        answer: t.DescribeDataCachesResponse = self._call(
            "DescribeDataCaches",
            RegionId=RegionId or self.region,
            DataCacheId=DataCacheId,
            Bucket=Bucket,
            Path=Path,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
            Limit=Limit,
            NextToken=NextToken,
        )
        return answer

    def iter_data_caches(
        self,
        *,
        RegionId: str | None = None,
        DataCacheId: t.Strings | None = None,
        Bucket: str | None = None,
        Path: str | None = None,
        ResourceGroupId: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        Limit: int | None = None,
    ) -> Iterator[t.DataCache]:
        """List data caches: all of them, page by page.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            DataCacheId: Only these caches, edc-….
            Bucket: Only caches in this bucket.
            Path: Only the cache at this path.
            ResourceGroupId: Resource group, rg-….
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            Limit: Caches per page; maximum 20, 0 means the default.
        """
        return self._pages(
            self.describe_data_caches,
            "DataCaches",
            RegionId=RegionId,
            DataCacheId=DataCacheId,
            Bucket=Bucket,
            Path=Path,
            ResourceGroupId=ResourceGroupId,
            Tag=Tag,
            Limit=Limit,
        )

    def delete_data_cache(
        self,
        *,
        RegionId: str | None = None,
        DataCacheId: str | None = None,
        Bucket: str | None = None,
        Path: str | None = None,
        ClientToken: str | None = None,
    ) -> t.Acknowledgement:
        """Delete a data cache.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            DataCacheId: Data cache, edc-…; or give Bucket and Path.
            Bucket: Bucket the cache lies in; default `default`.
            Path: Path of the cache in the bucket.
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
        """
        answer: t.Acknowledgement = self._call(
            "DeleteDataCache",
            RegionId=RegionId or self.region,
            DataCacheId=DataCacheId,
            Bucket=Bucket,
            Path=Path,
            ClientToken=ClientToken or new_token(),
        )
        return answer

    def create_virtual_node(
        self,
        *,
        RegionId: str | None = None,
        ZoneId: str | None = None,
        SecurityGroupId: str,
        VSwitchId: str,
        VirtualNodeName: str | None = None,
        KubeConfig: str | None = None,
        TlsBootstrapEnabled: bool | None = None,
        CustomResources: str | None = None,
        ClusterDomain: str | None = None,
        ClusterDNS: str | None = None,
        EnablePublicNetwork: bool | None = None,
        EipInstanceId: str | None = None,
        Taint: Sequence[t.TaintRequest] | None = None,
        ResourceGroupId: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.CreateVirtualNodeResponse:
        """Create a virtual node.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ZoneId: Zone, such as cn-hangzhou-h.
            SecurityGroupId: Security group, sg-….
            VSwitchId: vSwitch of the node; a comma-separated list of up to 10 is tried in order.
            VirtualNodeName: Name of the node.
            KubeConfig: Kubeconfig of the cluster the node joins, base64.
            TlsBootstrapEnabled: Let the node ask the cluster for its own certificate.
            CustomResources: Extra resources the node announces, as a JSON object in a string.
            ClusterDomain: Domain of the cluster, such as cluster.local.
            ClusterDNS: Addresses of the cluster's name servers, comma separated.
            EnablePublicNetwork: Make a public address for the node.
            EipInstanceId: Existing public address to bind, eip-….
            Taint: Taints of the node.
            ResourceGroupId: Resource group, rg-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Tags of the resource.
        """
        answer: t.CreateVirtualNodeResponse = self._call(
            "CreateVirtualNode",
            RegionId=RegionId or self.region,
            ZoneId=ZoneId,
            SecurityGroupId=SecurityGroupId,
            VSwitchId=VSwitchId,
            VirtualNodeName=VirtualNodeName,
            KubeConfig=KubeConfig,
            TlsBootstrapEnabled=TlsBootstrapEnabled,
            CustomResources=CustomResources,
            ClusterDomain=ClusterDomain,
            ClusterDNS=ClusterDNS,
            EnablePublicNetwork=EnablePublicNetwork,
            EipInstanceId=EipInstanceId,
            Taint=Taint,
            ResourceGroupId=ResourceGroupId,
            ClientToken=ClientToken or new_token(),
            Tag=Tag,
        )
        return answer

    def update_virtual_node(
        self,
        *,
        RegionId: str | None = None,
        VirtualNodeId: str,
        VirtualNodeName: str | None = None,
        CustomResources: str | None = None,
        ClusterDomain: str | None = None,
        ClusterDNS: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
    ) -> t.Acknowledgement:
        """Change a virtual node.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            VirtualNodeId: Virtual node, vnd-….
            VirtualNodeName: New name of the node.
            CustomResources: Extra resources the node announces, as a JSON object in a string.
            ClusterDomain: Domain of the cluster, such as cluster.local.
            ClusterDNS: Addresses of the cluster's name servers, comma separated.
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Tags of the resource.
        """
        answer: t.Acknowledgement = self._call(
            "UpdateVirtualNode",
            RegionId=RegionId or self.region,
            VirtualNodeId=VirtualNodeId,
            VirtualNodeName=VirtualNodeName,
            CustomResources=CustomResources,
            ClusterDomain=ClusterDomain,
            ClusterDNS=ClusterDNS,
            ClientToken=ClientToken or new_token(),
            Tag=Tag,
        )
        return answer

    def describe_virtual_nodes(
        self,
        *,
        RegionId: str | None = None,
        VirtualNodeIds: str | t.Strings | None = None,
        VirtualNodeName: str | None = None,
        Status: Literal["Pending", "Ready", "Failed", "Cleaned"] | None = None,
        ResourceGroupId: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        Limit: int | None = None,
        NextToken: str | None = None,
    ) -> t.DescribeVirtualNodesResponse:
        """List virtual nodes.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            VirtualNodeIds: Virtual nodes as a JSON list in a string: `["vnd-1"]`. Or a list.
            VirtualNodeName: Only nodes of this name.
            Status: Only nodes in this status.
            ResourceGroupId: Resource group, rg-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            Limit: Nodes per page; 0 means the default.
            NextToken: Cursor from the previous page; leave it out for the first page.
        """
        answer: t.DescribeVirtualNodesResponse = self._call(
            "DescribeVirtualNodes",
            RegionId=RegionId or self.region,
            VirtualNodeIds=json_list(VirtualNodeIds),
            VirtualNodeName=VirtualNodeName,
            Status=Status,
            ResourceGroupId=ResourceGroupId,
            ClientToken=ClientToken,
            Tag=Tag,
            Limit=Limit,
            NextToken=NextToken,
        )
        return answer

    def iter_virtual_nodes(
        self,
        *,
        RegionId: str | None = None,
        VirtualNodeIds: str | t.Strings | None = None,
        VirtualNodeName: str | None = None,
        Status: Literal["Pending", "Ready", "Failed", "Cleaned"] | None = None,
        ResourceGroupId: str | None = None,
        ClientToken: str | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        Limit: int | None = None,
    ) -> Iterator[t.VirtualNode]:
        """List virtual nodes: all of them, page by page.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            VirtualNodeIds: Virtual nodes as a JSON list in a string: `["vnd-1"]`. Or a list.
            VirtualNodeName: Only nodes of this name.
            Status: Only nodes in this status.
            ResourceGroupId: Resource group, rg-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            Limit: Nodes per page; 0 means the default.
        """
        return self._pages(
            self.describe_virtual_nodes,
            "VirtualNodes",
            RegionId=RegionId,
            VirtualNodeIds=VirtualNodeIds,
            VirtualNodeName=VirtualNodeName,
            Status=Status,
            ResourceGroupId=ResourceGroupId,
            ClientToken=ClientToken,
            Tag=Tag,
            Limit=Limit,
        )

    def delete_virtual_node(
        self,
        *,
        RegionId: str | None = None,
        VirtualNodeId: str,
        ClientToken: str | None = None,
    ) -> t.Acknowledgement:
        """Delete a virtual node.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            VirtualNodeId: Virtual node, vnd-….
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
        """
        answer: t.Acknowledgement = self._call(
            "DeleteVirtualNode",
            RegionId=RegionId or self.region,
            VirtualNodeId=VirtualNodeId,
            ClientToken=ClientToken or new_token(),
        )
        return answer

    def describe_container_group_metric(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        StartTime: str | None = None,
        EndTime: str | None = None,
        Period: Literal["15", "30", "60", "600"] | None = None,
    ) -> t.DescribeContainerGroupMetricResponse:
        """Read what one group uses.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            StartTime: First moment, RFC 3339.
            EndTime: Last moment, RFC 3339.
            Period: Seconds between two records.
        """
        answer: t.DescribeContainerGroupMetricResponse = self._call(
            "DescribeContainerGroupMetric",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            StartTime=StartTime,
            EndTime=EndTime,
            Period=Period,
        )
        return answer

    def describe_multi_container_group_metric(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupIds: str | t.Strings,
        ResourceGroupId: str | None = None,
        MetricType: str | None = None,
    ) -> t.DescribeMultiContainerGroupMetricResponse:
        """Read what several groups use.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupIds: Container groups as a JSON list in a string, 20 at most:
                `["eci-1","eci-2"]`. Or a list.
            ResourceGroupId: Resource group, rg-….
            MetricType: Kind of metric, such as summary.
        """
        answer: t.DescribeMultiContainerGroupMetricResponse = self._call(
            "DescribeMultiContainerGroupMetric",
            RegionId=RegionId or self.region,
            ContainerGroupIds=json_list(ContainerGroupIds),
            ResourceGroupId=ResourceGroupId,
            MetricType=MetricType,
        )
        return answer

    def create_instance_ops_task(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        OpsType: str,
        OpsValue: str,
    ) -> t.CreateInstanceOpsTaskResponse:
        """Start a core dump or a packet capture.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            OpsType: Kind of task: coredump or tcpdump.
            OpsValue: What to do: enable or disable for coredump, a JSON object for tcpdump.
        """
        answer: t.CreateInstanceOpsTaskResponse = self._call(
            "CreateInstanceOpsTask",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            OpsType=OpsType,
            OpsValue=OpsValue,
        )
        return answer

    def describe_instance_ops_records(
        self,
        *,
        RegionId: str | None = None,
        ContainerGroupId: str,
        OpsType: str,
    ) -> t.DescribeInstanceOpsRecordsResponse:
        """List core dumps or packet captures.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ContainerGroupId: Container group, eci-….
            OpsType: Kind of task: coredump or tcpdump.
        """
        answer: t.DescribeInstanceOpsRecordsResponse = self._call(
            "DescribeInstanceOpsRecords",
            RegionId=RegionId or self.region,
            ContainerGroupId=ContainerGroupId,
            OpsType=OpsType,
        )
        return answer

    def tag_resources(
        self,
        *,
        RegionId: str | None = None,
        ResourceType: str,
        ResourceId: t.Strings,
        Tag: Sequence[t.TagRequest],
    ) -> t.Acknowledgement:
        """Set tags.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ResourceType: Kind of resource, such as ContainerGroup.
            ResourceId: Resources to tag.
            Tag: Tags to set; more than 20 on a resource is NumberExceed.Tags.
        """
        answer: t.Acknowledgement = self._call(
            "TagResources",
            RegionId=RegionId or self.region,
            ResourceType=ResourceType,
            ResourceId=ResourceId,
            Tag=Tag,
        )
        return answer

    def list_tag_resources(
        self,
        *,
        RegionId: str | None = None,
        ResourceType: str,
        ResourceId: t.Strings | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        Limit: str | None = None,
        NextToken: str | None = None,
    ) -> t.ListTagResourcesResponse:
        """List tags.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ResourceType: Kind of resource, such as ContainerGroup.
            ResourceId: Only these resources.
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            Limit: Entries per page, a number in a string.
            NextToken: Cursor from the previous page; leave it out for the first page.
        """
        answer: t.ListTagResourcesResponse = self._call(
            "ListTagResources",
            RegionId=RegionId or self.region,
            ResourceType=ResourceType,
            ResourceId=ResourceId,
            Tag=Tag,
            Limit=Limit,
            NextToken=NextToken,
        )
        return answer

    def iter_tag_resources(
        self,
        *,
        RegionId: str | None = None,
        ResourceType: str,
        ResourceId: t.Strings | None = None,
        Tag: Sequence[t.TagRequest] | None = None,
        Limit: str | None = None,
    ) -> Iterator[t.TagResources]:
        """List tags: all of them, page by page.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ResourceType: Kind of resource, such as ContainerGroup.
            ResourceId: Only these resources.
            Tag: Only resources that carry all of these tags; a tag without Value matches any value.
            Limit: Entries per page, a number in a string.
        """
        return self._pages(
            self.list_tag_resources,
            "TagResources",
            RegionId=RegionId,
            ResourceType=ResourceType,
            ResourceId=ResourceId,
            Tag=Tag,
            Limit=Limit,
        )

    def untag_resources(
        self,
        *,
        RegionId: str | None = None,
        ResourceType: str,
        ResourceId: t.Strings,
        TagKey: t.Strings | None = None,
        All: bool | None = None,
        ClientToken: str | None = None,
    ) -> t.Acknowledgement:
        """Take tags away.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ResourceType: Kind of resource, such as ContainerGroup.
            ResourceId: Resources to take tags from.
            TagKey: Keys of the tags to take.
            All: Take all tags; looked at only without TagKey.
            ClientToken: Idempotency token, ASCII: the same token with the same parameters gets the same
                answer.
        """
        answer: t.Acknowledgement = self._call(
            "UntagResources",
            RegionId=RegionId or self.region,
            ResourceType=ResourceType,
            ResourceId=ResourceId,
            TagKey=TagKey,
            All=All,
            ClientToken=ClientToken or new_token(),
        )
        return answer

    def describe_regions(
        self,
        *,
        RegionId: str | None = None,
    ) -> t.DescribeRegionsResponse:
        """List regions and zones.

        Args:
            RegionId: Region that comes first in the answer; clients fill it in from their configuration.
        """
        answer: t.DescribeRegionsResponse = self._call("DescribeRegions", RegionId=RegionId)
        return answer

    def describe_available_resource(
        self,
        *,
        RegionId: str | None = None,
        ZoneId: str | None = None,
        DestinationResource: t.DescribeAvailableResourceDestinationResourceRequest,
        SpotResource: t.DescribeAvailableResourceSpotResourceRequest | None = None,
    ) -> t.DescribeAvailableResourceResponse:
        """Ask what is in stock.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ZoneId: Only this zone.
            DestinationResource: What is asked for.
            SpotResource: Ask for spot stock.
        """
        answer: t.DescribeAvailableResourceResponse = self._call(
            "DescribeAvailableResource",
            RegionId=RegionId or self.region,
            ZoneId=ZoneId,
            DestinationResource=DestinationResource,
            SpotResource=SpotResource,
        )
        return answer

    def describe_container_group_price(
        self,
        *,
        RegionId: str | None = None,
        ZoneId: str | None = None,
        Cpu: float | None = None,
        Memory: float | None = None,
        InstanceType: str | None = None,
        ComputeCategory: str | None = None,
        EphemeralStorage: int | None = None,
        SpotStrategy: Literal["NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"] | None = None,
        SpotPriceLimit: float | None = None,
        SpotDuration: int | None = None,
    ) -> t.DescribeContainerGroupPriceResponse:
        """Ask for a price.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
            ZoneId: Zone, such as cn-hangzhou-h.
            Cpu: vCPU.
            Memory: GiB.
            InstanceType: ECS type, in place of Cpu and Memory.
            ComputeCategory: Kind of compute: general or economy.
            EphemeralStorage: Temporary storage beyond the free 30 GiB, GiB.
            SpotStrategy: NoSpot (default): pay as you go. SpotAsPriceGo: any price up to that.
                SpotWithPriceLimit: up to SpotPriceLimit.
            SpotPriceLimit: Highest price per hour, three decimals at most.
            SpotDuration: Hours of protection; default 1, 0 for none.
        """
        answer: t.DescribeContainerGroupPriceResponse = self._call(
            "DescribeContainerGroupPrice",
            RegionId=RegionId or self.region,
            ZoneId=ZoneId,
            Cpu=Cpu,
            Memory=Memory,
            InstanceType=InstanceType,
            ComputeCategory=ComputeCategory,
            EphemeralStorage=EphemeralStorage,
            SpotStrategy=SpotStrategy,
            SpotPriceLimit=SpotPriceLimit,
            SpotDuration=SpotDuration,
        )
        return answer

    def list_usage(
        self,
        *,
        RegionId: str | None = None,
    ) -> t.ListUsageResponse:
        """List quotas and their use.

        Args:
            RegionId: Region of the call, such as cn-hangzhou; clients fill it in from their
                configuration.
        """
        answer: t.ListUsageResponse = self._call("ListUsage", RegionId=RegionId or self.region)
        return answer
