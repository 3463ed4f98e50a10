"""What a reader's browser has to load for a page: everything, as it is sent to one that takes gzip."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from benchmarks import servers
from benchmarks.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SURVEY_PAGE, FINDINGS_PAGE = 60.0, 200.0
"""kB at most, everything included."""

LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
SOURCES = {"script", "img", "source", "iframe", "embed", "video", "audio", "track", "input"}

IN_STYLESHEET = re.compile(r"""(?:url\(\s*|@import\s+)["']?(?!data:|#)([^"')\s;]+)""")
IN_SCRIPT = re.compile(r"""^\s*(?:import|export)\s(?:[\w$*{},\s]*\sfrom\s*)?["']([^"']+)["']""", re.MULTILINE)

COMPRESSIBLE = ("text/", "image/svg+xml", "application/json", "application/javascript")
WORTH_PACKING = 1000
"""Bytes above which a text that is sent plain is remarked upon."""


class Loads(HTMLParser):
    """Collects what a page makes a browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address in a tag that loads something."""
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and LOADED_LINKS & set(values.get("rel", "").split()):
            self.addresses.append(values.get("href", ""))
        if tag in SOURCES and values.get("src"):
            self.addresses.append(values["src"])
        if tag == "object" and values.get("data"):
            self.addresses.append(values["data"])
        if tag in {"img", "source"} and values.get("srcset"):
            self.addresses += [part.split()[0] for part in values["srcset"].split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is loaded: bytes as sent, headers included, and bytes if its text were packed."""

    path: str
    sent: int
    packed: int

    @property
    def plain(self) -> bool:
        """Whether it is a longer text that was sent unpacked."""
        return self.sent - self.packed > WORTH_PACKING


def loads(body: str, mimetype: str) -> list[str]:
    """The addresses that a page, a stylesheet or a script makes a browser load, as written in it."""
    if mimetype == "text/html":
        page = Loads()
        page.feed(body)
        return [address for address in page.addresses if address and not address.startswith("data:")]
    if mimetype == "text/css":
        return IN_STYLESHEET.findall(body)
    if mimetype in {"text/javascript", "application/javascript"}:
        return IN_SCRIPT.findall(body)
    return []


def weigh(port: int, path: str) -> list[Part]:
    """Everything a page loads, itself first; a part is counted once.

    Raises:
        BenchmarkError: when something is not answered with 200 or comes from elsewhere.
    """
    parts: dict[str, Part] = {}
    to_load = [path]
    while to_load:
        address = to_load.pop()
        if address in parts:
            continue
        answer = servers.fetch(port, address)
        if answer.status != HTTPStatus.OK:
            raise servers.BenchmarkError(f"{path} loads {address}, which answers {answer.status}.")
        mimetype = answer.headers.get("content-type", "").partition(";")[0]
        is_packed = answer.headers.get("content-encoding") == "gzip"
        could_be = not is_packed and mimetype.startswith(COMPRESSIBLE)
        saved = len(answer.body) - len(gzip.compress(answer.body, 6)) if could_be else 0
        parts[address] = Part(address, answer.size, answer.size - max(saved, 0))
        if mimetype.startswith(COMPRESSIBLE):
            body = gzip.decompress(answer.body) if is_packed else answer.body
            to_load += [_within(port, address, found) for found in loads(body.decode(), mimetype)]
    return list(parts.values())


def _within(port: int, base: str, found: str) -> str:
    own = f"http://{servers.HOST}:{port}"
    whole = urljoin(own + base, found)
    if not whole.startswith(own + "/"):
        raise servers.BenchmarkError(f"{base} loads {found}, which is not of this site.")
    parts = urlsplit(whole)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def figures(port: int, survey_pages: Iterable[str], findings: Iterable[str]) -> Iterator[Figure]:
    """Weigh pages of a running server.

    Args:
        port: the server's.
        survey_pages: paths of pages of questions.
        findings: paths of findings pages.
    """
    yield _heaviest("Survey page, the heaviest", port, survey_pages, SURVEY_PAGE)
    yield _heaviest("Findings page, the heaviest language", port, findings, FINDINGS_PAGE)


def _heaviest(name: str, port: int, paths: Iterable[str], at_most: float) -> Figure:
    weighed = [weigh(port, path) for path in paths]
    parts = max(weighed, key=lambda parts: sum(part.sent for part in parts))
    page, *others = parts
    plain = {_short(part.path) for parts in weighed for part in parts if part.plain}
    details = f"of {len(weighed)}: {_short(page.path)} {page.sent / 1000:.1f} + {len(others)} files"
    if plain:
        all_packed = sum(part.packed for part in parts) / 1000
        details += f"; {len(plain)} sent plain, as {min(plain)} ({all_packed:.1f} kB if packed)"
    return Figure(name, sum(part.sent for part in parts) / 1000, "kB", at_most, details=details)


def _short(path: str) -> str:
    """A path without a respondent's key and without versions."""
    return re.sub(r"/r/[^/]+/", "/r/…/", path.partition("?")[0])
