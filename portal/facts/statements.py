"""What the statements of a fact must keep to: sound in themselves, and never changed once published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from portal.content import Complaint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PRECISE = ("review_by", "withdrawn.on")
"""Dates that must be a whole day: somebody acts on them."""


def faults(body: Mapping[str, Any]) -> Iterator[Complaint]:
    """What is wrong with the statements of a fact beyond their shape."""
    seen = set()
    for number, one in enumerate(body["statements"], start=1):
        place = f"statements.{number}"
        if one["id"] in seen:
            yield Complaint(f"{place}.id", _("“%(name)s” is taken already.", name=one["id"]))
        seen.add(one["id"])
        if not one.get("as_of") and not one.get("as_of_note"):
            yield Complaint(f"{place}.as_of", _("Give its date, or say what is known of it."))
        for name in PRECISE:
            group, _dot, key = name.rpartition(".")
            day = ((one.get(group) or {}) if group else one).get(key)
            if day and not _is_day(day):
                yield Complaint(f"{place}.{name}", _("Write a whole day, as 2026-11-03."))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def guard(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Complaint]:
    """What of a change would overwrite something stated: statements are only added below, or withdrawn.

    Args:
        old: the fact as it is kept.
        new: the fact as it would be.
    """
    for name in ("unit", "platform"):
        if old.get(name) != new.get(name):
            yield Complaint(name, _("It is part of what was stated and stays; write a fact of its own."))
    kept = new["statements"]
    for number, before in enumerate(old["statements"], start=1):
        after = kept[number - 1] if number <= len(kept) else None
        if after is None or after["id"] != before["id"]:
            sentence = _("“%(name)s” was published and stays in its place; add below it.", name=before["id"])
            yield Complaint(f"statements.{number}", sentence)
            return
        was, now = _said(before), _said(after)
        if "withdrawn" not in was:
            now.pop("withdrawn", None)
        for key in sorted(was.keys() | now.keys()):
            if was.get(key) != now.get(key):
                sentence = _("It was published and stays; add a statement below, or withdraw this one.")
                yield Complaint(f"statements.{number}.{key}", sentence)


def _said(statement: Mapping[str, Any]) -> dict[str, Any]:
    """A statement without its empty fields."""
    return {key: value for key, value in statement.items() if value not in (None, "", [], {})}
