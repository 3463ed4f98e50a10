"""The toolkit: stages and steps, checklists that remember, and templates to fill in, print or download."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from portal import content
from portal.languages import language, speak
from portal.limits import limiter
from portal.public_pages import pass_by, public
from portal.toolkit import checklists, forms
from portal.toolkit.documents import MEDIA_TYPE, template_docx
from portal.toolkit.lengths import measured
from portal.toolkit.templates import fill as filled_in

bp = speak(Blueprint("toolkit", __name__, url_prefix="/toolkit"))

MAKING = "120 per minute"
"""How many documents one address may have made: each takes a good part of a second of a processor."""


def _toolkit() -> dict[str, Any]:
    return content.document("toolkit", "toolkit") or abort(404)


def _found(kind: str, slug: str) -> dict[str, Any]:
    return content.document(kind, slug) or abort(404)


@bp.get("/")
@public()
def index() -> str:
    """The stages at a glance, the checklists and the templates."""
    return render_template(
        "toolkit/index.html",
        toolkit=_toolkit(),
        stages=content.cards("stage"),
        checklists=content.cards("checklist"),
        templates=content.cards("template"),
    )


@bp.get("/<slug>/")
@public()
def stage(slug: str) -> str:
    """One stage with its steps."""
    found = _found("stage", slug)
    stages = content.cards("stage")
    place = [card["slug"] for card in stages].index(slug)
    named = {case for step in found["steps"] for case in step.get("case_studies") or ()}
    toolkit = _toolkit()
    return render_template(
        "toolkit/stage.html",
        toolkit=toolkit,
        stage=found,
        slug=slug,
        total=len(stages),
        place=place + 1,
        before=stages[place - 1] if place else None,
        after=stages[place + 1] if place + 1 < len(stages) else None,
        stories={card["slug"]: card["title"] for card in content.cards("case-study", named)},
        sources={source["slug"]: source for source in toolkit["sources"]},
    )


@bp.get("/checklists/<slug>/")
@public(args=("done",))
def checklist(slug: str) -> str | Response:
    """A checklist to tick on the page or on paper; `?done=` carries the ticks from one reader to another."""
    found = _found("checklist", slug)
    given = request.args.getlist("done")
    ticked = checklists.ticked(found, given)
    here = url_for("toolkit.checklist", slug=slug)
    if given:
        pass_by()
    if len(given) > 1:
        return redirect(f"{here}?done={checklists.joined(ticked)}", code=303)  # type: ignore[return-value] # werkzeug's own class
    return render_template(
        "toolkit/checklist.html",
        toolkit=_toolkit(),
        checklist=found,
        slug=slug,
        ticked=ticked,
        carried=bool(given),
        path=f"{here}?done={checklists.joined(ticked)}" if given else here,
    )


@bp.get("/templates/<slug>/")
@public()
def template(slug: str) -> str:
    """A template: its form, and the text with its blanks."""
    return _page(slug, _found("template", slug), None)


@bp.post("/templates/<slug>/")
@limiter.limit(MAKING)
def fill(slug: str) -> Response:
    """A template filled in, as a document or as a page to print; nothing of it is kept."""
    found = _found("template", slug)
    form = forms.build(found, language(), request.form)
    if form.summary():
        answer = make_response(_page(slug, found, form), 422)
    elif request.form.get(":as") == "docx":
        words = _toolkit()["document"]
        answer = _file(slug, template_docx(found, words, language(), form.answers(language(), words)))
    else:
        answer = make_response(_page(slug, found, form))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/templates/<slug>.docx")
@public()
def template_document(slug: str) -> Response:
    """A template as a document with its blanks, to fill in on a computer or by hand."""
    return _file(slug, template_docx(_found("template", slug), _toolkit()["document"], language()))


def _page(slug: str, found: dict[str, Any], form: forms.TemplateForm | None) -> str:
    toolkit = _toolkit()
    sound = form is not None and not form.summary()
    answers = form.answers(language(), toolkit["document"]) if form is not None and sound else {}
    filled = filled_in(found, language(), answers)
    return render_template(
        "toolkit/template.html",
        toolkit=toolkit,
        template=found,
        slug=slug,
        form=form or forms.build(found, language()),
        filled=filled,
        sound=sound,
        length=measured(filled.message_text),
        control_id=forms.control_id,
        languages=forms.languages_named(language()),
    )


def _file(slug: str, document: bytes) -> Response:
    response = Response(document, mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{language()}.docx"'
    return response
