"""The shipped facts and profiles say the same in three languages, and only what a checked page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.facts.kinds import AREAS, PLATFORMS, QUALIFIERS, UNITS
from portal.facts.statements import faults
from tests.content.starter_texts import LANGUAGES, PORTAL, numbers, read, texts, values_of
from tests.page_languages import LATIN_RUN

FACTS = {fact["slug"]: fact for fact in read(PORTAL / "facts/starter/facts.yaml")["facts"]}
WORDS = read(PORTAL / "facts/starter/_units.yaml")
PROFILES = {path.stem: read(path) for path in sorted((PORTAL / "platforms/starter").glob("*.yaml"))}
FILES = {**FACTS, "_units": WORDS, **PROFILES}

ADDRESSES = frozenset((Path(__file__).parent / "addresses.txt").read_text(encoding="utf-8").split())

REFERENCE = re.compile(r"\[\[[^\[\]]*\]\]")

each_fact = pytest.mark.parametrize("slug", FACTS)
each_profile = pytest.mark.parametrize("slug", PROFILES)


def odd(fits: re.Pattern[str], *languages: str) -> list[tuple[str, str]]:
    """The texts, in some languages, in which a pattern is found; references are no words."""
    return [
        (f"{name}{place}", text[code])
        for name, content in FILES.items()
        for place, text in texts(content)
        for code in languages
        if fits.search(REFERENCE.sub("", text[code]))
    ]


def test_every_text_is_written_in_the_three_languages() -> None:
    written = [(f"{name}{place}", text) for name, content in FILES.items() for place, text in texts(content)]
    assert len(written) > 300
    assert [place for place, text in written if set(text) != set(LANGUAGES) or not all(text.values())] == []
    longer_than_a_name = 3
    assert [
        place
        for place, text in written
        if len(set(text.values())) < len(LANGUAGES)
        and max(len(one.split()) for one in text.values()) > longer_than_a_name
    ] == []


def test_each_language_keeps_to_its_own_script_and_western_digits() -> None:
    assert odd(re.compile(r"[\u0600-\u06ff]"), "en", "fr") == []
    assert odd(re.compile("[٠-٩۰-۹]"), "ar") == []
    assert odd(LATIN_RUN, "ar") == []


def test_french_has_no_break_spaces_and_typographic_apostrophes() -> None:
    assert odd(re.compile(r"'|[^\u00a0][:%»](?!//)|«[^\u00a0]|\d \d{3}(?!\d)| [;!?]"), "fr") == []


def test_numbers_are_the_same_in_every_language() -> None:
    differing = [
        (f"{name}{place}", [numbers(REFERENCE.sub("", text[code]), code) for code in LANGUAGES])
        for name, content in FILES.items()
        for place, text in texts(content)
        if len({tuple(numbers(REFERENCE.sub("", text[code]), code)) for code in LANGUAGES}) > 1
    ]
    assert differing == []


def test_references_are_the_same_in_every_language() -> None:
    written = [text for content in FILES.values() for _, text in texts(content)]
    assert [
        text for text in written if len({tuple(REFERENCE.findall(text[code])) for code in LANGUAGES}) > 1
    ] == []


def test_every_address_is_one_where_facts_were_checked() -> None:
    used = {address for content in FILES.values() for address in values_of(content, "address")}
    assert used - ADDRESSES == set()


def test_codes_have_words_and_words_have_codes() -> None:
    assert (set(WORDS["units"]), set(WORDS["areas"]), set(WORDS["qualifiers"])) == (
        set(UNITS), set(AREAS), set(QUALIFIERS),
    )  # fmt: skip
    assert {fact["unit"] for fact in FACTS.values()} == set(UNITS)
    assert set(read(PORTAL / "stories/starter/_vocabulary.yaml")["platforms"]) == set(PLATFORMS)


@each_fact
def test_statements_are_sound_and_their_text_shows_the_value(slug: str) -> None:
    assert list(faults(FACTS[slug])) == []
    spelled = {"ottawa-group-moderators", "francophone-portal-founders", "arrival-advisor-languages-bc",
               "arrival-advisor-languages-mb", "dmsi-pilots", "scan-2018-focus-groups"}  # fmt: skip
    units_told_otherwise = {"whatsapp-file-size", "settlement-funding"}
    if slug in spelled | units_told_otherwise:
        return
    for one in FACTS[slug]["statements"]:
        shown = numbers(one["text"]["en"], "en")
        assert one["value"] is None or one["value"] in shown, one["id"]


@each_fact
def test_what_still_changes_is_checked_again_and_what_is_past_is_not(slug: str) -> None:
    *before, now = FACTS[slug]["statements"]
    assert {one["review_by"] for one in before} <= {None}
    assert now["review_by"] is None or now["review_by"] > "2026-11"


def test_the_limits_and_sizes_that_readers_plan_by() -> None:
    told = {slug: [one["value"] for one in FACTS[slug]["statements"]] for slug in FACTS}
    assert told["whatsapp-group-limit"] == [100, 256, 512, 1024]
    assert told["telegram-group-limit"] == [200, 1000, 5000, 10000, 20000, 50000, 100000, 200000]
    assert told["ottawa-group-members"] == [500, 400, 300]
    sizes = FACTS["ottawa-group-members"]["statements"]
    assert [(one["platform"], one["qualifier"], one["as_of"]) for one in sizes] == [
        ("whatsapp", "more_than", None), ("telegram", "almost", "2020"), ("telegram", "more_than", None),
    ]  # fmt: skip


def test_weak_sources_are_said_to_be_weak() -> None:
    for slug in ("messenger-group-limit", "signal-group-limit", "wechat-group-limit"):
        assert "Check in the app before you plan." in FACTS[slug]["statements"][-1]["note"]["en"]


@each_profile
def test_profile_cites_what_it_defines_and_refers_to_facts_that_ship(slug: str) -> None:
    profile = PROFILES[slug]
    assert profile["slug"] == slug
    assert set(profile["limits"]) <= FACTS.keys()
    said = [*profile["tools"], *profile["cautions"]]
    cited = {name for one in said for name in one["sources"]}
    assert [one for one in said if not one["sources"]] == []
    assert cited == {source["id"] for source in profile["sources"]}
    assert profile["advice"] != []
    assert [
        source for source in profile["sources"] if not source["as_of"] and "as_of_note" not in source
    ] == []


@each_profile
def test_profile_quotes_statements_that_ship(slug: str) -> None:
    quoted = {
        tuple(found.partition("@")[::2])
        for _, text in texts(PROFILES[slug])
        for found in re.findall(r"\[\[fact:([^\]|]+)", text["en"])
    }
    stated = {(name, one["id"]) for name, fact in FACTS.items() for one in fact["statements"]}
    assert quoted <= stated | {(name, "") for name in FACTS}


def test_profiles_stand_in_one_order() -> None:
    ordered = sorted(PROFILES, key=lambda slug: PROFILES[slug]["position"])
    assert ordered == ["whatsapp", "telegram", "signal", "messenger", "wechat", "sms"]
