"""A bill as JSON or CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from eci_emulator.billing.bill import Bill, Row
from eci_emulator.model.times import iso


def as_tree(bill: Bill) -> dict[str, Any]:
    """The whole bill, ready to be JSON; amounts are texts, so that no cent is lost on the way."""
    return {
        "currency": bill.currency,
        "prices": bill.prices,
        "by": bill.by,
        "start": iso(bill.start),
        "end": iso(bill.end),
        **_amounts(bill.total),
        "lines": [{"key": row.key, **_amounts(row)} for row in bill.rows],
    }


def as_csv(bill: Bill) -> str:
    """Heading and lines, without the total; a column for every item."""
    items = list(bill.total.items)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([bill.by, "seconds", *items, "list_total", "total", "currency"])
    for row in bill.rows:
        amounts = [str(row.items.get(item, "0.00")) for item in items]
        writer.writerow([row.key, row.seconds, *amounts, row.list_amount, row.amount, bill.currency])
    return text.getvalue()


def _amounts(row: Row) -> dict[str, Any]:
    return {
        "seconds": row.seconds,
        "items": {item: str(amount) for item, amount in row.items.items()},
        "list_total": str(row.list_amount),
        "total": str(row.amount),
        "unrounded": f"{row.unrounded:f}",
    }
