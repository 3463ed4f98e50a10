"""Markdown as plain words: what a reader sees of a text, for finding it and for showing a passage of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

REFERENCE = re.compile(r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{0,300}))?\]\]")
"""A reference of the evidence thread, with or without words of its own."""

MISSING = "…"
"""What stands for a reference without words: what it says is known to another part of the portal."""

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and marks of direction, which would lose their other half where a passage is cut."""


BETWEEN = " · "
"""Stands between two blocks of which the first ends without a full stop, as headings and list items do."""

ENDS = ".!?…:;,؟،؛"


def spoken(text: str) -> str:
    """A text without characters that nobody sees, and with single spaces."""
    return " ".join(UNSEEN.sub(" ", text).split())


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """The words of a text in Markdown, on one line, without marks, addresses and references."""
    whole = REFERENCE.sub(lambda found: (found.group(2) or MISSING).strip(), UNSEEN.sub(" ", text))
    line = ""
    for block in filter(None, map(spoken, _words(_markdown.parse(whole)))):
        line += (" " if line[-1:] in ENDS else BETWEEN) + block if line else block
    return line


def _words(blocks: Iterable[Token]) -> Iterable[str]:
    for block in blocks:
        if block.type == "inline":
            yield "".join(_inline(block.children or []))
        elif block.type in {"fence", "code_block"}:
            yield block.content


def _inline(parts: Iterable[Token]) -> Iterable[str]:
    for part in parts:
        if part.type in {"text", "code_inline", "image", "html_inline"}:
            yield part.content
        elif part.type in {"softbreak", "hardbreak"}:
            yield " "
