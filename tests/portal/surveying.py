"""What tests of the staff's survey pages do over and over: bring a file in, run jobs, find a button."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from portal import jobs
from tests.portal.walking import SURVEY

if TYPE_CHECKING:
    from flask import Flask

    from tests.inspecting import InspectingClient, Reply

AT = "/staff/surveys/"
WAVE = f"{AT}{SURVEY}/2026.1/"


def upload(
    client: InspectingClient, text: str | bytes, *, do: str, name: str = "practice.yaml", slug: str = ""
) -> Reply:
    page = client.get(AT + "new/")
    data = text.encode() if isinstance(text, str) else text
    token = page.page.one("//form[@enctype]//input[@name='csrf_token']").get("value")
    fields = {"csrf_token": token, "slug": slug, "do": do, "file": (io.BytesIO(data), name)}
    return client.post(AT + "new/", fields, content_type="multipart/form-data")


def run_jobs(app: Flask) -> int:
    with app.app_context():
        return jobs.run_waiting()


def said(reply: Reply) -> str:
    return " ".join(" ".join(reply.page.one("//main").itertext()).split())


def button(reply: Reply, words: str) -> str:
    """The xpath of the form whose button says this."""
    form = f"//form[@method='post'][.//button[starts-with(normalize-space(), {words!r})]]"
    reply.page.one(form)
    return form
