"""The platform chooser: questions in a form, what fits the answers in its address, and how it decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal import content, dated_facts
from portal.content import references
from portal.filters import absolute, in_language
from portal.languages import speak
from portal.public_pages import public
from portal.toolkit import deciding
from portal.toolkit import decision as decision_file
from portal.toolkit.chooser_kind import facts_compared
from portal.toolkit.chooser_words import requirements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Response

    from portal.toolkit.deciding import Advice, Answers, Change, Chosen, Understood
    from portal.toolkit.decision import Decision

bp = speak(Blueprint("toolkit_chooser", __name__, url_prefix="/toolkit/chooser"))

NAME = "chooser"

ASKED = "asked"
"""Sent by the form beside the answers, so that sending it empty is not taken for opening the page."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the page shows for a whole set of answers.

    Attributes:
        best: what comes first.
        others: what else fits, in order.
        given: the answers.
        changes: question's code -> single answers that would put something else first.
        facts: slugs of the facts that the texts rest on.
        examples: slug -> card of the case studies named.
        share: the address of this result, for others.
    """

    best: Advice
    others: tuple[Advice, ...]
    given: tuple[Chosen, ...]
    changes: Mapping[str, list[Change]]
    facts: list[str]
    examples: Mapping[str, Mapping[str, Any]]
    share: str


@bp.get("/")
@public()
def chooser() -> str | Response:
    """The form, and once every question is answered, what fits.

    Kept in memory only as it stands without answers: there are many sets of them.
    """
    given = request.args.to_dict(flat=False)
    if given.pop(ASKED, None) and given:
        return redirect(f"{url_for('toolkit_chooser.chooser')}?{urlencode(given, doseq=True)}", code=303)  # type: ignore[return-value] # werkzeug's own class
    body = _body()
    decision = decision_file.read(body)
    understood = deciding.understand(decision, given)
    contradictions = _contradictions(decision, understood)
    result = None if understood.missing else _result(body, decision, understood.answers)
    return render_template(
        "toolkit/chooser.html",
        body=body,
        decision=decision,
        understood=understood,
        contradictions=contradictions,
        complaints=[(f"q-{code}", told) for code, told in contradictions.items()],
        begun=bool(request.args),
        result=result,
        address_of=address_of,
    )


@bp.get("/how/")
@public()
def how() -> str:
    """The whole decision file as a page."""
    body = _body()
    decision = decision_file.read(body)

    def needs(condition: decision_file.Condition, written: str) -> list[Any]:
        return requirements(condition, decision, written)

    return render_template(
        "toolkit/chooser_how.html", body=body, decision=decision, needs=needs, facts=facts_compared(body)
    )


def _body() -> Mapping[str, Any]:
    return content.document("chooser", NAME) or abort(404)


def _result(body: Mapping[str, Any], decision: Decision, answers: Answers) -> Result:
    judge = deciding.Judge(decision, _values(facts_compared(body)))
    advice = judge.advise(answers)
    if not advice:
        abort(404)
    changes: dict[str, list[Change]] = {}
    for change in judge.changes(answers):
        changes.setdefault(change.question.code, []).append(change)
    wanted = [slug for each in advice for slug in each.outcome.entry.get("examples") or ()]
    examples = {card["slug"]: card for card in content.cards("case-study", wanted)} if wanted else {}
    share = absolute(address_of(answers))
    given = deciding.chosen(decision, answers)
    return Result(advice[0], advice[1:], given, changes, _facts_within(advice), examples, share)


def _contradictions(decision: Decision, understood: Understood) -> dict[str, str]:
    """Question's code -> what is wrong with an answer that contradicts itself."""
    told = {}
    for code, chosen in understood.contradicted.items():
        options = decision.questions[code].options
        alone = next(options[option] for option in chosen if options[option].exclusive)
        told[code] = _(
            "Choose either “%(answer)s” or other answers, not both.", answer=in_language(alone.words)
        )
    return told


def _values(slugs: Iterable[str]) -> dict[str, str]:
    """The present values of facts; those without a number are left out."""
    current = ((fact.slug, fact.current) for fact in dated_facts.several(slugs))
    return {slug: str(now.value) for slug, now in current if now is not None and now.value is not None}


def _facts_within(advice: Iterable[Advice]) -> list[str]:
    """Slugs of the facts that the sentences shown refer to, each once."""
    told = (one.reason.text for each in advice for one in (*each.because, *each.but))
    found = (reference for text in told for reference in references.within(in_language(text)))
    return list(dict.fromkeys(reference.target for reference in found if reference.kind == "fact"))


def address_of(answers: Answers) -> str:
    """The page's path with a set of answers."""
    pairs = [(code, option) for code, options in answers.items() for option in options]
    return f"{url_for('toolkit_chooser.chooser')}?{urlencode(pairs)}"
