"""Templates of the toolkit: a text with blanks by name, and what becomes of it once some are filled in.

A template's text is plain: paragraphs, lists whose lines begin with `- `, and counted lists (`1. `). A blank
stands in it as `{organization}`. The text is cut into blocks before anything typed is put in, so what
somebody types stays text, whatever it looks like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from babel import Locale

BLANK = re.compile(r"\{([a-z][a-z0-9_]*)\}")

_ITEM = re.compile(r"(?:-|(\d+)\.) +(.*)")

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
"""What no file can hold, and marks that turn the direction of the text around them."""

_DIRECTIONS = {"L": False, "EN": False, "R": True, "AL": True, "AN": True}

_TYPED = str.maketrans("\u00a0\u202f’", "  '")
"""What the alphabet of text messages lacks, and what is typed instead: one such sign halves what fits."""

_MARK = "\u200e"

_QUOTED = re.compile(r"(?:([^“«:]+?)\s*:\s*)?[“«]\s*(.+?)\s*[”»]")
"""Words between quotation marks, with what they are for before a colon."""

Template = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled-in text.

    Attributes:
        kind: `text` of the template, an `answer` somebody typed, or a `blank` still to be filled by hand,
            whose text is its name.
    """

    text: str
    kind: Literal["text", "answer", "blank"] = "text"

    def __str__(self) -> str:
        """As it stands in plain text."""
        return f"[{self.text}]" if self.kind == "blank" else self.text

    def turned(self) -> list[tuple[str, str]]:
        """An answer in parts of one direction, each with `ltr` or `rtl` where it turns from the first."""
        around = runs_right_to_left(self.text, otherwise=False)
        ways = {True: "rtl", False: "ltr"}
        return [(text, "" if rtl is around else ways[rtl]) for text, rtl in stretches(self.text, around)]


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list.

    Attributes:
        kind: `paragraph`, `list`, or `counted`.
        items: one for a paragraph, one for each item of a list.
    """

    kind: Literal["paragraph", "list", "counted"]
    items: tuple[Pieces, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of a section to copy into a message: what they are for, and the plain text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks, and what of them is written for members."""

    heading: str
    blocks: tuple[Block, ...]
    wordings: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A template in one language with its blanks filled in, as far as they were.

    Attributes:
        message: the message to copy, when the template is one.
        left: the names of the blanks that were left empty, in the order of the form.
        rtl: whether its language runs from right to left.
    """

    title: str
    intro: str
    sections: tuple[Section, ...]
    message: Pieces
    left: tuple[str, ...]
    rtl: bool

    @property
    def message_text(self) -> str:
        """The message as plain text, with what is still blank in brackets."""
        return _typed(self.message, rtl=self.rtl)


def fill(template: Template, language: str, answers: Mapping[str, str] | None = None) -> Filled:
    """A template in one language, with answers in place of its blanks.

    Args:
        template: a document of the kind `template`.
        language: code of a language it is written in.
        answers: name of a blank -> what was typed; a blank without an answer stays one.

    Raises:
        KeyError: if the template lacks a text in this language.
    """
    given = {name: text for name, text in (answers or {}).items() if text}
    blanks = {field["name"]: field["label"][language] for field in template["fields"]}
    lists = {field["name"] for field in template["fields"] if field["kind"] == "lines"}
    rtl = Locale.parse(language).text_direction == "rtl"

    def filled(section: Mapping[str, Any]) -> Section:
        heading, cut = section["heading"][language], list(blocks(section["text"][language]))
        found = _wordings(heading, cut) if section.get("members") else ()
        wordings = (Wording(name, _typed(_pieces(text, blanks, given), rtl=rtl)) for name, text in found)
        return Section(heading, tuple(_filled(block, blanks, given, lists) for block in cut), tuple(wordings))

    message = (template.get("message") or {language: ""})[language].strip()
    return Filled(
        title=template["title"][language],
        intro=template["intro"][language],
        sections=tuple(map(filled, template["sections"])),
        message=tuple(_pieces(message, blanks, given)),
        left=tuple(label for name, label in blanks.items() if name not in given),
        rtl=rtl,
    )


def blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Kind and texts of each block of a plain text, as `Block` has them."""
    for chunk in re.split(r"\n[ \t]*\n", text.strip()):
        kind, items = "paragraph", [""]
        for line in chunk.splitlines():
            found = _ITEM.fullmatch(line.strip())
            if found is None:
                items[-1] = f"{items[-1]} {line.strip()}".strip()
                continue
            if kind == "paragraph" and items[-1]:
                yield kind, items
                items = []
            elif kind == "paragraph":
                items = []
            kind = "counted" if found[1] else "list"
            items.append(found[2].strip())
        yield kind, items


def _wordings(heading: str, cut: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    """Name and text of what a section written for members says to them.

    That is the words between quotation marks, or where there are none its lists; the rest tells staff what
    to do.
    """
    found = (_QUOTED.fullmatch(text) for _kind, items in cut for text in items)
    quoted = [(said[1] or heading, said[2]) for said in found if said]
    if quoted:
        return quoted
    lines = [
        f"{number}. {text}" if kind == "counted" else f"- {text}"
        for kind, items in cut
        if kind != "paragraph"
        for number, text in enumerate(items, start=1)
    ]
    return [(heading, "\n".join(lines))] if lines else []


def _typed(pieces: Iterable[Piece], *, rtl: bool) -> str:
    """A text as it is typed into a message.

    Within Arabic a mark that nobody sees keeps the parts of a telephone number in their order.
    """
    text = "".join(map(str, pieces)).translate(_TYPED)
    if not rtl:
        return text
    return "".join(part if way else f"{_MARK}{part}" for part, way in stretches(text, around=True))


def _filled(
    block: tuple[str, list[str]], blanks: Mapping[str, str], given: Mapping[str, str], lists: set[str]
) -> Block:
    kind: Any
    kind, texts = block
    alone = BLANK.fullmatch(texts[0]) if kind == "paragraph" else None
    if alone and alone[1] in lists and alone[1] in given:
        lines = [line.strip() for line in given[alone[1]].splitlines() if line.strip()]
        return Block("list", tuple((Piece(line, "answer"),) for line in lines))
    return Block(kind, tuple(tuple(_pieces(text, blanks, given)) for text in texts))


def _pieces(text: str, blanks: Mapping[str, str], given: Mapping[str, str]) -> Iterator[Piece]:
    """A text cut at its blanks; braces that name no blank of the template stay as they are."""
    end = 0
    for found in BLANK.finditer(text):
        name = found[1]
        if name not in blanks:
            continue
        if found.start() > end:
            yield Piece(text[end : found.start()])
        yield Piece(given[name], "answer") if name in given else Piece(blanks[name], "blank")
        end = found.end()
    if end < len(text):
        yield Piece(text[end:])


def plain(text: str) -> str:
    """What somebody typed, without characters that no file can hold or that turn its direction."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def runs_right_to_left(text: str, otherwise: bool) -> bool:  # noqa: FBT001 - the answer where the text gives none
    """Whether a text begins from the right, by its first letter or digit."""
    for letter in text:
        way = unicodedata.bidirectional(letter)
        if way in {"L", "EN"}:
            return False
        if way in {"R", "AL", "AN"}:
            return True
    return otherwise


def stretches(text: str, around: bool) -> Iterator[tuple[str, bool]]:  # noqa: FBT001 - a direction
    """A text cut where its direction turns, each part with whether it runs from right to left.

    A word processor shows Latin letters and numbers of a run from right to left in another order than they
    were typed ("555-0199 613"), so each direction gets runs of its own. What has no direction goes with its
    neighbours where they agree, else with the text around; a sign before a number goes with the number.

    Args:
        text: what is cut.
        around: whether the text around it runs from right to left.
    """
    ways: list[bool | None] = [_DIRECTIONS.get(unicodedata.bidirectional(letter)) for letter in text]
    for place in range(len(text) - 1, 0, -1):
        if ways[place] is False and ways[place - 1] is None and text[place - 1] in "+#@$€":
            ways[place - 1] = False
    before = around
    after = [around] * (len(text) + 1)
    for place in range(len(text) - 1, -1, -1):
        way = ways[place]
        after[place] = after[place + 1] if way is None else way
    settled = []
    for place, way in enumerate(ways):
        if way is None:
            settled.append(before if before == after[place] else around)
        else:
            before = way
            settled.append(way)
    for way, group in groupby(zip(text, settled, strict=True), key=lambda pair: pair[1]):
        yield "".join(letter for letter, _way in group), way
