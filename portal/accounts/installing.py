"""Putting the room of accounts in place, in the order its parts need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.accounts import doors, letters, library, second_factor
from portal.accounts.views import bp

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Put the account pages in place; sessions (`portal.identity`) come before."""
    letters.register()
    library.install(app)
    second_factor.install(app)
    doors.install(app)
    app.register_blueprint(bp)
