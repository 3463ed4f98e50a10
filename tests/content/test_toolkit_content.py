"""The shipped toolkit and pages: whole in every language, and true to the rules and sources they name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from surveys.findings.disclosure import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTAL = Path(__file__).parents[2] / "portal"
TOOLKIT = yaml.safe_load((PORTAL / "toolkit/starter/toolkit.yaml").read_text("utf-8"))
PAGES = yaml.safe_load((PORTAL / "home/starter/pages.yaml").read_text("utf-8"))
CASE_STUDIES = {path.stem for path in (PORTAL / "stories/starter").glob("[!_]*.yaml")}
LANGUAGES = {"en", "fr", "ar"}

STEPS = [step for stage in TOOLKIT["stages"] for step in stage["steps"]]
METHOD = next(page["body"] for page in PAGES["pages"] if page["slug"] == "method")


def texts(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text in every language, with the place it stands at."""
    if isinstance(value, dict) and value.keys() & LANGUAGES:
        yield place, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from texts(part, f"{place}/{key}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from texts(part, f"{place}/{number}")


ALL_TEXTS = [*texts(TOOLKIT, "toolkit"), *texts(PAGES, "pages")]


def wrong(is_right: Any) -> list[str]:
    """The places of the texts that are not right."""
    return [place for place, text in ALL_TEXTS if not is_right(text)]


def test_every_text_is_written_in_three_languages() -> None:
    assert wrong(lambda text: text.keys() == LANGUAGES and all(part.strip() for part in text.values())) == []


def test_no_text_is_left_in_another_language() -> None:
    assert wrong(lambda text: len(set(text.values())) == len(LANGUAGES)) == []
    assert wrong(lambda text: re.search("[\u0621-\u064a]", text["ar"])) == []
    assert wrong(lambda text: not re.search("[\u0600-\u06ff]", text["en"] + text["fr"])) == []


def test_digits_are_western_in_arabic() -> None:
    assert wrong(lambda text: not re.search("[\u0660-\u0669\u06f0-\u06f9]", text["ar"])) == []


def test_french_spaces_do_not_break() -> None:
    assert wrong(lambda text: not re.search(r" [:»%?!;]|« |'", text["fr"])) == []


@pytest.mark.parametrize("stage", TOOLKIT["stages"], ids=lambda stage: stage["slug"])
def test_stage_has_steps_and_links_only_to_case_studies_that_ship(stage: dict[str, Any]) -> None:
    linked = {slug for part in (stage, *stage["steps"]) for slug in part["case_studies"]}

    assert len(stage["steps"]) >= 3
    assert linked
    assert linked - CASE_STUDIES == set()


def test_stages_follow_the_published_list() -> None:
    assert [stage["slug"] for stage in TOOLKIT["stages"]] == [
        "right-for-you",
        "define-your-goals",
        "select-a-platform",
        "organize-and-run",
        "evaluate",
    ]


def test_every_name_says_where_it_comes_from() -> None:
    known = {source["slug"] for source in TOOLKIT["sources"]}
    for part in (*TOOLKIT["stages"], *STEPS):
        named = set(part.get("sources", ()))
        assert part["origin"] in TOOLKIT["origins"], part["slug"]
        assert bool(named) == (part["origin"] != "own"), part["slug"]
        assert named - known == set(), part["slug"]


def test_steps_have_slugs_of_their_own() -> None:
    slugs = [step["slug"] for step in STEPS]

    assert len(set(slugs)) == len(slugs)


def test_checklists_are_short_enough_to_use() -> None:
    assert {checklist["slug"]: len(checklist["items"]) for checklist in TOOLKIT["checklists"]} == {
        "before-you-start": 10,
        "day-to-day": 12,
        "privacy-and-consent": 10,
    }


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("policy", TOOLKIT["policies"], ids=lambda policy: policy["slug"])
def test_policy_uses_each_of_its_blanks_and_no_other(policy: dict[str, Any], language: str) -> None:
    written = "".join(text[language] for _, text in texts(policy["sections"]))

    assert set(re.findall(r"\[([^\]]*)\]", written)) == {
        field["label"][language] for field in policy["fields"]
    }


def test_pages_about_the_portal_are_all_there() -> None:
    assert [page["slug"] for page in PAGES["pages"]] == ["privacy", "accessibility", "method"]


@pytest.mark.parametrize("page", PAGES["pages"], ids=lambda page: page["slug"])
def test_page_has_the_same_parts_in_every_language(page: dict[str, Any]) -> None:
    marks = ("{contact}", "\n## ", "\n- ", "\n1. ", "\n| ", "](")

    assert len({tuple(body.count(mark) for mark in marks) for body in page["body"].values()}) == 1
    assert page["body"]["en"].count("{contact}") >= 1


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_method_tells_the_rules_in_force(language: str) -> None:
    rows = re.findall(r"^\| .* \| ([0-9]+).*\|$", METHOD[language], flags=re.MULTILINE)

    assert [int(row) for row in rows] == [
        RULES.k_base,
        RULES.k_diff,
        RULES.rounding,
        RULES.n_pct,
        RULES.k_new,
        RULES.k_fine,
    ]
    assert str(RULES.least_base) in METHOD[language]


def test_method_names_the_same_numbers_in_every_language() -> None:
    counted = {language: sorted(re.findall(r"\d+", body)) for language, body in METHOD.items()}

    assert counted["fr"] == counted["en"]
    assert counted["ar"] == counted["en"]
