"""Decides which platforms fit a reader's answers, and why, by the decision file `starter/chooser.yaml`.

It knows no request and no database: the file, the answers and the values of facts are arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from portal.toolkit.decision import FACT, OTHERS
from surveys.questionnaire.expressions import truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from portal.toolkit.decision import Condition, Decision, Option, Outcome, Question, Reason

    Answers = Mapping[str, tuple[str, ...]]
    Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader answered to one question."""

    question: Question
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that is true for these answers, with the answers it rests on."""

    reason: Reason
    chosen: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """An outcome that fits, with its points."""

    outcome: Outcome
    points: int
    because: tuple[Told, ...]
    but: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer given otherwise that would put another outcome first.

    Attributes:
        options: what would be answered to the question.
        answers: all answers with that one changed.
    """

    question: Question
    options: tuple[Option, ...]
    outcome: Outcome
    answers: Answers


class Judge:
    """Judges answers by a decision; what was judged once is remembered.

    Args:
        decision: the file.
        facts: slug -> present value, of the facts that have one. A comparison with any other is false, so
            nothing is recommended by a limit that nobody knows.
    """

    def __init__(self, decision: Decision, facts: Facts) -> None:
        self.decision = decision
        self._facts = dict(facts)
        self._judged: dict[tuple[Condition, tuple[tuple[str, ...] | None, ...]], bool] = {}

    def fitting(self, answers: Answers) -> tuple[tuple[Outcome, ...], Answers]:
        """The outcomes that fit, in the order of the file, and the answers with `others` filled in."""
        outcomes = self.decision.outcomes
        plain = {o.code for o in outcomes if OTHERS not in o.when.names and self.holds(o.when, answers)}
        known = {**answers, OTHERS: (str(len(plain)),)}
        fit = (
            o for o in outcomes if o.code in plain or (OTHERS in o.when.names and self.holds(o.when, known))
        )
        return tuple(fit), known

    def fits(self, answers: Answers) -> bool:
        """Whether anything fits at all."""
        plain = (outcome.when for outcome in self.decision.outcomes if OTHERS not in outcome.when.names)
        return any(self.holds(when, answers) for when in plain) or bool(self.fitting(answers)[0])

    def advise(self, answers: Answers) -> tuple[Advice, ...]:
        """The outcomes that fit, the best first.

        Points are the weights of the reasons that are true less those of the cautions; with equal points, the
        one that stands earlier in the file comes first.

        Args:
            answers: question -> the codes chosen; every question answered.
        """
        outcomes, known = self.fitting(answers)
        return tuple(sorted((self._advice(outcome, known) for outcome in outcomes), key=lambda a: -a.points))

    def changes(self, answers: Answers) -> Iterator[Change]:
        """Each single answer that would put another outcome first, in the order of the questions."""
        first = self._first(answers)
        for question in self.decision.questions.values():
            for codes in _otherwise(question, answers[question.code]):
                changed = {**answers, question.code: codes}
                other = self._first(changed)
                if other is not first:
                    options = tuple(question.options[code] for code in codes)
                    yield Change(question, options, other, changed)

    def holds(self, wanted: Condition, answers: Answers) -> bool:
        """Whether a condition is true; what was not answered is empty."""
        if wanted.parts:
            judge = all if wanted.node.operator == "and" else any  # type: ignore[union-attr]
            return judge(self.holds(part, answers) for part in wanted.parts)
        key = (wanted, tuple(answers.get(name) for name in wanted.names))
        found = self._judged.get(key)
        if found is None:
            found = self._judged[key] = truth(wanted.node, lambda name: self._value(name, answers))
        return found

    def _value(self, name: str, answers: Answers) -> Any:
        if name == FACT:
            return self._facts
        name, _colon, part = name.partition(":")
        codes = answers.get(name, ())
        question = self.decision.questions.get(name)
        if part and question is not None:
            return question.options[codes[0]].numbers.get(part) if codes else None
        return codes if question is not None and question.several else (codes[0] if codes else None)

    def _first(self, answers: Answers) -> Outcome:
        """What `advise` puts first."""
        outcomes, known = self.fitting(answers)
        return max(outcomes, key=lambda outcome: self._points(outcome, known))

    def _points(self, outcome: Outcome, answers: Answers) -> int:
        gained = sum(reason.weight for reason in outcome.because if self.holds(reason.when, answers))
        return gained - sum(reason.weight for reason in outcome.but if self.holds(reason.when, answers))

    def _advice(self, outcome: Outcome, answers: Answers) -> Advice:
        because, but = self._told(outcome.because, answers), self._told(outcome.but, answers)
        return Advice(outcome, self._points(outcome, answers), because, but)

    def _told(self, reasons: Sequence[Reason], answers: Answers) -> tuple[Told, ...]:
        return tuple(
            Told(reason, chosen(self.decision, answers, reason.when.names))
            for reason in reasons
            if self.holds(reason.when, answers)
        )


def chosen(decision: Decision, answers: Answers, names: Sequence[str] | None = None) -> tuple[Chosen, ...]:
    """The answers to some questions, or to all that were answered, in the order of the file."""
    return tuple(
        Chosen(question, tuple(question.options[code] for code in answers[code_of]))
        for code_of, question in decision.questions.items()
        if code_of in answers and (names is None or code_of in names)
    )


def _otherwise(question: Question, codes: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Other answers to a question: an option alone, and where several may be chosen one more besides."""
    for code, option in question.options.items():
        if question.several and not option.exclusive and code not in codes:
            kept = {c for c in codes if not question.options[c].exclusive}
            if kept:
                yield tuple(c for c in question.options if c in {*kept, code})
        if codes != (code,):
            yield (code,)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of the answers in an address.

    Attributes:
        answers: question -> codes, in the order of the file.
        missing: questions without an answer.
        refused: questions whose answer cannot be one.
        contradicted: question -> codes of its options, of which one stands alone, all chosen together.
        strange: whether there was anything that is no question.
    """

    answers: Answers
    missing: tuple[Question, ...]
    refused: tuple[Question, ...]
    contradicted: Answers
    strange: bool

    def ticked(self, question: Question) -> tuple[str, ...]:
        """The codes that the form shows as chosen: what was understood, or what contradicts itself."""
        return self.answers.get(question.code) or self.contradicted.get(question.code, ())


def understand(decision: Decision, given: Mapping[str, Sequence[str]]) -> Understood:
    """Read answers that could be anything.

    Args:
        decision: the file.
        given: name -> values, as they came.

    Returns:
        What is sound of it: of several options that exclude each other none is taken.
    """
    answers: dict[str, tuple[str, ...]] = {}
    contradicted: dict[str, tuple[str, ...]] = {}
    missing, refused = [], []
    for code, question in decision.questions.items():
        values = set(given.get(code, ())) - {""}
        codes = tuple(option for option in question.options if option in values)
        clash = len(codes) > 1 and any(question.options[c].exclusive or not question.several for c in codes)
        if clash and question.several:
            contradicted[code] = codes
        if values - set(codes) or (clash and not question.several):
            refused.append(question)
        if codes and not clash:
            answers[code] = codes
        else:
            missing.append(question)
    strange = bool(given.keys() - decision.questions.keys())
    return Understood(answers, tuple(missing), tuple(refused), contradicted, strange)


def combinations(judge: Judge) -> Iterator[Answers]:
    """Answers that stand for every possible set of answers, as far as it depends on them which outcomes fit.

    Two answers to a question that make the same conditions true stand for each other; questions that no
    outcome's own condition reads are left out.
    """
    leaves = [leaf for outcome in judge.decision.outcomes for leaf in outcome.when.leaves()]
    read_by = {name for leaf in leaves for name in leaf.names}
    questions = [question for code, question in judge.decision.questions.items() if code in read_by]
    choices = []
    for question in questions:
        own = [leaf for leaf in leaves if question.code in leaf.names]
        alone = all(set(leaf.names) <= {question.code, FACT} for leaf in own)
        told: dict[object, tuple[str, ...]] = {}
        for codes in _possible(question):
            kind = tuple(judge.holds(leaf, {question.code: codes}) for leaf in own) if alone else codes
            told.setdefault(kind, codes)
        choices.append(list(told.values()))
    for chosen_codes in product(*choices):
        yield dict(zip((question.code for question in questions), chosen_codes, strict=True))


def _possible(question: Question) -> Iterator[tuple[str, ...]]:
    free = [code for code, option in question.options.items() if question.several and not option.exclusive]
    yield from ((code,) for code in question.options if code not in free)
    for bits in range(1, 2 ** len(free)):
        yield tuple(code for place, code in enumerate(free) if bits >> place & 1)
