"""The kinds of documents that the rooms publish, put together for the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import content, metadata, thread
from portal.conference import kinds as conference
from portal.facts import kinds as facts
from portal.home import kinds as home
from portal.platforms import kinds as platforms
from portal.stories import kinds as stories
from portal.thread import findings
from portal.toolkit import chooser_kind
from portal.toolkit import kinds as toolkit

if TYPE_CHECKING:
    from flask import Flask


KINDS = (
    home.HOME,
    home.FIGURE,
    home.PAGE,
    *toolkit.KINDS,
    chooser_kind.KIND,
    *stories.KINDS,
    *facts.KINDS,
    *platforms.KINDS,
    conference.KIND,
)


def install(app: Flask) -> None:
    """Tell the application what it publishes, and how texts refer to it."""
    content.install(app, KINDS)
    thread.install(app)
    metadata.install(app)
    findings.install(app)
