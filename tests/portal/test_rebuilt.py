"""What is derived can be thrown away: charts and kept pages come back the same, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import create_app
from portal.charts import drawings

if TYPE_CHECKING:
    from flask import Flask

PAGES = ("/en/", "/fr/findings/digital-messaging/", "/ar/findings/digital-messaging/barriers/?by=role")
FILES = ("/ar/findings/digital-messaging/platforms.svg", "/en/findings/digital-messaging/reach.png")


def _read(site: Flask) -> list[bytes]:
    client = site.test_client()
    return [client.get(address).get_data() for address in (*PAGES, *FILES)]


def test_charts_and_pages_thrown_away_come_back_the_same(demo_app: Flask) -> None:
    before = _read(demo_app)
    assert all(before)
    folder = demo_app.config["PORTAL"].instance
    with demo_app.app_context():
        drawings.forget()
    assert not (folder / "charts").exists()
    again = create_app({"PORTAL_INSTANCE": folder})
    assert _read(again) == before
    assert any((folder / "charts").iterdir())
