"""Pages of prepared answers, read in one trip to Redis.

Most often a client asks only to see that nothing has changed. Each tenant has a *mark* that changes
with its records; as long as it is the one a page was read with, Redis answers just that, and the page
is taken from memory.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final, NamedTuple, cast

from redis import Redis

KNOWN_PAGES: Final = 32


class ViewPage(NamedTuple):
    rows: list[list[bytes]]  # the view and the other fields asked for, of each record
    total: int  # of all pages
    last: int  # sequence number of the last record on it, when more follow; else 0


class _Known(NamedTuple):
    mark: bytes  # when it was read
    page: ViewPage


#: KEYS: the tenant's mark, the index entries; ARGV: the mark that is known, after, limit, the prefix of a
#: record's key, the fields. Nothing but the mark is answered where it is the known one.
_VIEW_PAGE: Final = """
local mark = redis.call('GET', KEYS[1]) or ''
if mark ~= '' and mark == ARGV[1] then return {mark} end
table.remove(KEYS, 1)
local after, limit = tonumber(ARGV[2]), tonumber(ARGV[3])
local total, found
if #KEYS == 1 then
  total = redis.call('ZCARD', KEYS[1])
  found = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[2], '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
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
local answer = {mark, total, #found > limit * 2 and tonumber(found[limit * 2]) or 0}
for i = 1, math.min(#found, limit * 2), 2 do
  answer[#answer + 1] = redis.call('HMGET', ARGV[4] .. found[i], unpack(ARGV, 5))
end
return answer
"""


class ViewPages:
    """The pages of one kind of record."""

    def __init__(self, redis: Redis) -> None:
        self._script = redis.register_script(_VIEW_PAGE)
        self._known: OrderedDict[tuple[object, ...], _Known] = OrderedDict()

    def read(
        self, mark_key: str, entries: list[str], prefix: str, fields: list[str], after: int, limit: int
    ) -> ViewPage:
        """``fields`` of the records (at ``prefix`` and their ids) that are in all these index entries,
        in order of creation, from the sequence number ``after`` on."""
        question = (*entries, *fields, after, limit)
        known = self._known.get(question)
        mark = known.mark if known else b""
        mark, *found = cast(
            "list[Any]", self._script([mark_key, *entries], [mark, after, limit, prefix, *fields])
        )
        if known and not found:
            return known.page
        total, last, *rows = found
        page = ViewPage([row for row in rows if row[0]], total, last)
        self._keep(question, _Known(mark, page))
        return page

    def _keep(self, question: tuple[object, ...], known: _Known) -> None:
        self._known[question] = known
        self._known.move_to_end(question)
        if len(self._known) > KNOWN_PAGES:
            self._known.popitem(last=False)
