"""Who may open what: the whole list of routes is pinned here, and every route is asked as every audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import url_for
from werkzeug.routing.converters import AnyConverter, NumberConverter

from portal import audiences
from portal.audiences import AUDIENCES, UnknownAudienceError
from portal.identity.roles import ADMINISTRATOR, ROLES
from portal.languages import LanguageConverter
from tests.staffing import browser, make_person, person_of, signed_in

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import BaseConverter, Rule

    from tests.inspecting import InspectingClient

SIGN_IN = "/staff/account/sign-in"

LISTED = {
    "GET /": "public",
    "GET /.well-known/security.txt": "public",
    "GET /<language:lang>/": "public",
    "GET /<language:lang>/<any(privacy, accessibility, method):slug>/": "public",
    "GET /<language:lang>/case-studies/": "public",
    "GET /<language:lang>/case-studies/<slug>/": "public",
    "GET /<language:lang>/case-studies/<slug>/video/<int(min=1, max=99):number>/": "public",
    "GET /<language:lang>/case-studies/compare/": "public",
    "GET /<language:lang>/conference/": "public",
    "GET /<language:lang>/conference/<slug>/": "public",
    "GET /<language:lang>/facts/": "public",
    "GET /<language:lang>/facts/<slug>/": "public",
    "GET /<language:lang>/findings/": "public",
    "GET /<language:lang>/findings/<slug>/": "public",
    "GET /<language:lang>/findings/<slug>/<name>.<any(svg,png,csv,json):form>": "public",
    "GET /<language:lang>/findings/<slug>/<name>/": "public",
    "GET /<language:lang>/findings/<slug>/releases/": "public",
    "GET /<language:lang>/findings/<slug>/releases/<int(max=999999):number>/": "public",
    "GET /<language:lang>/findings/<slug>/releases/<int(max=999999):number>/<name>.<any(svg,png,csv,json):form>": "public",  # noqa: E501 - as the map writes it
    "GET /<language:lang>/findings/<slug>/releases/<int(max=999999):number>/<name>/": "public",
    "GET /<language:lang>/findings/known-so-far/": "public",
    "GET /<language:lang>/findings/known-so-far/<figure>.<any(svg,png,csv,json):form>": "public",
    "GET /<language:lang>/platforms/": "public",
    "GET /<language:lang>/platforms/<slug>/": "public",
    "GET /<language:lang>/r/<token>/": "link",
    "GET /<language:lang>/r/<token>/<name>/": "link",
    "POST /<language:lang>/r/<token>/<name>/": "link",
    "GET /<language:lang>/r/<token>/done/": "link",
    "GET /<language:lang>/r/<token>/review/": "link",
    "POST /<language:lang>/r/<token>/review/": "link",
    "GET /<language:lang>/search/": "public",
    "GET /<language:lang>/case-studies/feed.atom": "public",
    "GET /<language:lang>/conference/feed.atom": "public",
    "GET /<language:lang>/facts/feed.atom": "public",
    "GET /<language:lang>/findings/feed.atom": "public",
    "GET /<language:lang>/platforms/feed.atom": "public",
    "GET /<language:lang>/toolkit/feed.atom": "public",
    "GET /<language:lang>/feed.atom": "public",
    "GET /<language:lang>/share/<kind>/<path:target>.svg": "public",
    "GET /<language:lang>/share/<kind>/<path:target>/": "public",
    "GET /feed.atom": "public",
    "GET /sitemap.xml": "public",
    "GET /<language:lang>/surveys/": "public",
    "GET /<language:lang>/surveys/<slug>/": "public",
    "POST /<language:lang>/surveys/<slug>/": "public",
    "GET /<language:lang>/toolkit/": "public",
    "GET /<language:lang>/toolkit/<slug>/": "public",
    "GET /<language:lang>/toolkit/checklists/<slug>/": "public",
    "GET /<language:lang>/toolkit/chooser/": "public",
    "GET /<language:lang>/toolkit/chooser/how/": "public",
    "GET /<language:lang>/toolkit/templates/<slug>.docx": "public",
    "GET /<language:lang>/toolkit/templates/<slug>/": "public",
    "POST /<language:lang>/toolkit/templates/<slug>/": "public",
    "GET /<language:lang>/unsubscribe/<token>/": "link",
    "POST /<language:lang>/unsubscribe/<token>/": "link",
    "GET /healthz": "public",
    "GET /metrics": "operator",
    "GET /readyz": "public",
    "GET /robots.txt": "public",
    "GET /staff/": "team",
    "GET /staff/account/": "team",
    "GET POST /staff/account/code": "door",
    "POST /staff/account/devices/<ident>/end": "team",
    "POST /staff/account/devices/end-others": "team",
    "GET /staff/account/held/<ident>/": "team",
    "POST /staff/account/held/<ident>/send": "team",
    "GET POST /staff/account/invitation/<token>/": "door",
    "POST /staff/account/language": "team",
    "GET POST /staff/account/lost-second-factor": "door",
    "GET POST /staff/account/passkey": "door",
    "POST /staff/account/passkey/<token>": "door",
    "GET POST /staff/account/passkeys": "team fresh",
    "GET POST /staff/account/passkeys-remove": "team fresh",
    "POST /staff/account/passkeys/<token>": "team fresh",
    "GET POST /staff/account/password": "team",
    "GET POST /staff/account/recovery": "door",
    "GET POST /staff/account/recovery-codes": "team fresh",
    "GET POST /staff/account/reset": "door",
    "GET POST /staff/account/reset/<token>": "door",
    "GET POST /staff/account/second-factor": "team fresh",
    "POST /staff/account/second-factor/<token>": "team fresh",
    "GET POST /staff/account/set-up/<token>/": "door",
    "GET POST /staff/account/sign-in": "door",
    "POST /staff/account/sign-out": "team",
    "GET POST /staff/account/verify": "team",
    "GET POST /staff/account/verify-passkey": "team",
    "POST /staff/account/verify-passkey/<token>": "team",
    "GET POST /staff/account/which-second-factor": "door",
    "GET /staff/activity/": "administrator",
    "GET /staff/jobs/": "administrator",
    "GET /staff/jobs/<ident>/": "administrator",
    "POST /staff/jobs/<ident>/cancel/": "administrator",
    "POST /staff/jobs/periodic/<name>/": "administrator",
    "GET /staff/mail/": "administrator",
    "POST /staff/mail/cancel/": "administrator",
    "POST /staff/mail/retry/": "administrator",
    "GET /staff/mail/templates/": "administrator",
    "GET /staff/mail/templates/<name>/<language:code>/": "administrator",
    "POST /staff/mail/test/": "administrator",
    "GET /staff/mail/written/<ident>/": "administrator fresh",
    "GET /staff/people/": "administrator",
    "GET /staff/people/<pseudonym>/": "administrator",
    "POST /staff/people/<pseudonym>/deactivate/": "administrator fresh",
    "POST /staff/people/<pseudonym>/devices/": "administrator",
    "POST /staff/people/<pseudonym>/reactivate/": "administrator fresh",
    "POST /staff/people/<pseudonym>/roles/": "administrator fresh",
    "POST /staff/people/<pseudonym>/second-factor/": "administrator fresh",
    "POST /staff/people/invitations/<ident>/withdraw/": "administrator",
    "GET POST /staff/people/invite/": "administrator fresh",
    "GET /staff/privacy/": "administrator fresh",
    "GET POST /staff/privacy/<slug>/<name>/": "administrator fresh",
    "GET /staff/privacy/erase/": "administrator fresh",
    "POST /staff/privacy/erase/": "administrator fresh",
    "GET /staff/privacy/export/": "administrator fresh",
    "POST /staff/privacy/export/": "administrator fresh",
    "GET /staff/privacy/find/": "administrator fresh",
    "POST /staff/privacy/find/": "administrator fresh",
    "GET /staff/surveys/": "analyst survey-designer",
    "GET /staff/surveys/<slug>/<name>/": "analyst survey-designer",
    "POST /staff/surveys/<slug>/<name>/close": "survey-designer",
    "POST /staff/surveys/<slug>/<name>/entry": "survey-designer",
    "POST /staff/surveys/<slug>/<name>/open": "survey-designer",
    "GET /staff/surveys/<slug>/<name>/organizations/": "survey-designer",
    "POST /staff/surveys/<slug>/<name>/organizations/": "survey-designer",
    "POST /staff/surveys/<slug>/<name>/organizations/<int:participant>/again": "survey-designer",
    "GET /staff/surveys/<slug>/<name>/records/": "analyst fresh",
    "POST /staff/surveys/<slug>/<name>/records/": "analyst fresh",
    "GET /staff/surveys/<slug>/<name>/records/<job>/": "analyst fresh",
    "GET /staff/surveys/<slug>/<name>/records/<job>/file": "analyst fresh",
    "GET /staff/surveys/<slug>/<name>/release/": "analyst",
    "POST /staff/surveys/<slug>/<name>/release/": "analyst",
    "GET /staff/surveys/<slug>/<name>/responses/": "analyst",
    "POST /staff/surveys/<slug>/<name>/responses/accept": "analyst",
    "GET /staff/surveys/<slug>/<name>/tables/": "analyst",
    "GET /staff/surveys/<slug>/<name>/tables/<question>/": "analyst",
    "POST /staff/surveys/<slug>/<name>/tables/count": "analyst",
    "GET /staff/surveys/<slug>/<name>/progress/<job>/": "analyst",
    "GET /staff/surveys/new/": "survey-designer",
    "POST /staff/surveys/new/": "survey-designer",
    "GET /static/<path:filename>": "public",
}
"""What one may do at which rule -> who may. A new route is added here on purpose, or the test fails."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def methods(rule: Rule) -> str:
    """What one may do at a rule, in words that can be compared."""
    return " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def who(endpoint: str) -> str:
    """The audience of an endpoint as it is written in the table."""
    audience = AUDIENCES[endpoint]
    return " ".join([*sorted(audience.names), *(["fresh"] if audience.fresh else [])])


def test_the_list_of_routes_is_the_one_written_here(app: Flask) -> None:
    found = {f"{methods(rule)} {rule.rule}": who(rule.endpoint) for rule in app.url_map.iter_rules()}
    assert found == LISTED


def test_nothing_is_in_the_table_that_is_no_route(app: Flask) -> None:
    assert AUDIENCES.keys() == {rule.endpoint for rule in app.url_map.iter_rules()}


def test_a_route_without_an_audience_keeps_the_portal_from_starting(app: Flask) -> None:
    rule = app.url_rule_class("/en/hidden/", endpoint="home.hidden")
    app.url_map.add(rule)
    with pytest.raises(UnknownAudienceError, match=r"home\.hidden has no audience"):
        audiences.check(app)


@pytest.mark.parametrize(
    "table", ["someone: home.index", "fresh: home.index", "public: home.index home.index"]
)
def test_a_line_that_nobody_understands_is_refused(table: str) -> None:
    with pytest.raises(UnknownAudienceError):
        audiences.read(table)


def test_a_route_that_slipped_through_is_open_to_nobody(app: Flask) -> None:
    rule = app.url_rule_class("/staff/hidden/", endpoint="staff.hidden")
    app.url_map.add(rule)
    app.view_functions["staff.hidden"] = lambda: "hidden"
    assert signed_in(app, *ROLES).get("/staff/hidden/").status == 403


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of everything one can do, with made-up values in the address."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = dict(rule.defaults or {})
            values |= {name: made_up(rule._converters[name]) for name in rule.arguments if name not in values}
            address = url_for(rule.endpoint, **values)
            found += [(rule.endpoint, method, address) for method in methods(rule).split()]
    return found


def made_up(converter: BaseConverter) -> str | int:
    """A value that fits a part of an address."""
    if isinstance(converter, NumberConverter):
        return 1
    if isinstance(converter, LanguageConverter):
        return "en"
    return str(min(converter.items)) if isinstance(converter, AnyConverter) else "some-value"


def ask(client: InspectingClient, method: str, address: str, token: str | None = None) -> tuple[int, str]:
    """Status and where it leads; a post brings the form's token where the client has one."""
    headers = {"X-CSRFToken": token} if token else {}
    with client._client.open(address, method=method, headers=headers) as answer:
        return answer.status_code, answer.headers.get("Location", "")


def token_of(client: InspectingClient) -> str:
    """The token of the forms in a browser."""
    page = (
        client.get("/staff/account/") if client.get("/staff/account/").status == 200 else client.get(SIGN_IN)
    )
    return str(page.page.all("//input[@name='csrf_token']")[0].get("value"))


def test_nobody_opens_a_staff_page_without_signing_in(app: Flask) -> None:
    client = browser(app)
    token = token_of(client)
    open_doors = {"public", "link", "door", "operator"}
    for endpoint, method, address in addresses(app):
        if AUDIENCES[endpoint].names & open_doors:
            continue
        status, target = ask(client, method, address, token)
        assert (status, target.partition("?")[0]) == (303, SIGN_IN), (method, address)


def test_a_post_without_a_token_is_refused_wherever_cookies_count(app: Flask) -> None:
    anonymous, everybody = browser(app), signed_in(app, *ROLES)
    for endpoint, method, address in addresses(app):
        if AUDIENCES[endpoint].names & {"public", "link", "operator"} or method in SAFE:
            continue
        known = AUDIENCES[endpoint].roles is not None  # there a stranger is asked to sign in first
        assert ask(anonymous, method, address)[0] == (303 if known else 400), (method, address)
        assert ask(everybody, method, address)[0] == 400, (method, address)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_every_role_opens_its_own_pages_and_no_others(app: Flask, role: str | None) -> None:
    roles = [role] if role else []
    email = make_person(app, *roles)
    make_person(app, ADMINISTRATOR)  # so that nobody here is the last one
    client = signed_in(app, email=email)
    for endpoint, method, address in addresses(app):
        audience = AUDIENCES[endpoint]
        if audience.roles is None or endpoint in {"security.logout", "security.two_factor_setup"}:
            continue
        status, target = ask(client, method, address, token_of(client))
        if audience.roles and role not in audience.roles:
            assert status == 403, (role, method, address)
        else:
            assert status not in {401, 403, 405, 500}, (role, method, address)
            assert not target.startswith(SIGN_IN), (role, method, address)
    assert person_of(app, email).active


def test_public_pages_and_links_never_meet_a_cookie(app: Flask) -> None:
    client = signed_in(app, *ROLES)
    for endpoint, method, address in addresses(app):
        if not AUDIENCES[endpoint].names & {"public", "link"} or endpoint == "static":
            continue
        with client._client.open(address, method=method) as answer:
            assert "Set-Cookie" not in answer.headers, (method, address)
            assert "Cookie" not in answer.headers.get("Vary", ""), (method, address)
