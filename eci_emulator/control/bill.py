"""/_eci/bill: what the groups cost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import msgspec
from connexion.lifecycle import ConnexionResponse
from msgspec import Struct

from eci_emulator.actions.bill import discounts_of, paid_groups, tariff, usages
from eci_emulator.actions.context import Emulator
from eci_emulator.billing import bill as bills
from eci_emulator.billing import render, whatif
from eci_emulator.billing.bill import Bill
from eci_emulator.buckets import ObjectServer
from eci_emulator.control.export import put_object
from eci_emulator.market import prices as price_lists
from eci_emulator.market.prices import PriceList
from eci_emulator.model import errors
from eci_emulator.model.times import given_time
from eci_emulator.model.usage import Usage
from eci_emulator.settings import Settings

Json = dict[str, Any]

CONTENT_TYPES: Final = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


class Wanted(Struct, kw_only=True):
    """Which bill is asked for; ``prices`` None: by the emulator's own list."""

    by: str = "group"
    tag_key: str = ""
    start: str = ""
    end: str = ""
    account: str = ""
    format: str = "json"
    prices: PriceList | None = None
    region: str = ""
    spot: bool = False


def show(emulator: Emulator, prices: str = "", **query: Any) -> Any:
    """The bill by the emulator's own price list or another built-in one. Raises NotFound."""
    return _answer(emulator, Wanted(**query, prices=_built_in(emulator, prices)))


def recompute(emulator: Emulator, body: Json) -> Any:
    """What the same usage would have cost. Raises InvalidValue, NotFound for an unknown region."""
    return _answer(emulator, _wanted(body))


def _wanted(body: Json) -> Wanted:
    try:
        return msgspec.convert(body, Wanted, strict=False)
    except msgspec.ValidationError as error:
        raise errors.InvalidValue("prices", str(error)) from None


def running(emulator: Emulator, account: str = "") -> Json:
    """What each group that is paid for costs a second, and has cost so far."""
    now, rates = emulator.store.clock.now(), tariff(emulator)
    so_far = {row.key: row.amount for row in _bill(emulator, Wanted(account=account)).rows}
    return {
        "currency": emulator.prices.currency,
        "groups": [
            {
                "group_id": group.id,
                "name": group.spec.name,
                "per_second": f"{bills.running_cost(usage, rates, now):f}",
                "so_far": str(so_far.get(group.id, Decimal("0.00"))),
            }
            for group, usage in paid_groups(emulator, account)
        ],
    }


def export(emulator: Emulator, body: Json) -> Json:
    """Write the bill as an object of a bucket. Raises InvalidValue, NotFound, ServiceUnavailable."""
    wanted = _wanted(body)
    content = _rendered(_bill(emulator, wanted), wanted.format)
    where = {"bucket": body["bucket"], "key": body["key"]}
    server = _store_of(emulator.settings, body.get("endpoint_url", ""))
    put_object(content, CONTENT_TYPES[wanted.format], server, **where)
    return {**where, "bytes": len(content)}


def _store_of(settings: Settings, endpoint_url: str) -> ObjectServer:
    """The store named in the request, else that of the settings; only the latter gets the settings' keys."""
    if endpoint_url:
        return ObjectServer(endpoint_url)
    return ObjectServer(settings.s3_endpoint_url, settings.s3_access_key_id, settings.s3_access_key_secret)


def _answer(emulator: Emulator, wanted: Wanted) -> Any:
    content = _rendered(_bill(emulator, wanted), wanted.format)
    return ConnexionResponse(body=content, content_type=CONTENT_TYPES[wanted.format])


def _rendered(bill: Bill, form: str) -> bytes:
    return render.as_csv(bill).encode() if form == "csv" else msgspec.json.encode(render.as_tree(bill))


def _bill(emulator: Emulator, wanted: Wanted) -> Bill:
    end = int(given_time("end", wanted.end) or emulator.store.clock.now())
    start = int(given_time("start", wanted.start))
    rates = tariff(emulator, wanted.prices)
    found = list(_rewritten(emulator, wanted, usages(emulator, wanted.account, after=start)))
    return bills.bill(
        found,
        rates,
        start=max(start, min((usage.start for usage in found), default=end)),
        end=end,
        by=f"tag:{wanted.tag_key}" if wanted.by == "tag" and wanted.tag_key else wanted.by,
        discounts=discounts_of(emulator),
    )


def _rewritten(emulator: Emulator, wanted: Wanted, found: Iterable[Usage]) -> Iterable[Usage]:
    """The usage as it would have been elsewhere, or on spot."""
    if wanted.region:
        found = [whatif.moved(usage, emulator.catalogue, wanted.region) for usage in found]
    if wanted.spot:
        market = tariff(emulator).spot
        found = [whatif.on_spot(usage, emulator.catalogue, market) for usage in found]
    return found


def _built_in(emulator: Emulator, name: str) -> PriceList | None:
    if not name:
        return None
    if name not in price_lists.BUILT_IN:
        raise errors.NotFound(parameter="prices", value=name)
    return price_lists.load(name, emulator.settings.market_dir)
