"""The chooser's decision file, outcome by outcome: scenarios, limits, and what a broken file is told."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import yaml

from portal.content import shapes
from portal.toolkit import chooser_kind, deciding
from portal.toolkit import decision as decision_file
from tests.content.starter_texts import texts as chooser_texts

if TYPE_CHECKING:
    from flask import Flask

LONG_NAME = 2

PORTAL = Path(__file__).parents[2] / "portal"
BODY: dict[str, Any] = yaml.safe_load((PORTAL / "toolkit/starter/chooser.yaml").read_text("utf-8"))
DECISION = decision_file.read(BODY)
SUPPOSED = chooser_kind.supposed(BODY)
CODES = [outcome.code for outcome in DECISION.outcomes]

FACTS = {
    fact["slug"]: fact
    for fact in yaml.safe_load((PORTAL / "facts/starter/facts.yaml").read_text("utf-8"))["facts"]
}
STORIES = {path.stem for path in (PORTAL / "stories/starter").glob("[a-z]*.yaml")}

GROUPS = {
    "whatsapp_group": "whatsapp-group-limit",
    "telegram_group": "telegram-group-limit",
    "signal": "signal-group-limit",
    "messenger": "messenger-group-limit",
    "wechat": "wechat-group-limit",
}
"""Outcomes that may mean a group -> the fact that says how many members it can hold."""

ALL = 100_000
"""More than the most members of any size that is offered; stands for "no upper end"."""


def judge(**facts: int | None) -> deciding.Judge:
    """A judge with other values of some facts (names with underscores); None for a fact that has none."""
    changed = {name.replace("_", "-"): value for name, value in facts.items()}
    values = {**SUPPOSED, **{slug: str(value) for slug, value in changed.items() if value is not None}}
    return deciding.Judge(
        DECISION, {slug: v for slug, v in values.items() if changed.get(slug, 0) is not None}
    )


def answers(address: str) -> deciding.Answers:
    """Whole answers as they stand in an address."""
    understood = deciding.understand(DECISION, parse_qs(address))
    assert (understood.missing, understood.refused, understood.strange) == ((), (), False)
    return understood.answers


def codes(judged: deciding.Judge, given: deciding.Answers) -> list[str]:
    """Codes of what is recommended, the best first."""
    return [advice.outcome.code for advice in judged.advise(given)]


NEWS = "purpose=broadcast_news&apps=whatsapp&risk=little&access=data&hours=full&voice=reads"


@pytest.mark.parametrize("scenario", BODY["scenarios"], ids=lambda scenario: scenario["about"])
def test_scenario_gives_what_it_says(scenario: dict[str, Any]) -> None:
    found = codes(judge(), answers(scenario["answers"]))
    assert found[0] == scenario["first"]
    assert set(found) & set(scenario["never"].split()) == set()


def test_every_outcome_comes_first_in_a_scenario() -> None:
    assert {scenario["first"] for scenario in BODY["scenarios"]} == set(CODES)


def test_every_reason_and_caution_is_true_in_a_scenario_in_which_its_outcome_fits() -> None:
    told = {
        one.reason
        for scenario in BODY["scenarios"]
        for advice in judge().advise(answers(scenario["answers"]))
        for one in (*advice.because, *advice.but)
    }
    shown = {reason.text["en"] for reason in told}
    written = [
        reason.text["en"] for outcome in DECISION.outcomes for reason in (*outcome.because, *outcome.but)
    ]
    assert [text for text in written if text not in shown] == []


@pytest.mark.parametrize("limit", [None, 100, 256, 512, 1024, 2048, 200_000])
def test_every_set_of_answers_fits_something_and_no_group_beyond_its_limit(limit: int | None) -> None:
    judged = judge(**dict.fromkeys((slug.replace("-", "_") for slug in GROUPS.values()), limit))
    for given in deciding.combinations(judged):
        found = {outcome.code for outcome in judged.fitting(given)[0]}
        assert found, given
        assert found & GROUPS.keys() <= _within(limit, given), given


def _within(limit: int | None, given: deciding.Answers) -> set[str]:
    """The outcomes of GROUPS that a size and a limit allow; for Telegram the fewest members count."""
    numbers = DECISION.questions["size"].options[given["size"][0]].numbers
    alone = given["purpose"] == ("personal_help",) or given["size"] == ("one_to_one",)
    least, most = int(numbers.get("least", 1)), int(numbers.get("most", ALL))
    fits = {
        code
        for code in GROUPS
        if limit is not None and (least if code == "telegram_group" else most) <= limit
    }
    return fits | ({"signal", "messenger", "wechat"} if alone else set())


def test_the_sets_of_answers_stand_for_all_of_them() -> None:
    judged = judge()
    short = {given["apps"] + given["hours"] for given in deciding.combinations(judged)}
    several = [c for c, option in DECISION.questions["apps"].options.items() if not option.exclusive]
    assert len({one[:-1] for one in short}) >= 2 ** len(several) - 1
    assert {one[-1] for one in short} == {"none", "few"}  # the other hours make the same conditions true


def test_a_group_follows_the_fact_and_not_a_number_in_the_file() -> None:
    large = answers(f"{NEWS}&size=257_to_1024")
    assert codes(judge(), large)[0] == "whatsapp_group"
    assert codes(judge(whatsapp_group_limit=256), large)[0] == "telegram_group"
    assert "whatsapp_group" not in codes(judge(whatsapp_group_limit=None), large)


def test_a_fact_without_a_value_recommends_nothing_by_it() -> None:
    given = answers(f"{NEWS.replace('broadcast_news', 'peer_support')}&size=up_to_100")
    assert codes(judge(whatsapp_group_limit=None), given) == ["not_digital"]


def test_points_are_those_of_reasons_less_those_of_cautions() -> None:
    given = answers(
        "purpose=peer_support&apps=whatsapp&size=up_to_100&risk=personal&access=limited&hours=daily&voice=reads"
    )
    best = judge().advise(given)[0]
    assert (best.outcome.code, best.points) == ("whatsapp_group", 3 + 1 + 1 + 1 - 2)
    assert [told.reason.weight for told in best.but] == [2, 0]


def test_a_reason_names_the_answers_it_rests_on() -> None:
    best = judge().advise(answers(f"{NEWS}&size=up_to_100"))[0]
    rests = [
        [(one.question.code, *(o.code for o in one.options)) for one in told.chosen] for told in best.because
    ]
    assert rests == [[("apps", "whatsapp")], [("size", "up_to_100")], [("hours", "full")]]


def test_changes_are_the_single_answers_that_put_something_else_first() -> None:
    given = answers(f"{NEWS}&size=up_to_100")
    found = {(c.question.code, *(o.code for o in c.options)): c.outcome.code for c in judge().changes(given)}
    assert len(found) == len(list(judge().changes(given)))
    assert found == {
        ("purpose", "personal_help"): "whatsapp_direct",
        ("apps", "whatsapp", "telegram"): "telegram_channel",
        ("apps", "telegram"): "telegram_channel",
        ("apps", "signal"): "signal",
        ("apps", "messenger"): "messenger",
        ("apps", "wechat"): "wechat",
        ("apps", "facebook"): "facebook_group",
        ("apps", "none"): "sms",
        ("apps", "unknown"): "not_digital",
        ("size", "one_to_one"): "whatsapp_direct",
        ("size", "over_1024"): "telegram_group",
        ("risk", "danger"): "not_digital",
        ("access", "basic"): "sms",
        ("access", "no_phone"): "not_digital",
        ("hours", "none"): "not_digital",
    }


@pytest.mark.parametrize(
    ("address", "got", "refused", "strange"),
    [
        ("", {}, [], False),
        ("size=up_to_100", {"size": ("up_to_100",)}, [], False),
        ("size=up_to_100&size=over_1024", {}, ["size"], False),
        ("size=enormous", {}, ["size"], False),
        ("size=", {}, [], False),
        ("apps=telegram&apps=whatsapp", {"apps": ("whatsapp", "telegram")}, [], False),
        ("apps=telegram&apps=none", {}, [], False),
        ("apps=telegram&apps=pigeon", {"apps": ("telegram",)}, ["apps"], False),
        ("colour=red", {}, [], True),
    ],
)
def test_what_an_address_says_is_understood_or_refused(
    address: str, got: dict[str, tuple[str, ...]], refused: list[str], *, strange: bool
) -> None:
    understood = deciding.understand(DECISION, parse_qs(address, keep_blank_values=True))
    assert understood.answers == got
    assert [question.code for question in understood.refused] == refused
    assert [question.code for question in understood.missing] == [
        c for c in DECISION.questions if c not in got
    ]
    assert understood.strange is strange


def test_answers_that_exclude_each_other_are_kept_apart() -> None:
    understood = deciding.understand(DECISION, {"apps": ["none", "telegram"], "size": ["up_to_100"]})
    assert understood.contradicted == {"apps": ("telegram", "none")}
    assert understood.ticked(DECISION.questions["apps"]) == ("telegram", "none")
    assert understood.ticked(DECISION.questions["size"]) == ("up_to_100",)
    assert understood.ticked(DECISION.questions["risk"]) == ()


def test_changes_of_several_answers_are_one_alone_or_one_more() -> None:
    given = answers(f"{NEWS.replace('apps=whatsapp', 'apps=telegram&apps=facebook')}&size=over_1024")
    changes = [c for c in judge().changes(given) if c.question.code == "apps"]
    sets = [tuple(o.code for o in change.options) for change in changes]
    assert len(sets) == len(set(sets))
    assert ("telegram", "facebook") not in sets
    assert ("facebook",) in sets
    for change in changes:
        assert codes(judge(), change.answers)[0] == change.outcome.code


def test_the_scenarios_suppose_the_facts_as_they_ship() -> None:
    current = {slug: FACTS[slug]["statements"][-1]["value"] for slug in SUPPOSED}
    assert {slug: str(value) for slug, value in current.items()} == SUPPOSED


def test_examples_are_case_studies_that_ship() -> None:
    named = {slug for outcome in BODY["outcomes"] for slug in outcome["examples"]}
    assert named - STORIES == set()


TEXTS = [text for _place, text in chooser_texts(BODY)]


def test_every_text_is_written_in_three_languages_each_in_its_script() -> None:
    assert [text for text in TEXTS if set(text) != {"en", "fr", "ar"} or not all(text.values())] == []
    assert [text for text in TEXTS if re.search("[\u0600-\u06ff]", text["en"] + text["fr"])] == []
    assert [text for text in TEXTS if re.search("[\u0660-\u0669]", text["ar"])] == []
    same = [
        text for text in TEXTS if len({*text.values()}) < len(text) and len(text["en"].split()) > LONG_NAME
    ]
    assert same == []


def test_french_has_no_break_spaces_and_typographic_apostrophes() -> None:
    wrong = re.compile(r"'|[^\u00a0][:%»](?!//)|«[^\u00a0]|\d \d{3}(?!\d)| [;!?]")
    french = (re.sub(r"\[\[[^\]]*\]\]", "", text["fr"]) for text in TEXTS)
    assert [text for text in french if wrong.search(text)] == []


def complaints(app: Flask, body: dict[str, Any]) -> dict[str, str]:
    """Place -> sentence of everything wrong with a file."""
    with app.test_request_context("/en/"):
        whole = {key: value for key, value in body.items() if key != "slug"}
        found = [*shapes.check(whole, chooser_kind.FIELDS)] or [*chooser_kind.faults(body)]
        return {one.place: str(one.sentence) for one in found}


def set_when(text: str, number: int = 0) -> Callable[[dict[str, Any]], object]:
    """Writes another condition for an outcome."""
    return lambda body: body["outcomes"][number].update(when=text)


def nothing_else(text: str) -> Callable[[dict[str, Any]], object]:
    """Writes a condition for the last outcome that no longer asks whether anything else fits."""

    def breaking(body: dict[str, Any]) -> None:
        body["outcomes"][-1]["when"] = text
        reasons = body["outcomes"][-1]["because"]
        reasons[:] = [reason for reason in reasons if "others" not in reason["when"]]

    return breaking


Breaking = Callable[[dict[str, Any]], object]

BROKEN: dict[str, tuple[Breaking, str, str]] = {
    "unknown question": (set_when("${seize} = 'up_to_100'"), "outcomes.1.when", "seize"),
    "unknown option": (set_when("selected(${apps}, 'whatsup')"), "outcomes.1.when", "whatsup"),
    "unknown option of one": (set_when("${size} != 'huge'"), "outcomes.1.when", "huge"),
    "unknown number": (set_when("${size:middle} < 3"), "outcomes.1.when", "middle"),
    "no expression": (set_when("${size} ="), "outcomes.1.when", ""),
    "a fact without a value": (set_when("${size:most} < ${fact:moon}"), "outcomes.1.when", "moon"),
    "a fact without a name": (set_when("${size:most} < ${fact}"), "outcomes.1.when", "fact"),
    "out of reach": (set_when("false()"), "outcomes.1", "No scenario"),
    "missing language": (
        lambda body: body["outcomes"][1]["title"].pop("ar"), "outcomes.2.title.ar", "Arabic",
    ),
    "unknown platform": (
        lambda body: body["outcomes"][2].update(platform="pager"), "outcomes.3.platform", "pager",
    ),
    "the same code twice": (
        lambda body: body["outcomes"][1].update(code="whatsapp_group"), "outcomes.2.code", "taken",
    ),
    "a reserved code": (lambda body: body["questions"][6].update(code="others"), "questions.7.code", "taken"),
    "a reason nobody sees": (
        lambda body: body["outcomes"][1]["because"][0].update(when="${size} = 'over_1024'"),
        "outcomes.2.because.1.when",
        "No scenario",
    ),
    "a scenario half answered": (
        lambda body: body["scenarios"][0].update(answers="size=over_1024"),
        "scenarios.1.answers",
        "every question",
    ),
    "a scenario that comes out otherwise": (
        lambda body: body["scenarios"][0].update(first="sms"), "scenarios.1.first", "whatsapp_group",
    ),
    "a scenario that gives what it must not": (
        lambda body: body["scenarios"][2].update(never="sms"), "scenarios.3.never", "sms",
    ),
    "a scenario of nothing known": (
        lambda body: body["scenarios"][0].update(first="whatsap_group"), "scenarios.1", "whatsapp_group",
    ),
    "answers that nothing fits": (
        nothing_else("${risk} = 'danger' or ${access} = 'no_phone' or ${hours} = 'none' or "
                 "selected(${apps}, 'unknown') or ${size} = 'one_to_one'"),
        "outcomes",
        "apps=none",
    ),
}  # fmt: skip


def test_the_file_that_ships_is_sound(app: Flask) -> None:
    assert complaints(app, BODY) == {}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_told_where_and_what(app: Flask, fault: str) -> None:
    breaking, place, word = BROKEN[fault]
    body = copy.deepcopy(BODY)
    breaking(body)
    found = complaints(app, body)
    assert place in found
    assert word in found[place]
