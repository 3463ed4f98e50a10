"""The shipped toolkit and pages: whole in every language, and true to the rules and sources they name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from portal.content import references
from portal.toolkit.forms import LONGEST
from portal.toolkit.templates import blocks
from surveys.findings.disclosure import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTAL = Path(__file__).parents[2] / "portal"
STARTER = PORTAL / "toolkit/starter"
TOOLKIT = yaml.safe_load((STARTER / "toolkit.yaml").read_text("utf-8"))
STAGES = yaml.safe_load((STARTER / "stages.yaml").read_text("utf-8"))["stages"]
CHECKLISTS = yaml.safe_load((STARTER / "checklists.yaml").read_text("utf-8"))["checklists"]
TEMPLATES = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((STARTER / "templates").glob("*.yaml"))
}
PAGES = yaml.safe_load((PORTAL / "home/starter/pages.yaml").read_text("utf-8"))
CASE_STUDIES = {path.stem for path in (PORTAL / "stories/starter").glob("[!_]*.yaml")}
LANGUAGES = {"en", "fr", "ar"}

STEPS = [step for stage in STAGES for step in stage["steps"]]
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


ALL_TEXTS = [
    *texts(TOOLKIT, "toolkit"),
    *texts(STAGES, "stages"),
    *texts(CHECKLISTS, "checklists"),
    *texts(TEMPLATES, "templates"),
    *texts(PAGES, "pages"),
]
NUMBERS_AND_NAMES = re.compile(r"[\d\W]*|WhatsApp|\{\w+\}, \{\w+\}")
"""Texts that may be the same in every language."""


def wrong(is_right: Any) -> list[str]:
    """The places of the texts that are not right."""
    return [place for place, text in ALL_TEXTS if not is_right(text)]


def test_every_text_is_written_in_three_languages() -> None:
    assert wrong(lambda text: text.keys() == LANGUAGES and all(part.strip() for part in text.values())) == []


def test_no_text_is_left_in_another_language() -> None:
    wordless = [place for place, text in ALL_TEXTS if NUMBERS_AND_NAMES.fullmatch(text["en"])]
    places = set(wrong(lambda text: len(set(text.values())) == len(LANGUAGES)))
    assert places - set(wordless) == set()
    assert set(wrong(lambda text: re.search("[\u0621-\u064a]", text["ar"]))) - set(wordless) == set()
    assert wrong(lambda text: not re.search("[\u0600-\u06ff]", text["en"] + text["fr"])) == []


def test_digits_are_western_in_arabic() -> None:
    assert wrong(lambda text: not re.search("[\u0660-\u0669\u06f0-\u06f9]", text["ar"])) == []


def test_french_spaces_do_not_break() -> None:
    assert wrong(lambda text: not re.search(r" [:»%?!;]|« |'", text["fr"])) == []


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage["slug"])
def test_stage_has_steps_and_links_only_to_case_studies_that_ship(stage: dict[str, Any]) -> None:
    linked = {slug for part in (stage, *stage["steps"]) for slug in part["case_studies"]}

    assert len(stage["steps"]) >= 3
    assert linked
    assert linked - CASE_STUDIES == set()


def test_stages_follow_the_published_list() -> None:
    assert [stage["slug"] for stage in STAGES] == [
        "right-for-you",
        "define-your-goals",
        "select-a-platform",
        "organize-and-run",
        "evaluate",
    ]


def test_every_name_says_where_it_comes_from() -> None:
    known = {source["slug"] for source in TOOLKIT["sources"]}
    for part in (*STAGES, *STEPS):
        named = set(part.get("sources", ()))
        assert part["origin"] in TOOLKIT["origins"], part["slug"]
        assert bool(named) == (part["origin"] != "own"), part["slug"]
        assert named - known == set(), part["slug"]


def test_steps_have_slugs_of_their_own() -> None:
    slugs = [step["slug"] for step in STEPS]

    assert len(set(slugs)) == len(slugs)


def test_items_of_checklists_keep_their_names() -> None:
    # They stand in addresses that readers sent each other and on their devices: add, never change.
    assert {checklist["slug"]: [item["id"] for item in checklist["items"]] for checklist in CHECKLISTS} == {
        "before-you-start": [
            *("gap", "asked", "compared", "people", "hours"),
            *("tested", "account", "rules", "danger", "measures"),
        ],
        "day-to-day": [
            *("night", "open", "greet", "check", "rumours", "private"),
            *("log", "answers", "closing", "reply", "off", "talk"),
        ],
        "privacy-and-consent": [
            *("before", "free", "yes", "leave", "need", "keep", "pictures", "minors", "locked", "law"),
        ],
    }


def test_templates_are_the_five_of_the_toolkit_in_their_order() -> None:
    in_order = sorted(TEMPLATES.values(), key=lambda template: template["position"])

    assert [(template["slug"], template["sample"]) for template in in_order] == [
        ("messaging-policy", "policies"),
        ("privacy-and-consent", "policies"),
        ("moderation-and-after-hours", "guidelines"),
        ("after-hours-message", "tools"),
        ("evaluation-plan", "tools"),
    ]
    assert {template["slug"] for template in TEMPLATES.values()} == TEMPLATES.keys()
    assert {template["origin"] for template in TEMPLATES.values()} == {"own"}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template["slug"])
def test_template_uses_each_of_its_blanks_and_no_other(template: dict[str, Any], language: str) -> None:
    parts = [*template["sections"], template.get("message", {})]
    written = "".join(text[language] for _, text in texts(parts))

    assert set(re.findall(r"\{([^}]*)\}", written)) == {field["name"] for field in template["fields"]}
    assert "[" not in written


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template["slug"])
def test_template_has_the_same_parts_in_every_language(template: dict[str, Any]) -> None:
    for section in template["sections"]:
        shapes = {
            language: [(kind, len(items)) for kind, items in blocks(text)]
            for language, text in section["text"].items()
        }
        assert shapes["fr"] == shapes["en"], section["heading"]["en"]
        assert shapes["ar"] == shapes["en"], section["heading"]["en"]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template["slug"])
def test_examples_fit_their_fields(template: dict[str, Any]) -> None:
    for field in template["fields"]:
        longest = field.get("longest") or LONGEST[field["kind"]]
        assert [text for text in field.get("example", {}).values() if len(text) > longest] == [], field[
            "name"
        ]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["slug"])
def test_step_refers_to_the_same_things_in_every_language(step: dict[str, Any]) -> None:
    named = {
        language: sorted(str(reference) for reference in references.within(body))
        for language, body in step["body"].items()
    }

    assert named["fr"] == named["en"]
    assert named["ar"] == named["en"]


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
