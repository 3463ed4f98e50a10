"""Who uses a platform, who came to it and who left it, worked out from the case studies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portal.content.kinds import Text


@dataclass(frozen=True, slots=True)
class Move:
    """A case study that changed its platform.

    Attributes:
        slug: of the case study.
        title: of the case study, by language.
        other: code of the platform it came from, or went to.
        when: a day, month or year; None where no source gives it.
        reasons: why, by language, as far as a source says.
    """

    slug: str
    title: Text
    other: str
    when: str | None
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Practice:
    """What the case studies tell of one platform.

    Attributes:
        used: cards of the case studies that use it or used it.
        came: moves to it.
        left: moves away from it.
    """

    used: tuple[Mapping[str, Any], ...]
    came: tuple[Move, ...]
    left: tuple[Move, ...]


def practice(code: str, cards: Iterable[Mapping[str, Any]]) -> Practice:
    """What the case studies tell of a platform.

    Args:
        code: of the platform.
        cards: of the case studies, with `platforms` and `switches` (`from`, `to`, `when`, `reasons`).
    """
    used, came, left = [], [], []
    for card in cards:
        if code in card["platforms"]:
            used.append(card)
        for switch in card["switches"]:
            if switch["to"] == code:
                came.append(_move(card, switch, switch["from"]))
            if switch["from"] == code:
                left.append(_move(card, switch, switch["to"]))
    return Practice(tuple(used), tuple(came), tuple(left))


def _move(card: Mapping[str, Any], switch: Mapping[str, Any], other: str) -> Move:
    return Move(card["slug"], card["title"], other, switch["when"], tuple(switch["reasons"]))
