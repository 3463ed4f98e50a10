"""Renders an editor's text: Markdown as safe HTML, each reference as a value, a chart or a link."""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from portal import filters
from portal.content import references, targets
from portal.thread.uses import uses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

    from portal.content.references import Reference
    from portal.content.targets import Found

MARK = f"reference{secrets.token_hex(8)}"
"""Holds a reference's place while HTML is cleaned; nobody can write it, for it is new in every process."""

FOUND = "thread"
"""Where the references of a text stand while markdown-it reads it."""

PLACE = re.compile(f"{MARK}([0-9]+)x")
ALONE = re.compile(f"<p>{MARK}([0-9]+)x</p>")


def text(written: str) -> Markup:
    """An editor's Markdown as HTML; a reference alone in its paragraph becomes a chart where there is one."""
    html, found = _read(written)
    known = targets.find(found)
    html = ALONE.sub(lambda place: str(_block(found[int(place[1])], known)), html)
    html = PLACE.sub(lambda place: str(_inline(found[int(place[1])], known)), html)
    return Markup(html)  # noqa: S704 - the filter has cleaned it, and what is put in is ours


def line(written: str) -> Markup:
    """A line of plain text, escaped, with its references rendered."""
    found = list(references.within(written))
    known = targets.find(found)
    shown, end = Markup(), 0
    for place, reference in zip(references.PATTERN.finditer(written), found, strict=True):
        shown += escape(written[end : place.start()]) + _inline(reference, known)
        end = place.end()
    return shown + escape(written[end:])


@lru_cache(maxsize=2048)
def _read(written: str) -> tuple[str, tuple[Reference, ...]]:
    """Clean HTML with a place for each reference, and the references."""
    env: dict[str, list[Reference]] = {FOUND: []}
    html = _markdown.render(written, env)
    return str(filters.cleaned(html)), tuple(env[FOUND])


def _find_reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as markdown-it calls it
    """A rule of markdown-it, asked in text alone: never in code, nor in an address or title of a link."""
    if not state.src.startswith("[[", state.pos):
        return False
    match = references.PATTERN.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("reference", "", 0)
        token.meta = {FOUND: references.parse(match)}
    state.pos = match.end()
    return True


def _hold_place(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, env: EnvType
) -> str:
    found: list[Reference] = env[FOUND]
    found.append(tokens[at].meta[FOUND])
    return f"{MARK}{len(found) - 1}x"


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_markdown.inline.ruler.before("link", "reference", _find_reference)
_markdown.add_render_rule("reference", _hold_place)


def _inline(reference: Reference, known: dict[Reference, Found]) -> Markup:
    """A reference within a sentence."""
    it = known.get(reference)
    if it is None:
        gone = reference.words or _("no longer available")
        return Markup('<span class="unknown">{}</span>').format(gone)
    if it.inline is not None:
        return it.inline
    return Markup('<a href="{}">{}</a>').format(it.address, reference.words or it.title)


def _block(reference: Reference, known: dict[Reference, Found]) -> Markup:
    it = known.get(reference)
    block = it.block() if it is not None and it.block is not None and not reference.words else None
    if block is None:
        return Markup("<p>{}</p>").format(_inline(reference, known))
    return block


def install(app: Flask) -> None:
    """Give templates the filters `thread` and `line`, and the function `uses`."""
    app.jinja_env.filters.update(thread=text, line=line)
    app.jinja_env.globals.update(uses=uses)
