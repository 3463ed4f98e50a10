"""What the page after a post says: a sentence about what was done, and a way to undo it, once.

A notice waits in the session, which is a signed cookie that anyone at the machine can read, so it names no
more than the page itself shows. It is shown once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import request, session
from flask_babel import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "notices"

UNDOING = "undoing"
"""The hidden field that an Undo button adds to its own."""

MOST = 5
"""Notices that wait at the same time; a cookie holds little."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The reverse of what was done: a post of this site.

    Attributes:
        url: where the Undo button posts to.
        values: hidden fields sent along.
    """

    url: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as shown."""

    text: str
    kind: str
    undo: Undo | None


def done(sentence: object, undo: Undo | None = None) -> None:
    """Say on the next page that something was done, or undone if the present post came of an Undo button.

    Args:
        sentence: what was done, in the page's language.
        undo: how to take it back. What was undone is not offered to be undone again: that would never end.

    Raises:
        ValueError: for an undo that leaves the staff area.
    """
    if UNDOING in request.form:
        _leave("good", _("Undone. %(sentence)s", sentence=sentence), None)
    else:
        _leave("good", sentence, undo)


def refused(sentence: object) -> None:
    """Say on the next page that something was not done, and why.

    Args:
        sentence: what and why, in the page's language.
    """
    _leave("warning", sentence, None)


def _leave(kind: str, sentence: object, undo: Undo | None) -> None:
    if undo and not undo.url.startswith("/staff/"):
        raise ValueError(f"{undo.url} is outside the staff area.")
    waiting: list[dict[str, Any]] = session.get(KEY, [])
    back = {"url": undo.url, "values": {**undo.values, UNDOING: "1"}} if undo else None
    session[KEY] = [*waiting, {"text": str(sentence), "kind": kind, "undo": back}][-MOST:]


def take() -> list[Notice]:
    """The notices that wait, each given once."""
    if KEY not in session:
        return []
    return [
        Notice(one["text"], one["kind"], Undo(**one["undo"]) if one["undo"] else None)
        for one in session.pop(KEY)
    ]
