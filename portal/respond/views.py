"""Answering a survey: start, one page at a time, review, receipt. The link is the key, not a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.charts import sentences
from portal.filters import absolute
from portal.languages import LANGUAGES, language, speak
from portal.public_pages import public
from portal.respond import forms, mirror, review
from portal.respond.share import Share
from surveys.questionnaire import lint, routing
from surveys.questionnaire.answers import PageCheck, PostError, check_page
from surveys.responses import drafts, waves
from surveys.responses.merge import as_posted
from surveys.responses.model import Incomplete, UnknownSurvey, UnknownToken, WaveClosed, Withdrawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from werkzeug.wrappers import Response

    from surveys.questionnaire.model import Page, Questionnaire
    from surveys.responses.model import Conflict, Draft

    Posted = Mapping[str, Sequence[str]]

bp = speak(Blueprint("respond", __name__))

MAX_TOKEN = 100
MAX_DIGITS = 10
UNREADABLE = "\ufffd"
"""What is left of bytes that were no UTF-8."""


@bp.before_request
def find_draft() -> None:
    """Turn the token of an address into the response it opens, before the view runs."""
    token = (request.view_args or {}).pop("token", None)
    if token is None:
        return
    g.token = token
    try:
        g.draft = drafts.find(token[:MAX_TOKEN])
    except UnknownToken:
        abort(404)
    if g.draft.state == "withdrawn":
        abort(410)
    g.questionnaire = waves.questionnaire(g.draft)


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
    if "draft" not in g:
        return {}
    link = absolute(own("overview"))
    return {"own": own, "draft": draft(), "questionnaire": questionnaire(), "share": Share(link)}


@bp.get("/surveys/")
@public()
def surveys() -> str:
    """The surveys on offer."""
    offered = [(wave, waves.questionnaire(wave)) for wave in waves.surveys() if not wave.demonstration]
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
    return render_template("respond/survey.html", wave=wave, questionnaire=asked, report=lint.lint(asked))


@bp.post("/surveys/<slug>/")
def start(slug: str) -> Response | tuple[str, int]:
    """Begin a response and go to its first page."""
    _posted()
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
    if asked not in routing.path(questionnaire(), draft().answers):
        return redirect(own("overview"), 303)
    parked = review.parked_on(draft(), name)
    if parked is None:
        return _show(asked)
    # What is stored stays in view where the refused post says nothing: another tab may have answered it.
    typed = {**as_posted(draft().answers), **parked.posted}
    return _show(asked, posted=typed, check=_check(asked, typed, shown=None), given_back=True)


@bp.post("/r/<token>/<name>/")
def save(name: str) -> str | Response | tuple[str, int]:
    """Save a page as it is left, and go where the respondent wants to."""
    asked = _page(name)
    posted = _posted()
    revision = _revision(posted)
    check = _check(asked, posted, shown=_shown(posted))
    leaving = request.form.get(":go", "") or request.form.get(":language", "")
    if check.errors:
        review.park(draft(), name, posted)
        if not leaving:
            return _show(asked, posted=posted, check=check), 422
        check = PageCheck({k: v for k, v in check.values.items() if k not in check.errors}, {}, ())
    try:
        saved = drafts.save(
            draft().id, base_revision=revision, values=check.values, page=name, language=language()
        )
    except WaveClosed:
        review.park(draft(), name, posted, reason="closed")
        return render_template("respond/closed.html", kept=True), 409
    except Withdrawn:
        abort(410)
    g.draft = drafts.get(draft().id)
    if saved.conflicts:
        return _show(asked, conflicts=saved.conflicts), 409
    if not leaving:
        review.unpark(draft(), name)
    return redirect(_next(asked, check), 303)


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
        drafts.submit(draft().id, revision=_revision(_posted()))
    except Incomplete:
        return check_answers(), 422
    except WaveClosed:
        return render_template("respond/closed.html", kept=True), 409
    except Withdrawn:
        abort(410)
    return redirect(own("done"), 303)


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


def _posted() -> dict[str, list[str]]:
    """What the browser sent; refused whole when its text is not readable."""
    if request.mimetype == "application/x-www-form-urlencoded":
        try:  # Werkzeug would keep such bytes as they were quoted, "%E9"
            unquote_to_bytes(request.get_data()).decode()
        except UnicodeDecodeError:
            abort(400)
    posted = {field: request.form.getlist(field) for field in request.form}
    if any(UNREADABLE in text for field, texts in posted.items() for text in (field, *texts)):
        abort(400, _("The text was not readable."))
    return posted


def _check(asked: Page, posted: Posted, shown: frozenset[str] | None) -> PageCheck:
    answers = {name: texts for name, texts in posted.items() if not name.startswith(":")}
    try:
        return check_page(questionnaire(), asked, answers, draft().answers, shown)
    except PostError:
        abort(400)


def _shown(posted: dict[str, list[str]]) -> frozenset[str] | None:
    return frozenset(posted[":shown"][0].split()) if ":shown" in posted else None


def _revision(posted: dict[str, list[str]]) -> int | None:
    text = posted.get(":revision", [""])[0]
    if not text:
        return None
    if not (len(text) < MAX_DIGITS and text.isascii() and text.isdecimal() and int(text) <= draft().revision):
        abort(400)
    return int(text)


def _next(asked: Page, check: PageCheck) -> str:
    """Where to go after a page: another language, back, the same page's new questions, on, or the review."""
    answers = draft().answers
    if (chosen := request.form.get(":language", "")) in LANGUAGES:
        return own("page", name=asked.name, lang=chosen)
    if request.form.get(":go") == "back":
        earlier = routing.before(questionnaire(), answers, asked.name)
        return own("page", name=earlier) if earlier else own("overview")
    if check.unseen:
        return own("page", name=asked.name) + f"#q-{check.unseen[0]}"
    if (
        request.form.get(":return") == "review"
        or (later := routing.after(questionnaire(), answers, asked.name)) is None
    ):
        return own("check_answers")
    return own("page", name=later)


def _show(
    asked: Page,
    *,
    posted: Posted | None = None,
    check: PageCheck | None = None,
    given_back: bool = False,
    conflicts: Mapping[str, Conflict] | None = None,
) -> str:
    """The page with its form: fresh, with complaints, or with what somebody else answered meanwhile."""
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
        others=review.in_words(questionnaire(), conflicts),
        elsewhere=review.elsewhere(questionnaire(), asked, answers),
        back_to_review=request.args.get("from") == "review" or request.form.get(":return") == "review",
    )
