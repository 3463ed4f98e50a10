"""What the decision file of the chooser is made of, and what is wrong with a broken one when it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.complaining import sentence
from portal.content import Complaint, Kind
from portal.content.shapes import Choice, Flag, Line, Many, Number, Ref, Words
from portal.searching import Passage
from portal.toolkit import deciding
from portal.toolkit import decision as decision_file
from surveys.questionnaire.complaints import said, suggestion
from surveys.questionnaire.expressions import (
    Call,
    Current,
    ExpressionError,
    Literal,
    Operation,
    Reference,
    parse,
)
from surveys.questionnaire.tree import descend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from surveys.questionnaire.expressions import Node

    Body = Mapping[str, Any]

PROFILES = ("whatsapp", "telegram", "signal", "messenger", "wechat", "sms")
"""Platforms that have a profile."""

CODE = r"[a-z0-9]+(?:_[a-z0-9]+)*"

REASON = (
    Line("when", _l("Condition"), required=True),
    Number("weight", _l("Points")),
    Words("text", _l("Sentence")),
)

FIELDS = (
    Words("title", _l("Title")),
    Words("summary", _l("Summary")),
    Words("own", _l("Whose advice it is")),
    Words("privacy", _l("What becomes of the answers")),
    Words("pending", _l("Said while answers are missing")),
    Words("refused", _l("Said of answers that cannot be read")),
    Words("points", _l("How the outcomes are ranked"), long=True),
    Many(
        "questions",
        _l("Questions"),
        required=True,
        fields=(
            Line("code", _l("Code"), required=True, pattern=CODE),
            Flag("several", _l("Several answers may be chosen")),
            Words("short", _l("Subject in a word or two")),
            Words("words", _l("Question")),
            Words("hint", _l("Hint"), required=False),
            Many(
                "options",
                _l("Answers"),
                required=True,
                fields=(
                    Line("code", _l("Code"), required=True, pattern=CODE),
                    Words("words", _l("Answer")),
                    Number("least", _l("Fewest members")),
                    Number("most", _l("Most members")),
                    Flag("exclusive", _l("Stands alone")),
                ),
            ),
        ),
    ),
    Many(
        "outcomes",
        _l("Outcomes"),
        required=True,
        fields=(
            Line("code", _l("Code"), required=True, pattern=CODE),
            Choice("platform", _l("Platform"), options=PROFILES),
            Words("title", _l("Title")),
            Words("summary", _l("Summary")),
            Line("when", _l("Condition"), required=True),
            Many("because", _l("Reasons"), required=True, fields=REASON),
            Many("but", _l("Cautions"), fields=REASON),
            Many(
                "alternatives",
                _l("Other ways"),
                fields=(Words("title", _l("Title")), Words("text", _l("Sentence"))),
            ),
            Ref("examples", _l("Case studies"), kind="case-study", many=True),
        ),
    ),
    Many(
        "supposing",
        _l("Values of facts that the scenarios suppose"),
        fields=(
            Ref("fact", _l("Fact"), kind="fact", required=True),
            Number("value", _l("Value"), required=True),
        ),
    ),
    Many(
        "scenarios",
        _l("Scenarios"),
        required=True,
        fields=(
            Line("about", _l("What it is about"), required=True),
            Line("answers", _l("Answers, as in the address of the page"), required=True),
            Line("first", _l("Outcome that comes first"), required=True),
            Line("never", _l("Outcomes that must not be recommended")),
        ),
    ),
)


def faults(body: Body) -> Iterator[Complaint]:
    """What is wrong with a decision file beyond its shape, each with its place.

    Conditions are looked at first. Scenarios are played only when all of them can be read, and answers that
    nothing fits are looked for only when every scenario comes out as it says.
    """
    found = [*_same_codes(body), *_expression_faults(body), *_supposing_faults(body)]
    yield from found or [*_scenario_faults(body)] or _hole_faults(body)


def expressions(body: Body) -> Iterator[tuple[str, str]]:
    """Every condition of a file with its place."""
    for number, outcome in enumerate(body["outcomes"], start=1):
        yield f"outcomes.{number}.when", outcome["when"]
        for part in ("because", "but"):
            for place, reason in enumerate(outcome.get(part) or (), start=1):
                yield f"outcomes.{number}.{part}.{place}.when", reason["when"]


def facts_compared(body: Body) -> list[str]:
    """Slugs of the facts that conditions compare something with."""
    return sorted({
        node.part
        for _place, text in expressions(body)
        for node in descend(parse(text))
        if isinstance(node, Reference) and node.name == decision_file.FACT
    })  # fmt: skip


def _same_codes(body: Body) -> Iterator[Complaint]:
    lists = {
        "questions": body["questions"],
        "outcomes": body["outcomes"],
        **{
            f"questions.{n}.options": question["options"]
            for n, question in enumerate(body["questions"], start=1)
        },
    }
    for place, entries in lists.items():
        taken = {decision_file.FACT, decision_file.OTHERS} if place == "questions" else set()
        for number, entry in enumerate(entries, start=1):
            if entry["code"] in taken:
                yield Complaint(
                    f"{place}.{number}.code", _("“%(name)s” is taken already.", name=entry["code"])
                )
            taken.add(entry["code"])


def _expression_faults(body: Body) -> Iterator[Complaint]:
    options = {question["code"]: [o["code"] for o in question["options"]] for question in body["questions"]}
    for place, text in expressions(body):
        try:
            node = parse(text)
        except ExpressionError as problem:
            yield Complaint(place, sentence(problem.said))
            continue
        for found in descend(node):
            yield from (Complaint(place, fault) for fault in _node_faults(found, options))


def _node_faults(node: Node, options: Mapping[str, list[str]]) -> Iterator[str]:
    if isinstance(node, Current):
        yield sentence(said("dot_outside"))
    elif isinstance(node, Reference):
        yield from _reference_faults(node, options)
    for reference, value in _compared(node):
        if reference.name in options and not reference.part and value not in options[reference.name]:
            hint = suggestion(value, options[reference.name])
            yield sentence(said("no_such_choice", value=value, name=reference.name, hint=hint))


def _reference_faults(node: Reference, options: Mapping[str, list[str]]) -> Iterator[str]:
    parts = {decision_file.FACT: None, decision_file.OTHERS: ()}.get(node.name, decision_file.NUMBERS)
    if node.name not in {*options, decision_file.FACT, decision_file.OTHERS}:
        yield sentence(said("no_question", name=node.name, hint=suggestion(node.name, options)))
    elif (node.part and parts is not None and node.part not in parts) or (not node.part and parts is None):
        hint = suggestion(node.part, parts or ())
        yield sentence(said("no_part", name=node.name, part=node.part, hint=hint))


def _compared(node: Node) -> Iterator[tuple[Reference, str]]:
    """The texts that a node compares with an answer, or looks for among several."""
    pair: tuple[Node, ...] = ()
    if isinstance(node, Operation) and node.operator in {"=", "!="}:
        pair = node.operands
    elif isinstance(node, Call) and node.function == "selected":
        pair = node.arguments
    for left, right in (pair, pair[::-1]) if pair else ():
        if isinstance(left, Reference) and isinstance(right, Literal) and isinstance(right.value, str):
            yield left, right.value


def _supposing_faults(body: Body) -> Iterator[Complaint]:
    supposed = {entry["fact"] for entry in body.get("supposing") or ()}
    for place, text in expressions(body):
        try:
            nodes = list(descend(parse(text)))
        except ExpressionError:
            continue
        for node in nodes:
            if (
                isinstance(node, Reference)
                and node.name == decision_file.FACT
                and node.part not in {"", *supposed}
            ):
                fault = _(
                    "Say under “supposing” what value of %(fact)s the scenarios suppose.", fact=node.part
                )
                yield Complaint(place, fault)


def supposed(body: Body) -> dict[str, str]:
    """The values of facts that the scenarios suppose."""
    return {entry["fact"]: str(entry["value"]) for entry in body.get("supposing") or ()}


def _scenario_faults(body: Body) -> Iterator[Complaint]:
    decision = decision_file.read(body)
    judge = deciding.Judge(decision, supposed(body))
    first: set[str] = set()
    told: set[int] = set()
    codes = [outcome.code for outcome in decision.outcomes]
    for number, scenario in enumerate(body["scenarios"], start=1):
        place = f"scenarios.{number}"
        understood = deciding.understand(decision, parse_qs(scenario["answers"]))
        if understood.missing or understood.refused or understood.strange:
            yield Complaint(f"{place}.answers", _("Answer every question, with codes of its answers."))
            continue
        never = (scenario.get("never") or "").split()
        unknown = [code for code in (scenario["first"], *never) if code not in codes]
        if unknown:
            hint = suggestion(unknown[0], codes)
            fault = _("There is no outcome “%(code)s”.", code=unknown[0])
            yield Complaint(place, f"{fault} {sentence(hint)}".rstrip())
            continue
        advice = judge.advise(understood.answers)
        came = [each.outcome.code for each in advice]
        first.update(came[:1])
        told.update(id(one.reason) for each in advice for one in (*each.because, *each.but))
        if came[:1] != [scenario["first"]]:
            yield Complaint(
                f"{place}.first", _("These answers give: %(codes)s.", codes=", ".join(came) or "–")
            )
        for code in never:
            if code in came:
                yield Complaint(f"{place}.never", _("These answers give “%(code)s” all the same.", code=code))
    yield from _unproved(decision, first, told)


def _hole_faults(body: Body) -> Iterator[Complaint]:
    judge = deciding.Judge(decision_file.read(body), supposed(body))
    hole = next((answers for answers in deciding.combinations(judge) if not judge.fits(answers)), None)
    if hole is not None:
        listed = "&".join(f"{name}={code}" for name, codes in hole.items() for code in codes)
        yield Complaint("outcomes", _("No outcome fits these answers: %(answers)s.", answers=listed))


def _unproved(decision: decision_file.Decision, first: set[str], told: set[int]) -> Iterator[Complaint]:
    for number, outcome in enumerate(decision.outcomes, start=1):
        if outcome.code not in first:
            yield Complaint(
                f"outcomes.{number}", _("No scenario has this outcome first; add one, or it is out of reach.")
            )
            continue
        for part, reasons in (("because", outcome.because), ("but", outcome.but)):
            for place, reason in enumerate(reasons, start=1):
                if id(reason) not in told:
                    yield Complaint(
                        f"outcomes.{number}.{part}.{place}.when", _("No scenario makes this true; add one.")
                    )


def _references(body: Body) -> Iterator[str]:
    yield from (f"fact:{slug}" for slug in facts_compared(body))
    for outcome in body["outcomes"]:
        yield from (f"case:{slug}" for slug in outcome.get("examples") or ())
        if outcome.get("platform"):
            yield f"platform:{outcome['platform']}"


def _passages(body: Body, code: str) -> Iterator[Passage]:
    outcomes = [f"{outcome['title'][code]}. {outcome['summary'][code]}" for outcome in body["outcomes"]]
    text = "\n\n".join([body["summary"][code], *(q["words"][code] for q in body["questions"]), *outcomes])
    platforms = [outcome["platform"] for outcome in body["outcomes"] if outcome.get("platform")]
    yield Passage(body["title"][code], text, facets={"platform": list(dict.fromkeys(platforms))})


KIND = Kind(
    name="chooser",
    label=_l("Platform chooser"),
    fields=FIELDS,
    address=lambda _slug: url_for("toolkit_chooser.chooser"),
    passages=_passages,
    references=_references,
    check=faults,
)
