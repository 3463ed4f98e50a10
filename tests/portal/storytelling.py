"""Invented case studies for tests: one that says little, one that says everything, and many at random."""

from __future__ import annotations

import random
from typing import Any

from portal.languages import LANGUAGES
from portal.stories import codes

MANY = 60


def words(text: str) -> dict[str, str]:
    """A text in every language, told apart by its code."""
    return {code: f"{text} ({code})" for code in LANGUAGES}


def story(**more: Any) -> dict[str, Any]:
    """The least that a case study may say; `more` adds to it, or replaces."""
    said = {"text": words("What it is"), "sources": ["one"]}
    return {
        "title": words("An agency tried a group"),
        "summary": words("A summary"),
        "country": "ca",
        "size": "unknown",
        "sections": {"what_it_is": said},
        "licence": "CC BY 4.0",
        "sources": [{"id": "one", "name": words("A source"), "address": "https://example.org/one"}],
        **more,
    }


def medium(kind: str, address: str | None, **more: Any) -> dict[str, Any]:
    """One item of a case study's media."""
    return {"kind": kind, "name": words(f"A {kind}"), "address": address, **more}


def image(**more: Any) -> dict[str, Any]:
    """An image of this portal with everything that it needs."""
    told = {"alternative": words("A room with two phones"), "credit": "An agency", "licence": "CC BY 4.0"}
    return {**medium("image", "/static/share.png"), **told, **more}


def everything() -> dict[str, Any]:
    """A case study that fills in every field."""
    said = {"text": words("**Told** with [[fact:whatsapp-group-limit@256]]"), "sources": ["one"]}
    switch = {
        "from": "whatsapp", "to": "telegram", "when": "2020-05", "when_note": words("Late"),
        "reasons": [{"text": words("Room"), "source": "one"}], "facts": ["whatsapp-group-limit"],
        "caution": words("Take care"),
    }  # fmt: skip
    captions = [{"language": code, "address": f"/static/captions-{code}.vtt"} for code in LANGUAGES]
    return story(
        official_name={"text": "The Group", "language": "en"},
        created_by=[{"name": "An Agency", "language": "en"}],
        pilot=True,
        city=words("Town"),
        province="ON",
        also_provinces=["MB"],
        platforms=["whatsapp", "telegram"],
        audiences=["afghans"],
        languages_of_service=["ps", "prs"],
        purposes=["peer_support"],
        setting="rural",
        size="up_to_100",
        period={"from": "2019-02", "to": "2021"},
        sections=dict.fromkeys(codes.SECTIONS, said),
        facts=["whatsapp-group-limit", "telegram-group-limit"],
        switches=[switch, {**switch, "from": "telegram", "to": "signal", "when": None}],
        quotations=[
            {"text": words("It helps"), "language": "fr", "by": words("A moderator"), "source": "one"},
        ],
        conflicts=[said],
        media=[
            medium("video", "/static/film.mp4", captions=captions, transcript=words("What is *said*")),
            medium("video", "https://youtu.be/abcdefghijk", provider="youtube", captions=captions),
            medium("video", "https://vimeo.com/12345", provider="vimeo"),
            medium("video", "https://videos.example.org/film"),
            image(),
            image(address="https://pictures.example.org/one.png"),
            medium("audio", "/static/talk.mp3"),
            medium("backgrounder", None, named_in="one"),
        ],
        related=["case:ottawa-group", "session:summit-2020/is-digital-messaging-right"],
        contact="The desk of the agency",
    )  # fmt: skip


def many() -> dict[str, dict[str, Any]]:
    """Case studies at random, by slug; the same in each run."""
    rng = random.Random(613)  # noqa: S311 - invented values

    def some(options: tuple[str, ...]) -> list[str]:
        return rng.sample(options, rng.randint(0, 3))

    return {
        f"invented-{number:02}": story(
            title=words(f"{rng.choice('ÀBÉdz')} story {number}"),
            platforms=some(codes.PLATFORMS[:4]),
            audiences=some(codes.AUDIENCES[:4]),
            languages_of_service=some(codes.LANGUAGES_OF_SERVICE[:4]),
            purposes=some(codes.PURPOSES[:4]),
            province=rng.choice(["ON", "QC", None]),
            also_provinces=rng.choice([[], ["MB"], ["ON"]]),
            setting=rng.choice(["city", "rural", None]),
            size=rng.choice(codes.SIZES),
            period=rng.choice([{"from": "2017-03"}, {"from": "2020"}, None]),
        )
        for number in range(MANY)
    }
