"""The names of everything in Redis. Nothing else in the project spells a key."""

from __future__ import annotations

from typing import Final

PREFIX: Final = "eci:"

TIMERS: Final = f"{PREFIX}timers"
TIMER_BELL: Final = f"{PREFIX}timer-bell"  # rung for a timer that is due before all others
TIMEKEEPER: Final = f"{PREFIX}timekeeper"
WORKERS: Final = f"{PREFIX}workers"
DRAINED: Final = f"{PREFIX}drained"
HOSTS: Final = f"{PREFIX}hosts"
REFUSALS: Final = f"{PREFIX}refusals"  # host -> why its node agent cannot work
USAGE: Final = f"{PREFIX}usage"  # id -> usage, of all intervals that have ended
USAGE_OWNERS: Final = f"{PREFIX}usage-owners"
USED: Final = f"{PREFIX}used"  # what is -> how much of it is in use: vCPUs of accounts and hosts ...
STOCK: Final = f"{PREFIX}stock"  # stock levels as they were set
STOCK_LEFT: Final = f"{PREFIX}stock-left"  # what is left of them
SPOT_PRICES: Final = f"{PREFIX}spot-prices"  # that were set, oldest first
STORAGE: Final = f"{PREFIX}storage"  # host -> what of its disk is taken up
FAULTS: Final = f"{PREFIX}faults"
FAULTS_FIRED: Final = f"{PREFIX}faults-fired"  # how often each has
FAULT_FIRINGS: Final = f"{PREFIX}fault-firings"  # those away from the API, newest first
FAULT_SEQUENCE: Final = f"{PREFIX}sequence:fault"
READ: Final = f"{PREFIX}read"  # a note that prepared answers are in somebody's memory; also a channel
CLOCK: Final = f"{PREFIX}clock"
INIT_HOOKS: Final = f"{PREFIX}init-hooks"  # name -> what has become of it
NODE_TOKEN: Final = f"{PREFIX}node-token"
ROLE_SECRET: Final = f"{PREFIX}role-secret"
ENDED: Final = f"{PREFIX}ended"  # groups by the time of their end
SCHEDULE_FAILED: Final = f"{PREFIX}schedule-failed"


def lease(group_id: str) -> str:
    return f"{PREFIX}lease:{group_id}"


def pokes(group_id: str) -> str:
    return f"{PREFIX}pokes:{group_id}"


def heeded(group_id: str) -> str:
    return f"{PREFIX}heeded:{group_id}"


def exit_of(container: str) -> str:
    return f"{PREFIX}exit:{container}"


def unsettled(host: str) -> str:
    """The groups of a host whose desired and observed states may differ."""
    return f"{PREFIX}unsettled:{host}"


def addresses(cidr: str) -> str:
    """Address -> group, of everything in use in a vSwitch's range."""
    return f"{PREFIX}addresses:{cidr}"


def address_cursor(cidr: str) -> str:
    return f"{PREFIX}address-cursor:{cidr}"


def warm(host: str, cidr: str) -> str:
    """The sandboxes that are ready on a host in a vSwitch's range."""
    return f"{PREFIX}warm:{host}:{cidr}"


def warm_wanted(host: str) -> str:
    """The vSwitches in which a host's groups have been placed lately."""
    return f"{PREFIX}warm-wanted:{host}"


def eip_holder(eip_id: str) -> str:
    """The container group that an EIP belongs to at the moment."""
    return f"{PREFIX}eip-holder:{eip_id}"


def usage_of(owner: str) -> str:
    """Ids of an account's usage in a region, by the time it ended."""
    return f"{PREFIX}usage-of:{owner}"


def queue(host: str) -> str:
    """The RQ queue of one Docker host."""
    return f"eci-{host}"


def worked_on(host: str, record_id: str) -> str:
    """What a host has to do for a record that is not of this host alone: leased and poked like a group."""
    return f"{record_id}@{host}"


def work(host: str) -> str:
    """The longer pieces of work that a host has begun and not finished: ``job id``."""
    return f"{PREFIX}work:{host}"


def fetches(host: str) -> str:
    """What a host is to fetch: key -> image or data."""
    return f"{PREFIX}fetches:{host}"


def fetch_progress(host: str) -> str:
    return f"{PREFIX}fetch-progress:{host}"


def fetch_bell(host: str) -> str:
    """A list that grows when something new is to be fetched."""
    return f"{PREFIX}fetch-bell:{host}"


def fetch_waiters(host: str, key: str) -> str:
    """The records that wait for a fetch, and whether they want it fresh."""
    return f"{PREFIX}fetch-waiters:{host}:{key}"


def fetched(host: str, key: str, waiter: str) -> str:
    """What came of a fetch, for one that waited."""
    return f"{PREFIX}fetched:{host}:{key}:{waiter}"


def brought(host: str) -> str:
    """The images that were pulled onto a host, by reference."""
    return f"{PREFIX}brought:{host}"


def cache_reports(cache_id: str) -> str:
    """Host -> what it says of its part of a cache."""
    return f"{PREFIX}cache-reports:{cache_id}"


def bucket(account: str, action: str) -> str:
    """The throttle's token bucket."""
    return f"{PREFIX}bucket:{account}:{action}"


def client_token(account: str, region: str, action: str, token: str) -> str:
    return f"{PREFIX}token:{account}/{region}:{action}:{token}"


def swept(group_id: str) -> str:
    """Set while a wake-up that the sweep sent may still be in the queue."""
    return f"{PREFIX}swept:{group_id}"


def exec_session(token: str) -> str:
    """A command that may be begun by whoever has the token."""
    return f"{PREFIX}exec:{token}"


def check(container: str, kind: str) -> str:
    """A probe or hook of an engine container that takes long: that it runs, or what came of it."""
    return f"{PREFIX}check:{container}:{kind}"


def watched(host: str) -> str:
    """The groups of a host whose use of resources was asked about, by when."""
    return f"{PREFIX}watched:{host}"


def samples(group_id: str) -> str:
    return f"{PREFIX}samples:{group_id}"


def disk_holder(disk_key: str) -> str:
    """The group that a cloud disk is attached to."""
    return f"{PREFIX}disk-holder:{disk_key}"


def loaded(group_id: str) -> str:
    """What a group's volumes on OSS were loaded with."""
    return f"{PREFIX}loaded:{group_id}"
