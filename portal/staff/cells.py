"""What can stand in a cell of a staff table, and how it is shown; templates know each by its `kind`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_babel import format_date, format_time
from flask_babel import gettext as _
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    text: object
    href: str
    kind = "link"


@dataclass(frozen=True, slots=True)
class Time:
    """A point in time, in seconds of UTC; nothing when it has not come."""

    at: int | None
    kind = "time"


@dataclass(frozen=True, slots=True)
class Button:
    """A button that posts: what is done to this row.

    Attributes:
        label: what it does.
        url: where it posts to.
        values: hidden fields sent along.
        about: the row's name, heard by those who do not see where the button stands.
        style: `quiet` (as links are) or empty.
    """

    label: object
    url: str
    values: Mapping[str, object] = field(default_factory=dict)
    about: object = ""
    style: str = "quiet"
    kind = "button"


def kind(cell: Any) -> str:
    """How a template shows a cell.

    Returns:
        The kind of our own cells; `several` for a tuple or list of cells, `nothing` for None and "",
        `number`, `words` for what the site itself says (a lazy text or markup), and `data` for any other
        text: it may be in any language and run in either direction.
    """
    own = getattr(type(cell), "kind", None)
    if isinstance(own, str):
        return "nothing" if isinstance(cell, Time) and cell.at is None else own
    if isinstance(cell, tuple | list):
        return "several" if cell else "nothing"
    if cell is None or cell == "":
        return "nothing"
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return "number"
    return "data" if type(cell) is str else "words"


def moment(at: int) -> str:
    """A point in time in the words of the page's language.

    Args:
        at: seconds of UTC.
    """
    when = datetime.fromtimestamp(at, UTC)
    return _("%(day)s, %(time)s UTC", day=format_date(when, "medium"), time=format_time(when, "short"))


def machine_time(at: int) -> str:
    """A point in time as HTML's `datetime` attribute wants it.

    Args:
        at: seconds of UTC.
    """
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def isolated(text: object) -> Markup:
    """A name or another's words inside a sentence: whichever way they run, the sentence keeps its order."""
    return Markup("<bdi>{}</bdi>").format(text)
