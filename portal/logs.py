"""The log: one line for each request and each event, without anything that tells who somebody is.

Lines are JSON for machines, and plain text where a person looks at a terminal. A line names the kind of
address by its route, never the address, and no visitor's address, browser, name or key.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import TemplateError

from portal import request_ids
from portal.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from flask import Flask

    Caught = tuple[type[BaseException], BaseException, TracebackType | None]

TELLING = (
    AttributeError, ImportError, MemoryError, NameError, OSError, RecursionError, TemplateError, TypeError,
)  # fmt: skip
"""Faults whose message speaks of the program; that of any other may repeat what somebody typed."""

REQUEST = (
    '{"time":"%s","level":"%s","event":"request","id":"%s","method":"%s","endpoint":%s,'
    '"status":%d,"milliseconds":%.1f,"bytes":%d,"kept":%s}\n'
)
REQUEST_READ = "%s %-5s %s %s %s %d %.1f ms %d bytes%s\n"

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are named; whatever else a visitor sends as one is `other`."""

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What would begin another line, or tell a terminal to do something."""

UNKNOWN = "unknown"
"""The route of an address that has none."""

redaction = Redaction()
_quoted = lru_cache(maxsize=1024)(json.dumps)


def stamp(at: float) -> str:
    """A time in seconds as it stands in a line: UTC, to the millisecond."""
    return f"{_second(int(at))}.{int(at * 1000) % 1000:03d}Z"


@lru_cache(maxsize=2)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))


class Request(NamedTuple):
    """What the log says of one request.

    Attributes:
        number: the request's number.
        method: one of METHODS, or `other`.
        endpoint: the route, with its arguments unnamed: `/<language:lang>/r/<token>/`.
        status: of the answer.
        seconds: until the answer began.
        size: bytes of the answer's body.
        kept: whether a kept page was the answer.
    """

    number: str
    method: str
    endpoint: str
    status: int
    seconds: float
    size: int
    kept: bool


def write_request(told: Request) -> None:
    """Write the line of one request, by hand: kept pages are answered in less time than JSON takes."""
    number, method, endpoint, status, seconds, size, kept = told
    level = "error" if status >= 500 else "info"  # noqa: PLR2004 - faults of ours
    at, milliseconds = stamp(time.time()), seconds * 1000
    values: tuple[object, ...]
    if _read_by_people():
        values = (at, level, number, method, endpoint, status, milliseconds, size, " kept" if kept else "")
        line = REQUEST_READ % values
    else:
        values = (
            at, level, number, method, _quoted(endpoint), status, milliseconds, size,
            "true" if kept else "false",
        )  # fmt: skip
        line = REQUEST % values
    try:
        sys.stderr.write(line)
    except (OSError, ValueError):
        return  # nobody reads the log any more; whoever asked still gets an answer


def _read_by_people() -> bool:
    return sys.stderr.isatty()


class Lines(logging.Formatter):
    """Writes events as JSON, or as text for a terminal, and cuts out of both what no log may hold."""

    def format(self, record: logging.LogRecord) -> str:
        """One line for one event."""
        told: dict[str, object] = {
            "time": stamp(record.created),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "fault" if record.exc_info else "message"),
            "logger": record.name,
            "message": redaction.cut(record.getMessage()),
        }
        number = request_ids.current()
        if number is not None:
            told["id"] = number
        if record.exc_info and record.exc_info[1] is not None:
            told["exception"] = redaction.cut("".join(fault(record.exc_info[1])))
        if not _read_by_people():
            return json.dumps(told, ensure_ascii=False)
        trail = told.pop("exception", None)
        line = CONTROL.sub(" ", " ".join(str(part) for part in told.values()))
        return f"{line}\n{trail}" if trail else line


def fault(error: BaseException) -> Iterator[str]:
    """A traceback in lines: files and lines, no values, a message only if it is the program's."""
    seen: set[int] = set()
    trail: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        trail.append(current)
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    for caught in reversed(trail):
        yield from traceback.format_tb(caught.__traceback__)
        kind = type(caught)
        message = f": {str(caught).partition(chr(10))[0]}" if isinstance(caught, TELLING) else ""
        yield f"{kind.__module__}.{kind.__qualname__}{message}\n"


class Handler(logging.StreamHandler):  # type: ignore[type-arg] # the stub's stream is whatever stderr is now
    """Writes to what standard error is at the moment, which a test or a command may have put elsewhere."""

    @property
    def stream(self) -> object:
        """Standard error."""
        return sys.stderr

    @stream.setter
    def stream(self, _stream: object) -> None:
        """Standard error it stays."""


def install(app: Flask) -> None:
    """Write every logger's events as lines of the log; a second portal in one process shares them."""
    root = logging.getLogger()
    if not any(isinstance(handler, Handler) for handler in root.handlers):
        handler = Handler()
        handler.setFormatter(Lines())
        root.addHandler(handler)
    if app.logger.level == logging.NOTSET:
        app.logger.setLevel(logging.INFO)


def learn(app: Flask) -> None:
    """Know where keys stand in addresses, once all rooms are in."""
    redaction.learn(rule.rule for rule in app.url_map.iter_rules())
