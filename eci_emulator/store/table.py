"""Tables of records in Redis: compare-and-set, indexes, tenancy, prepared answers.

A record is one hash: the record itself as JSON, its version, its tenant, the index entries it is
in, and its *view*, the answer that Describe gives for it, made when it is written so that reading
needs no work. Every write is one MULTI/EXEC guarded by WATCH on the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, cast

import msgspec
from redis import Redis, WatchError
from redis.client import Pipeline

from eci_emulator.store.keys import PREFIX
from eci_emulator.store.pages import ViewPage, ViewPages, tell_change

T = TypeVar("T", bound=msgspec.Struct)

Also = Callable[[Pipeline], None]


class Conflict(Exception):
    """Somebody else wrote the record meanwhile: read it again and decide anew."""


class Tenant(NamedTuple):
    """Whose a record is: records of one account and region are invisible to another."""

    account: str
    region: str

    def __str__(self) -> str:
        return f"{self.account}/{self.region}"

    def scoped(self, public_id: str) -> str:
        """The key of a thing whose id a user may choose, so that two tenants may choose the same."""
        return f"{self}/{public_id}"


class Page(NamedTuple):
    ids: list[str]
    total: int  # of all pages
    last: int  # sequence number of the last record on it, when more follow; else 0


class Table(Generic[T]):
    """One kind of record.

    Args:
        kind: opens the keys of its records.
        indexes: the entries (``attribute=value``) that a record can be found by.
        view: what Describe answers for it.
        extras: further prepared answers, by name.
        hidden: whether it is kept but no longer described.
        timeline: the sorted sets of the whole emulator that it is in, each with its time there.
    """

    def __init__(
        self,
        redis: Redis,
        kind: str,
        record_type: type[T],
        *,
        indexes: Callable[[T], Iterable[str]] = lambda _: (),
        view: Callable[[T], bytes] = lambda _: b"{}",
        extras: Callable[[T], dict[str, bytes]] = lambda _: {},
        hidden: Callable[[T], bool] = lambda _: False,
        timeline: Callable[[T], dict[str, float]] = lambda _: {},
    ) -> None:
        self._redis = redis
        self._kind = kind
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(record_type)
        self._pages = ViewPages(redis)
        self.record_type = record_type
        self._indexes = indexes
        self._view = view
        self._extras = extras
        self._hidden = hidden
        self._timeline = timeline

    @property
    def kind(self) -> str:
        return self._kind

    def key(self, record_id: str) -> str:
        return f"{PREFIX}{self._kind}:{record_id}"

    def _index(self, tenant: Tenant | str, entry: str = "") -> str:
        return f"{PREFIX}index:{self._kind}:{tenant}:{entry}"

    # --- reading -------------------------------------------------------------------------------

    def get(self, record_id: str) -> T | None:
        raw = cast("bytes | None", self._redis.hget(self.key(record_id), "record"))
        return self._decoder.decode(raw) if raw else None

    def get_for(self, tenant: Tenant, record_id: str) -> T | None:
        """The record if it is this tenant's and not hidden."""
        record = self.get(record_id)
        if record is None or _tenant(record) != tenant or self._hidden(record):
            return None
        return record

    def get_many(self, ids: Sequence[str]) -> list[T]:
        raws = self._fields(ids, "record")
        return [self._decoder.decode(raw) for (raw,) in raws if raw]

    def views(self, tenant: Tenant, ids: Sequence[str], *fields: str) -> list[list[bytes]]:
        """Of each id that is this tenant's and visible: its view and the other fields asked for, in order."""
        owner = str(tenant).encode()
        rows = self._fields(ids, "tenant", "view", *fields)
        return [row[1:] for row in rows if row[0] == owner and row[1]]

    def owners(self, ids: Sequence[str]) -> list[str]:
        """Of each id the tenant, as text; empty for one that is gone."""
        return [(tenant or b"").decode() for (tenant,) in self._fields(ids, "tenant")]

    def _fields(self, ids: Sequence[str], *fields: str) -> list[list[Any]]:
        if not ids:
            return []
        pipe = self._redis.pipeline(transaction=False)
        for record_id in ids:
            pipe.hmget(self.key(record_id), list(fields))
        return cast("list[list[Any]]", pipe.execute())

    def select(
        self, tenant: Tenant, entries: Sequence[str] = (), *, after: int = 0, limit: int | None = None
    ) -> Page:
        """Ids of the visible records that are in all these index entries, in order of creation.

        ``after`` is the sequence number of the last record already seen, so that paging neither
        skips nor repeats whatever is created or deleted meanwhile.
        """
        keys = [self._index(tenant, entry) for entry in entries] or [self._index(tenant)]
        weights = dict.fromkeys(keys, 0.0)
        weights[keys[0]] = 1.0
        found = cast("list[tuple[bytes, float]]", self._redis.zinter(weights, withscores=True))
        rest = [(member.decode(), int(sequence)) for member, sequence in found if sequence > after]
        page = rest if limit is None else rest[:limit]
        last = page[-1][1] if page and len(rest) > len(page) else 0
        return Page([member for member, _ in page], len(found), last)

    def view_page(
        self, tenant: Tenant, entries: Sequence[str], *fields: str, after: int, limit: int
    ) -> ViewPage:
        """``select`` and ``views`` in one, mostly from memory: Describe is what clients do all day."""
        names = [self._index(tenant, entry) for entry in entries] or [self._index(tenant)]
        return self._pages.read(names, self.key(""), ["view", *fields], after, limit)

    def count(self, tenant: Tenant) -> int:
        return self._redis.zcard(self._index(tenant))

    def all_ids(self) -> list[str]:
        """Every record of this kind, hidden ones too."""
        members = cast("set[bytes]", self._redis.smembers(f"{PREFIX}all:{self._kind}"))
        return sorted(member.decode() for member in members)

    def next_sequence(self, count: int = 1) -> int:
        """The next place in the order of creation, the first of ``count``."""
        return self._redis.incrby(f"{PREFIX}sequence:{self._kind}", count) - count + 1

    # --- writing -------------------------------------------------------------------------------

    def save(self, record: T, *, watch: Sequence[str] = (), also: Also | None = None) -> None:
        """Write a record if nobody else has since it was read; its version goes up by one.

        ``also`` adds whatever must change together with it; a change to a ``watch`` key is a conflict, too.
        Raises Conflict.
        """
        key = self.key(_id(record))
        version = _version(record)
        with self._redis.pipeline() as pipe:
            pipe.watch(key, *watch)  # type: ignore[no-untyped-call]
            stored, old = cast("list[bytes | None]", pipe.hmget(key, ["version", "entries"]))
            if int(stored or 0) != version:
                raise Conflict(_id(record))
            pipe.multi()
            _set_version(record, version + 1)
            try:
                self._write(pipe, record, msgspec.json.decode(old) if old else [])
                if also:
                    also(pipe)
                pipe.execute()
            except WatchError:
                _set_version(record, version)
                raise Conflict(_id(record)) from None
            except BaseException:
                _set_version(record, version)
                raise

    def insert(self, pipe: Pipeline, record: T) -> None:
        """Write a record that is new, in the transaction of another one, whose version guards both."""
        _set_version(record, 1)
        self._write(pipe, record, [])

    def _write(self, pipe: Pipeline, record: T, old: list[str]) -> None:
        tenant = _tenant(record)
        hidden = self._hidden(record)
        entries = {} if hidden else self._entries(tenant, record)
        for gone in set(old) - set(entries):
            pipe.zrem(gone, _id(record))
        for new in set(entries) - set(old):
            pipe.zadd(new, {_id(record): entries[new]})
        mapping: dict[Any, Any] = {
            "record": self._encoder.encode(record),
            "version": _version(record),
            "tenant": str(tenant),
            "entries": msgspec.json.encode(sorted(entries)),
            "view": b"" if hidden else self._view(record),
            **self._extras(record),
        }
        pipe.hset(self.key(_id(record)), mapping=mapping)
        tell_change(pipe)
        pipe.sadd(f"{PREFIX}all:{self._kind}", _id(record))

    def _entries(self, tenant: Tenant, record: T) -> dict[str, float]:
        """The sorted sets the record is in, and its place in each."""
        names = {self._index(tenant), *(self._index(tenant, entry) for entry in self._indexes(record))}
        return dict.fromkeys(names, _sequence(record)) | self._timeline(record)

    def delete(self, record: T, *, also: Also | None = None) -> None:
        """Remove a record and its index entries if nobody else has written it since it was read."""
        key = self.key(_id(record))
        with self._redis.pipeline() as pipe:
            pipe.watch(key)  # type: ignore[no-untyped-call]
            stored, old = cast("list[bytes | None]", pipe.hmget(key, ["version", "entries"]))
            if int(stored or 0) != _version(record):
                raise Conflict(_id(record))
            pipe.multi()
            for entry in msgspec.json.decode(old) if old else []:
                pipe.zrem(entry, _id(record))
            pipe.delete(key)
            tell_change(pipe)
            pipe.srem(f"{PREFIX}all:{self._kind}", _id(record))
            if also:
                also(pipe)
            try:
                pipe.execute()
            except WatchError:
                raise Conflict(_id(record)) from None

    def update(self, record_id: str, change: Callable[[T], None], *, also: Also | None = None) -> T | None:
        """Read, change, write, again on conflict; None when there is no such record."""
        while True:
            record = self.get(record_id)
            if record is None:
                return None
            change(record)
            try:
                self.save(record, also=also)
            except Conflict:
                continue
            return record


# Every stored record has what these read; msgspec Structs cannot declare it in a Protocol with defaults.
def _id(record: Any) -> str:
    return cast(str, record.id)


def _version(record: Any) -> int:
    return cast(int, record.version)


def _set_version(record: Any, version: int) -> None:
    record.version = version


def _tenant(record: Any) -> Tenant:
    return Tenant(record.account, record.region)


def _sequence(record: Any) -> float:
    return cast(float, record.sequence)
