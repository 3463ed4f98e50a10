"""The shipped content says the same in three languages, names its sources, and adds up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from portal.content import shapes
from portal.stories import codes
from portal.stories.facets import FACETS
from portal.stories.kinds import STORY
from tests.content.starter_texts import (
    FACTS,
    FIGURES,
    FILES,
    HOME,
    LANGUAGES,
    STORIES,
    SUMMIT,
    VOCABULARY,
    equations,
    numbers,
    prose,
    texts,
    values_of,
    walk,
    worked_out,
)
from tests.page_languages import LATIN_RUN

ADDRESSES = frozenset((Path(__file__).parent / "addresses.txt").read_text(encoding="utf-8").split())
"""The pages at which the facts were checked."""

PEOPLE = (
    "Louisa Taylor, Lama Chami, Wazhma Frogh, Nargis Ehsan, Zaid Tellawi, Marco Campana, Chris Friesen, "
    "Ibtissem Zekri"
)
"""Authors and speakers of the sources; the portal names organizations, not people."""

WHEN = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
CODES = {
    "platforms": codes.PLATFORMS, "audiences": codes.AUDIENCES, "languages": codes.LANGUAGES_OF_SERVICE,
    "purposes": codes.PURPOSES, "settings": codes.SETTINGS, "sizes": codes.SIZES,
    "countries": codes.COUNTRIES, "provinces": codes.PROVINCES, "media_kinds": codes.MEDIA,
}  # fmt: skip
"""Part of the vocabulary -> its codes."""

LONGER_THAN_A_NAME = 3

file_names = pytest.mark.parametrize("name", FILES)
sourced_names = pytest.mark.parametrize("name", [name for name in FILES if name != "_vocabulary"])
story_names = pytest.mark.parametrize("name", STORIES)
figure_names = pytest.mark.parametrize("slug", FIGURES)


@file_names
def test_every_text_is_written_in_the_three_languages(name: str) -> None:
    odd = [
        place for place, text in texts(FILES[name]) if set(text) != set(LANGUAGES) or not all(text.values())
    ]
    assert odd == []


@file_names
def test_no_text_longer_than_a_name_is_left_untranslated(name: str) -> None:
    same = [
        place
        for place, text in texts(FILES[name])
        if len(set(text.values())) < len(LANGUAGES)
        and max(len(t.split()) for t in text.values()) > LONGER_THAN_A_NAME
    ]
    assert same == []


@file_names
def test_each_language_keeps_to_its_own_script_and_western_digits(name: str) -> None:
    arabic = re.compile(r"[\u0600-\u06ff]")
    odd = [place for place, text in texts(FILES[name]) if arabic.search(text["en"] + text["fr"])]
    odd += [place for place, text in texts(FILES[name]) if re.search("[٠-٩۰-۹]", text["ar"])]
    odd += [place for place, text in texts(FILES[name]) if LATIN_RUN.search(prose(text["ar"]))]
    assert odd == []


@file_names
def test_french_has_no_break_spaces_and_typographic_apostrophes(name: str) -> None:
    wrong = re.compile(r"'|[^\u00a0][:%»](?!//)|«[^\u00a0]|\d \d{3}(?!\d)| [;!?]")
    odd = [(place, text["fr"]) for place, text in texts(FILES[name]) if wrong.search(prose(text["fr"]))]
    assert odd == []


@file_names
def test_every_address_is_one_where_facts_were_checked(name: str) -> None:
    assert {address for address in values_of(FILES[name], "address") if address} <= ADDRESSES


@sourced_names
def test_every_source_tells_its_date_or_that_it_has_none(name: str) -> None:
    dated = [value for _, value in walk(FILES[name]) if isinstance(value, dict) and "as_of" in value]
    odd = [
        value
        for value in dated
        if not (WHEN.fullmatch(value["as_of"]) if value["as_of"] else "as_of_note" in value)
    ]
    assert odd == []


@file_names
def test_no_person_is_named(name: str) -> None:
    words = {
        word
        for _, value in walk(FILES[name])
        if isinstance(value, str)
        for word in re.findall(r"[\w’-]+", value)
    }
    assert words & set(re.findall(r"\w+", PEOPLE)) == set()


@sourced_names
def test_every_reference_to_a_source_is_defined_and_every_source_is_used(name: str) -> None:
    content = FILES[name]
    defined = [source["id"] for source in content.get("sources", [])]
    lists = [reference for found in values_of(content, "sources") for reference in found]
    single = [value for key in ("source", "named_in") for value in values_of(content, key)]
    used = {reference for reference in [*lists, *single] if isinstance(reference, str)}
    assert sorted(defined) == sorted(used)


@figure_names
def test_figure_has_one_source_with_its_address_and_names_what_it_counts(slug: str) -> None:
    figure = FIGURES[slug]
    assert set(figure) - {"note", "also"} == {
        "slug", "theme", "unit", "title", "headline", "measure", "values", "source",
    }  # fmt: skip
    assert set(figure["source"]) - {"as_of_note"} == {"name", "address", "as_of", "derived"}
    assert figure["theme"] in HOME["themes"]
    assert figure["unit"] in {"percent", "count"}


@figure_names
def test_figure_worked_out_here_shows_the_working(slug: str) -> None:
    assert "note" in FIGURES[slug] or FIGURES[slug]["source"]["derived"] is False


@figure_names
def test_figure_values_are_possible_and_coded_once(slug: str) -> None:
    figure = FIGURES[slug]
    assert len({value["code"] for value in figure["values"]}) == len(figure["values"])
    highest = 100 if figure["unit"] == "percent" else 1_000_000
    assert [value for value in figure["values"] if not 0 <= value["value"] <= highest] == []


@figure_names
def test_figure_writes_the_same_numbers_in_every_language(slug: str) -> None:
    odd = [
        (place, [numbers(text[code], code) for code in LANGUAGES])
        for place, text in texts(FIGURES[slug])
        if len({tuple(numbers(text[code], code)) for code in LANGUAGES}) > 1
    ]
    assert odd == []


@figure_names
def test_sums_in_notes_are_right_in_every_language(slug: str) -> None:
    note = FIGURES[slug].get("note", dict.fromkeys(LANGUAGES, ""))
    sums = {code: equations(note[code], code) for code in LANGUAGES}
    for terms, result, percent in sums["en"]:
        decimals = len(result.partition(".")[2])
        assert round(worked_out(terms) * (100 if percent else 1), decimals) == float(result), terms
    assert sorted(sums["fr"]) == sorted(sums["en"])
    assert sorted(sums["ar"]) == sorted(sums["en"])


def test_figures_together_show_the_sums_they_rest_on() -> None:
    shown = {
        slug: len(equations(figure["note"]["en"], "en"))
        for slug, figure in FIGURES.items()
        if "note" in figure
    }
    assert {slug: count for slug, count in shown.items() if count} == {
        "scan-2018-roles": 3,
        "scan-2018-strands": 2,
        "task-group-2020": 4,
        "ircc-survey-2020": 1,
        "whatsapp-group-cap": 1,
        "ottawa-group-sizes": 1,
        "settlement-allocation-2021-22": 1,
    }


def test_values_add_up_to_the_published_totals() -> None:
    total = {slug: round(sum(value["value"] for value in FIGURES[slug]["values"]), 3) for slug in FIGURES}
    assert total["scan-2018-roles"] == 100
    assert total["task-group-2020"] == 366
    assert total["settlement-allocation-2021-22"] == 784.408


@story_names
def test_story_has_the_shape_of_its_kind(name: str) -> None:
    body = {key: value for key, value in STORIES[name].items() if key not in {"slug", "position"}}
    with Flask(name).test_request_context():
        assert list(shapes.check(body, STORY.fields)) == []
        assert list(STORY.check(STORIES[name])) == []
    assert [field.name for field in STORY.fields if field.name not in body] == (
        [] if "also_provinces" in body else ["also_provinces"]
    )


@story_names
def test_story_has_the_sectors_sections_each_sourced_or_not_published(name: str) -> None:
    sections = STORIES[name]["sections"]
    assert tuple(sections) == codes.SECTIONS
    assert [code for code, section in sections.items() if section and not section["sources"]] == []
    assert STORIES[name]["slug"] == name


def test_every_code_has_words_and_every_word_a_code() -> None:
    told = {part: set(VOCABULARY[part]) for part in CODES}
    assert told == {part: set(known) for part, known in CODES.items()}
    assert set(codes.SECTIONS) < set(VOCABULARY["sections"])
    assert {facet.label for facet in FACETS} < set(VOCABULARY["fields"])


@story_names
def test_references_are_the_same_in_every_language(name: str) -> None:
    odd = [
        place
        for place, text in texts(STORIES[name])
        if len({tuple(sorted(re.findall(r"\[\[[^\]|]*", text[code]))) for code in LANGUAGES}) > 1
    ]
    assert odd == []


@story_names
def test_story_quotes_facts_that_ship(name: str) -> None:
    quoted = set(STORIES[name]["facts"])
    quoted |= {slug for switch in STORIES[name]["switches"] for slug in switch["facts"]}
    assert quoted <= set(FACTS)
    pinned = {
        found for _, text in texts(STORIES[name]) for found in re.findall(r"\[\[fact:([^\]|]*)", text["en"])
    }
    stated = {f"{slug}@{one['id']}" for slug, fact in FACTS.items() for one in fact["statements"]}
    assert pinned <= stated | set(FACTS)


@story_names
def test_story_gives_no_contact_no_quotation_and_no_address_for_media(name: str) -> None:
    assert STORIES[name]["contact"] is None
    assert STORIES[name]["quotations"] == []
    assert [medium for medium in STORIES[name]["media"] if medium["address"] is not None] == []


def test_stories_count_four_pilots_and_stand_in_one_order() -> None:
    pilots = {name for name, story in STORIES.items() if story["pilot"]}
    assert pilots == {"francophone-portal", "halifax", "calgary", "north-bay"}
    assert sorted(story["position"] for story in STORIES.values()) == list(range(1, len(STORIES) + 1))


def test_what_no_source_says_of_the_three_other_pilots_is_left_empty() -> None:
    for name in ("halifax", "calgary", "north-bay"):
        story = STORIES[name]
        assert (story["platforms"], story["audiences"], story["purposes"]) == ([], [], [])
        assert (story["setting"], story["size"], story["period"]["from"]) == (None, "unknown", None)


def test_ottawa_story_dates_every_size_and_gives_both_reasons_for_the_switch() -> None:
    story = STORIES["ottawa-group"]
    for code in LANGUAGES:
        results = story["sections"]["results"]["text"][code]
        assert re.findall(r"ottawa-group-members@([a-z0-9-]+)", results) == [
            "whatsapp", "telegram-2020", "telegram",
        ]  # fmt: skip
    (switch,) = story["switches"]
    assert (switch["from"], switch["to"], switch["when"]) == ("whatsapp", "telegram", None)
    assert switch["facts"] == ["whatsapp-group-limit", "telegram-group-limit"]
    assert len(switch["reasons"]) == 2


def test_summit_is_marked_incomplete_and_says_what_is_missing() -> None:
    assert SUMMIT["complete"] is False
    assert [item["code"] for item in SUMMIT["not_published"]] == [
        "dates", "place", "agenda", "speakers", "attendance", "recordings",
    ]  # fmt: skip
    assert {session["slug"]: session["certainty"] for session in SUMMIT["sessions"]} == {
        "is-digital-messaging-right": "stated",
        "define-your-goals": "probable",
    }


def test_home_features_a_known_figure_behind_three_doors() -> None:
    assert HOME["featured_figure"] in FIGURES
    assert [door["code"] for door in HOME["doors"]] == ["survey", "findings", "learning"]
