"""What every worker process is built from: the composition root of the engine's side."""

from __future__ import annotations

from eci_emulator.billing.usage import Meter
from eci_emulator.buckets import ObjectServer
from eci_emulator.controller.accounting import Accounting
from eci_emulator.controller.bucket_volumes import BucketVolumes
from eci_emulator.controller.caches import Caches
from eci_emulator.controller.checks import Checks, Dialer, Network, NoNetwork
from eci_emulator.controller.commit import Committer
from eci_emulator.controller.configure import Configurer
from eci_emulator.controller.disks import Disks
from eci_emulator.controller.execute import Executor
from eci_emulator.controller.losing import Losses
from eci_emulator.controller.metadata import Metadata
from eci_emulator.controller.names import Names
from eci_emulator.controller.networks import Networks
from eci_emulator.controller.observe import Observer
from eci_emulator.controller.reconcile import Reconciler
from eci_emulator.controller.spot import SpotKeeper
from eci_emulator.controller.volumes import Volumes
from eci_emulator.engine.connect import connect as connect_engine
from eci_emulator.engine.driver import Engine
from eci_emulator.engine.faulty import faulty
from eci_emulator.images import registries
from eci_emulator.images.coordinator import Coordinator, Fetchers
from eci_emulator.images.data_holding import DataHolder
from eci_emulator.images.data_mounts import DataMounts
from eci_emulator.images.fetches import DataFetch, Fetches, ImageFetch
from eci_emulator.images.fetching import ImageFetcher
from eci_emulator.images.group import GroupImages
from eci_emulator.images.holding import ImageHolder
from eci_emulator.images.housekeeping import Housekeeping
from eci_emulator.images.loading import DataLoader
from eci_emulator.images.pulling import Puller
from eci_emulator.images.registries import Registries
from eci_emulator.images.stock import Collector, Stock
from eci_emulator.images.users import Users
from eci_emulator.images.waiting import Waiting
from eci_emulator.market import catalogue, prices
from eci_emulator.settings import Settings
from eci_emulator.store.database import Store, connect
from eci_emulator.store.timers import ENGINE_TIMER


class Unfit(Exception):
    """The engine cannot do what the settings ask for; the text says what to change."""


class Runtime:
    """The store, the engine and the reconciler of one Docker host. Making one raises Unfit."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(connect(settings.redis_url))
        self.engine = self._engine()
        found = self.engine.fingerprint()
        self.simulated = found.driver == "simulated"
        if not self.simulated:
            self._check_oci_runtime(found.runtimes)
        self.names = Names(settings.instance)
        self.base_image = self.engine.ensure_base_image()
        self.networks = Networks(self.engine, self.names, self.base_image)
        self.configurer = Configurer(
            self.names, self.base_image, runtime=settings.oci_runtime, cpus=found.cpus, gpus=found.gpus
        )
        self.registries = self._registries()
        self.fetches = Fetches(self.store.redis, settings.host_name)
        self.stock = Stock(self.store.redis, settings.host_name)
        self.puller = Puller(self.engine, self.fetches, self.registries)
        volumes = self._volumes()
        executor = Executor(
            self._faulty_engine(),
            self.configurer,
            self.networks,
            volumes,
            self._group_images(),
            DataMounts(self.store, self.engine, settings.instance),
            self._checks(),
            None if self.simulated else Metadata(self.engine, self.names, self.store),
        )
        # A simulated engine lives by the emulator's clock already.
        clock = None if self.simulated else self.store.clock
        observer = Observer(self.engine, self.configurer, volumes, self.store.exits, clock)
        meter = self._meter()
        self.accounting = Accounting(self.store, meter)
        self.losses = Losses(self.store, self.accounting)
        self.spot = SpotKeeper(
            self.store,
            meter,
            seed=settings.spot_seed,
            notice=settings.spot_notice_seconds,
        )
        self.reconciler = Reconciler(
            self.store, observer, executor, self.configurer, self.accounting, settings.host_name
        )
        self.users = Users(self.store, settings.host_name, self.registries)
        self.data = DataHolder(self.engine, self.fetches, settings.instance, self.users.uses_volume)
        self.caches = Caches(
            self.store,
            meter.catalogue,
            settings.host_name,
            images=ImageHolder(self.puller),
            data=self.data,
        )
        self.committer = Committer(self.store, self.engine, self.registries, settings.commit_registry)

    def _check_oci_runtime(self, known: list[str]) -> None:
        wanted = self.settings.oci_runtime
        if wanted and wanted not in known:
            reason = (
                f"the engine has no OCI runtime {wanted!r}, it has {', '.join(known)}; "
                "see the setting oci_runtime"
            )
            self.store.hosts.refuse(self.settings.host_name, reason)
            raise Unfit(reason)

    def _registries(self) -> Registries:
        try:
            return Registries(registries.load(self.settings.registries_file), self.base_image)
        except registries.RulesError as error:
            raise Unfit(str(error)) from None

    def coordinator(self, kind: type[Coordinator] = Coordinator) -> Coordinator:
        """What fetches for all processes of this host. There is one, in the node agent."""
        waiting = Waiting(self.store, self.settings.host_name)
        silence = self.settings.pull_silence_seconds
        loader = DataLoader(
            self.store,
            self.engine,
            self.settings.instance,
            hubs=self.registries.rules.hubs,
            silence=silence,
        )
        fetchers: Fetchers = {
            ImageFetch: ImageFetcher(self._faulty_engine(), self.stock, silence),
            DataFetch: loader,
        }
        return kind(self.fetches, fetchers, wanted=waiting.wanted, wake=waiting.wake)

    def housekeeping(self) -> Housekeeping:
        hours, gib = self.settings.image_gc_hours, self.settings.image_gc_gib
        return Housekeeping(
            self.store,
            self.engine,
            self.settings.instance,
            users=self.users,
            data=self.data,
            stock=self.stock,
            collector=Collector(self.engine, self.stock, hours=hours, gib=gib),
        )

    def _group_images(self) -> GroupImages:
        as_on_eci = self.settings.image_pull == "eci"
        bandwidth = self.settings.pull_bandwidth if as_on_eci else None
        return GroupImages(self.puller, self.store.clock.now, bandwidth)

    def _meter(self) -> Meter:
        folder = self.settings.market_dir
        return Meter(catalogue.load(folder), prices.load(self.settings.price_list, folder))

    def _engine(self) -> Engine:
        return connect_engine(
            self.settings.engine,
            self.settings.engine_url or None,
            client=self.store.redis,
            now=self.store.clock.now,
            on_due=lambda name, at: self.store.timers.set(ENGINE_TIMER, name, at),
        )

    def _faulty_engine(self) -> Engine:
        """The engine as groups meet it, with the faults that a user asked for."""
        store = self.store
        return faulty(self.engine, store.faults, store.clock, self.settings.host_name, store.groups.get)

    def _checks(self) -> Checks:
        return Checks(self.engine, self.store.redis, self._dialer(), self.store.wake)

    def _dialer(self) -> Dialer:
        return NoNetwork() if self.simulated else Network()

    def _volumes(self) -> Volumes:
        settings = self.settings
        server = ObjectServer(
            settings.s3_endpoint_url, settings.s3_access_key_id, settings.s3_access_key_secret
        )
        disks = Disks(self.engine, self.names, self.store)
        buckets = BucketVolumes(
            self.engine, self.names, self.store.redis, server if server.endpoint_url else None
        )
        return Volumes(self.engine, self.names, disks, buckets, self._dialer())
