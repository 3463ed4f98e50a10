"""Answering a survey: start, one page at a time, review, receipt. The link is the key, not a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, g, redirect, render_template, request, url_for

from portal.charts import sentences
from portal.filters import absolute
from portal.languages import LANGUAGES, language, speak
from portal.public_pages import public
from portal.respond import forms, mirror, posts, review
from portal.respond.share import Share
from surveys.questionnaire import lint, routing
from surveys.questionnaire.answers import PageCheck
from surveys.responses import drafts, waves
from surveys.responses.model import Incomplete, UnknownSurvey, UnknownToken, WaveClosed, Withdrawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from werkzeug.wrappers import Response

    from surveys.questionnaire.model import Page, Question, Questionnaire
    from surveys.responses.model import Draft

    Posted = Mapping[str, Sequence[str]]

bp = speak(Blueprint("respond", __name__))

MAX_TOKEN = 100


@bp.before_request
def find_draft() -> tuple[str, int] | None:
    """Turn the token of an address into the response it opens, before the view runs."""
    token = (request.view_args or {}).pop("token", None)
    if token is None:
        return None
    g.token = token
    try:
        g.draft = drafts.find(token[:MAX_TOKEN])
    except UnknownToken:
        abort(404)
    g.questionnaire = waves.questionnaire(g.draft)
    if g.draft.state == "withdrawn":
        return render_template("respond/withdrawn.html"), 410
    return None


@bp.url_defaults
def keep_token(_endpoint: str, values: dict[str, Any]) -> None:
    """Keep the token in links between the pages of one response."""
    if values.pop("own", False):
        values["token"] = g.token


def own(view: str, **values: Any) -> str:
    """The address of a page of the present response."""
    return url_for(f"respond.{view}", own=True, **values)


def draft() -> Draft:
    """The response of the present request."""
    return g.draft  # type: ignore[no-any-return]


def questionnaire() -> Questionnaire:
    """The questionnaire of the present response."""
    return g.questionnaire  # type: ignore[no-any-return]


@bp.app_template_global()
def control_id(field: str, choice: str = "") -> str:
    """The id of a control, for the macros that render fields."""
    return forms.control_id(field, choice)


@bp.context_processor
def response_words() -> dict[str, object]:
    """What every page of a response may need."""
    if "questionnaire" not in g:
        return {}
    link = absolute(own("overview"))
    return {"own": own, "draft": draft(), "questionnaire": questionnaire(), "share": Share(link)}


@bp.get("/surveys/")
@public()
def surveys() -> str:
    """The surveys on offer."""
    public = [wave for wave in waves.surveys() if not wave.demonstration and wave.state != "draft"]
    offered = [(wave, waves.questionnaire(wave)) for wave in public]
    return render_template("respond/surveys.html", offered=offered)


@bp.get("/surveys/<slug>/")
@public()
def survey(slug: str) -> str:
    """What a survey is, who asks, how long it takes."""
    try:
        wave = waves.current(slug)
    except UnknownSurvey:
        abort(404)
    asked = waves.questionnaire(wave)
    if language() not in asked.languages:
        abort(404)  # in preparation: it opens once it has every language
    return render_template("respond/survey.html", wave=wave, questionnaire=asked, report=lint.lint(asked))


@bp.post("/surveys/<slug>/")
def start(slug: str) -> Response | tuple[str, int]:
    """Begin a response and go to its first page."""
    posts.bounded()
    try:
        wave = waves.current(slug)
        opened = drafts.start(wave, language())
    except UnknownSurvey:
        abort(404)
    except WaveClosed:
        return render_template("respond/closed.html", kept=False), 409
    first = routing.path(waves.questionnaire(wave), {})[0]
    return redirect(url_for("respond.page", token=opened.token, name=first.name), 303)


@bp.get("/r/<token>/")
def overview() -> str:
    """Where the respondent stands: pages done and to do, and the link to keep."""
    pages = review.states(questionnaire(), draft().answers)
    return render_template("respond/overview.html", pages=pages, begun=draft().revision > 0)


@bp.get("/r/<token>/<name>/")
def page(name: str) -> str | Response:
    """One page of questions, as stored or as last typed when that could not be stored."""
    asked = _page(name)
    refused, lost = review.parked_on(draft(), name)
    closed = draft().wave.state != "open" and refused is None
    if closed or asked not in routing.path(questionnaire(), draft().answers):
        return redirect(own("overview"), 303)
    if refused is None:
        return _show(asked, mine=lost)
    typed = review.laid_over(asked, draft().answers, refused.posted)
    check = posts.check(draft(), questionnaire(), asked, typed, shown=None)
    check = PageCheck(check.values, review.telling(check.errors), check.unseen)
    return _show(
        asked,
        posted=typed,
        check=check,
        given_back=True,
        revision=posts.revision(draft(), refused.posted),
        mine=lost,
    )


@bp.post("/r/<token>/<name>/")
def save(name: str) -> str | Response | tuple[str, int]:
    """Save a page as it is left, and go where the respondent wants to."""
    asked = _page(name)
    posted = posts.posted()
    revision = posts.revision(draft(), posted)
    check = posts.check(draft(), questionnaire(), asked, posted, shown=posts.shown(posted))
    leaving = request.form.get(":go", "") or request.form.get(":language", "")
    refused = review.telling(check.errors) if leaving else check.errors
    if refused and not leaving:
        review.park(draft(), asked, posted)
        return _show(asked, posted=posted, check=check, revision=revision), 422
    path, before = routing.path(questionnaire(), draft().answers), draft().revision
    try:
        saved = drafts.save(
            draft().id, base_revision=revision, values=check.values, page=name, language=language()
        )
    except WaveClosed:
        review.park(draft(), asked, posted, reason="closed")
        return render_template("respond/closed.html", kept=True), 409
    except Withdrawn:
        abort(410)
    if refused:
        # The rest is stored by now: nobody's answers but one's own lie between, so none can be in conflict.
        alone = revision == before and saved.revision <= before + 1
        review.park(draft(), asked, {**posted, ":revision": [str(saved.revision)]} if alone else posted)
    g.draft = drafts.get(draft().id)
    if saved.conflicts:
        return _show(asked, mine=review.in_words(questionnaire(), saved.conflicts)), 409
    if not leaving:
        review.unpark(draft(), name)
    return redirect(_next(asked, check, path), 303)


@bp.get("/r/<token>/review/")
def check_answers() -> str:
    """All answers on one page, each with a way to change it."""
    answers = draft().answers
    missing = routing.unanswered(questionnaire(), answers)
    return render_template(
        "respond/review.html", parts=review.parts(questionnaire(), answers), missing=missing
    )


@bp.post("/r/<token>/review/")
def submit() -> str | Response | tuple[str, int]:
    """Submit, once; the same receipt however often."""
    try:
        posts.bounded()
        drafts.submit(draft().id, revision=posts.revision(draft(), request.form.to_dict(flat=False)))
    except Incomplete:
        return check_answers(), 422
    except WaveClosed:
        return render_template("respond/closed.html", kept=True), 409
    except Withdrawn:
        abort(410)
    # An older review page gives its receipt again; what was changed since is still to be submitted.
    return redirect(own("check_answers" if drafts.get(draft().id).correcting else "done"), 303)


@bp.get("/r/<token>/done/")
def done() -> str | Response:
    """The receipt, and three of one's own answers beside the last release."""
    if draft().receipt is None:
        return redirect(own("check_answers"), 303)
    beside = mirror.beside(questionnaire(), draft())
    return render_template(
        "respond/done.html", receipt=draft().receipt, beside=beside, share_of=sentences.share
    )


def _page(name: str) -> Page:
    return questionnaire().page.get(name) or abort(404)


def _next(asked: Page, check: PageCheck, path: tuple[Page, ...]) -> str:
    """Where to go after a page: another language, back, the same page's new questions, on, or the review.

    Who came from the review is led through the pages that the path gained since it was `path`.
    """
    answers = draft().answers
    reviewing = "review" if request.form.get(":return") == "review" else None
    if (chosen := request.form.get(":language", "")) in LANGUAGES:
        return own("page", name=asked.name, lang=chosen, **{"from": reviewing})
    if request.form.get(":go") == "back":
        earlier = routing.before(questionnaire(), answers, asked.name)
        return own("page", name=earlier) if earlier else own("overview")
    if check.unseen:
        return own("page", name=asked.name, **{"from": reviewing}) + f"#q-{check.unseen[0]}"
    later = routing.after(questionnaire(), answers, asked.name)
    if reviewing:
        gained = [page.name for page in routing.path(questionnaire(), answers) if page not in path]
        later = gained[0] if gained else None
    return own("page", name=later) if later else own("check_answers")


def _show(
    asked: Page,
    *,
    posted: Posted | None = None,
    check: PageCheck | None = None,
    given_back: bool = False,
    revision: int | None = None,
    mine: Sequence[tuple[Question, str]] = (),
) -> str:
    """The page with its form: fresh, with complaints, or with what somebody else answered meanwhile.

    `revision` is what the typed answers started from, None for the stored ones; `mine` is what this
    respondent had answered where somebody else's answer stands.
    """
    answers = {
        **draft().answers,
        **{k: v for k, v in (check.values if check else {}).items() if v is not None},
    }
    visible = {question.name for question in routing.visible(questionnaire(), asked, answers)}
    form = forms.build(asked, visible, draft().answers, posted=posted, errors=check.errors if check else None)
    number, total = review.position(questionnaire(), answers, asked)
    return render_template(
        "respond/page.html",
        page=asked,
        form=form,
        number=number,
        total=total,
        given_back=given_back,
        revision=draft().revision if revision is None else revision,
        others=mine,
        elsewhere=review.elsewhere(questionnaire(), asked, answers),
        back_to_review=request.args.get("from") == "review" or request.form.get(":return") == "review",
    )
