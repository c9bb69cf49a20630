"""Pages of prepared answers, in memory until one of their records is written.

Most often a client asks only to see that nothing has changed, and then even one trip to Redis is most
of the cost. So whoever reads leaves a note in Redis and listens; the first write after that takes the
note and tells everybody who listens. What it tells is there before the writer hears that it has written.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any, Final, NamedTuple, cast

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError

from eci_emulator.store.keys import READ

KNOWN_PAGES: Final = 32
#: Seconds a page is used without asking Redis, which may be gone, or may have been emptied by hand.
KNOWN_SECONDS: Final = 1.0
_SUBSCRIBE_SECONDS: Final = 2.0

#: KEYS: the note.
_TELL: Final = "if redis.call('DEL', KEYS[1]) == 1 then redis.call('PUBLISH', KEYS[1], '') end"

#: KEYS: the note, the index entries; ARGV: after, limit, the prefix of a
#: record's key, the fields.
_VIEW_PAGE: Final = """
redis.call('SET', KEYS[1], '')
table.remove(KEYS, 1)
local after, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local total, found
if #KEYS == 1 then
  total = redis.call('ZCARD', KEYS[1])
  found = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
else
  local query = {'ZINTER', #KEYS}
  for i = 1, #KEYS do query[#query + 1] = KEYS[i] end
  query[#query + 1] = 'WEIGHTS'
  for i = 1, #KEYS do query[#query + 1] = i == 1 and 1 or 0 end
  query[#query + 1] = 'WITHSCORES'
  local all = redis.call(unpack(query))
  total, found = #all / 2, {}
  for i = 1, #all, 2 do
    if tonumber(all[i + 1]) > after and #found <= limit * 2 then
      found[#found + 1] = all[i]
      found[#found + 1] = all[i + 1]
    end
  end
end
local answer = {total, #found > limit * 2 and tonumber(found[limit * 2]) or 0}
for i = 1, math.min(#found, limit * 2), 2 do
  answer[#answer + 1] = redis.call('HMGET', ARGV[3] .. found[i], unpack(ARGV, 4))
end
return answer
"""


class ViewPage(NamedTuple):
    rows: list[list[bytes]]  # the view and the other fields asked for, of each record
    total: int  # of all pages
    last: int  # sequence number of the last record on it, when more follow; else 0


class _Known(NamedTuple):
    page: ViewPage
    until: float  # monotonic seconds


def tell_change(pipe: Pipeline) -> None:
    """Part of every write."""
    pipe.eval(_TELL, 1, READ)


class Changes:
    """News of writes, by whatever process."""

    def __init__(self, redis: Redis) -> None:
        self._news = redis.pubsub()  # type: ignore[no-untyped-call]

    def heard(self) -> bool:
        """Whether there may have been a write since this was last asked."""
        try:
            patience = 0.0
            if not self._news.subscribed:
                self._news.subscribe(READ)
                # The answer to a ping looks like no news, though news may follow it.
                self._news.connection.health_check_interval = 0
                patience = _SUBSCRIBE_SECONDS
            heard = False
            # That it listens (again) is told like any news, and means that something may have been missed.
            while self._news.get_message(timeout=patience):
                heard, patience = True, 0.0
        except RedisError:
            self._news.reset()
            return True
        return heard


class ViewPages:
    """The pages of one kind of record."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(_VIEW_PAGE)
        self._changes = Changes(redis)
        self._known: OrderedDict[tuple[object, ...], _Known] = OrderedDict()

    def read(self, entries: list[str], prefix: str, fields: list[str], after: int, limit: int) -> ViewPage:
        """``fields`` of the records (at ``prefix`` and their ids) that are in all these index entries,
        in order of creation, from the sequence number ``after`` on."""
        if self._changes.heard():
            self._known.clear()
        question = (*entries, *fields, after, limit)
        known = self._known.get(question)
        if known and time.monotonic() < known.until:
            return known.page
        total, last, *rows = cast(
            "list[Any]", self._script([READ, *entries], [after, limit, prefix, *fields])
        )
        page = ViewPage([row for row in rows if row[0]], total, last)
        self._keep(question, _Known(page, time.monotonic() + KNOWN_SECONDS))
        return page

    def _keep(self, question: tuple[object, ...], known: _Known) -> None:
        self._known[question] = known
        self._known.move_to_end(question)
        if len(self._known) > KNOWN_PAGES:
            self._known.popitem(last=False)
