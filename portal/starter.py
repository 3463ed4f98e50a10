"""Where each room's shipped content lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.config import ROOT
from portal.content import Starter

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOMS = ROOT / "portal"


def starters() -> Iterator[Starter]:
    """Every shipped file, with the kind of its documents."""
    home = ROOMS / "home" / "starter"
    yield Starter(home / "home.yaml", "home")
    yield Starter(home / "known.yaml", "figure", "figures")
    yield Starter(home / "pages.yaml", "page", "pages")
    yield Starter(ROOMS / "toolkit" / "starter" / "toolkit.yaml", "toolkit")
    stories = ROOMS / "stories" / "starter"
    yield Starter(stories / "_vocabulary.yaml", "vocabulary")
    for path in sorted(stories.glob("[a-z]*.yaml")):
        yield Starter(path, "case-study")
    for path in sorted((ROOMS / "conference" / "starter").glob("*.yaml")):
        yield Starter(path, "conference")
