"""A bill as a table, JSON or CSV."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import msgspec

from eci_emulator.billing.bill import Bill, Row


def as_table(bill: Bill) -> list[list[str]]:
    """Heading, rows and total, as texts."""
    heading = [bill.by.capitalize(), "Seconds", f"List {bill.currency}", f"Amount {bill.currency}"]
    return [heading, *(_cells(row) for row in (*bill.rows, bill.total))]


def as_csv(bill: Bill) -> str:
    """Heading and rows, without the total."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([bill.by, "seconds", "list_amount", "amount", "currency"])
    writer.writerows([*_cells(row), bill.currency] for row in bill.rows)
    return text.getvalue()


def as_json(bill: Bill) -> bytes:
    """The whole bill; amounts are numbers with two decimals."""
    return msgspec.json.Encoder(decimal_format="number").encode(bill)


def _cells(row: Row) -> list[str]:
    return [row.key, str(row.seconds), _money(row.list_amount), _money(row.amount)]


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
