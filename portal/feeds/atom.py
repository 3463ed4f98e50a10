"""Writes a feed as Atom (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.feeds.entries import Entry

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"

NAMESPACES: Mapping[str, str] = cast(
    "Mapping[str, str]", {None: ATOM}
)  # None is the default one; the stubs do not know it

FOUNDED = 2026
"""The year that the names of entries are made of (RFC 4151); never changed, or all entries seem new."""

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def feed(
    entries: Sequence[Entry], *, host: str, base: str, address: str, page: str, title: str, language: str
) -> bytes:
    """A feed.

    Args:
        entries: what is new, the last changed first.
        host: the portal's name, which entries are named after.
        base: the portal's public address, put before paths.
        address: path of the feed.
        page: path of the page that the feed goes with.
        title: what the feed is called.
        language: code of the language of all texts.

    Returns:
        The document, UTF-8.
    """
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=NAMESPACES, attrib={f"{{{XML}}}lang": language})
    _add(root, "id", _name(host, f"feed{address}"))
    _add(root, "title", title)
    _add(root, "updated", _time(max((entry.updated_at for entry in entries), default=0)))
    _add(root, "link", rel="self", type="application/atom+xml", href=base + address)
    _add(root, "link", rel="alternate", type="text/html", hreflang=language, href=base + page)
    _add(_add(root, "author"), "name", "DMSI")
    _add(root, "rights", LICENCE)
    for entry in entries:
        node = _add(root, "entry")
        _add(node, "id", _name(host, f"{entry.name}/{language}"))
        _add(node, "title", entry.title)
        _add(node, "link", rel="alternate", type="text/html", hreflang=language, href=base + entry.address)
        _add(node, "published", _time(entry.published_at))
        _add(node, "updated", _time(entry.updated_at))
        _add(node, "category", term=entry.kind, label=str(entry.label))
        _add(node, "summary", entry.summary)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text
    return child


def _name(host: str, thing: str) -> str:
    return f"tag:{host},{FOUNDED}:{thing}"


def _time(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
