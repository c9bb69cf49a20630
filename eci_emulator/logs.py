"""Structured logs on stderr: lines for people, or JSON for programs."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from eci_emulator.settings import Settings


def configure(settings: Settings) -> None:
    """Set up structlog for this process."""
    renderers: list[Processor] = (
        [structlog.processors.JSONRenderer()]
        if settings.log_format == "json"
        else [_printable, structlog.dev.ConsoleRenderer(7, colors=sys.stderr.isatty(), sort_keys=False)]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            *renderers,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _printable(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """What callers and containers say must not reach a terminal as it is: it may hold control sequences."""
    for name, value in event.items():
        if isinstance(value, str) and name != "exception" and not value.isprintable():
            event[name] = repr(value)
    return event
