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
    toolkit = ROOMS / "toolkit" / "starter"
    yield Starter(toolkit / "toolkit.yaml", "toolkit")
    yield Starter(toolkit / "stages.yaml", "stage", "stages")
    yield Starter(toolkit / "checklists.yaml", "checklist", "checklists")
    for path in sorted((toolkit / "templates").glob("[a-z]*.yaml")):
        yield Starter(path, "template")
    yield Starter(toolkit / "chooser.yaml", "chooser")
    facts = ROOMS / "facts" / "starter"
    yield Starter(facts / "_units.yaml", "fact-words")
    yield Starter(facts / "facts.yaml", "fact", "facts")
    for path in sorted((ROOMS / "platforms" / "starter").glob("[a-z]*.yaml")):
        yield Starter(path, "platform")
    stories = ROOMS / "stories" / "starter"
    yield Starter(stories / "_vocabulary.yaml", "vocabulary")
    for path in sorted(stories.glob("[a-z]*.yaml")):
        yield Starter(path, "case-study")
    for path in sorted((ROOMS / "conference" / "starter").glob("*.yaml")):
        yield Starter(path, "conference")
