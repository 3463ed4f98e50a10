"""Who may open what: every route of the portal with its audience, as data, and the gate that reads it.

A line names an audience and the endpoints it may open. Audiences are `public` (anyone), `link` (whoever holds
an unguessable link), `door` (anyone, on the way in: cookies and a form token, but nobody signed in yet),
`operator` (this machine, or whoever has the operators' token), `team` (anyone signed in), or roles. `fresh`
beside them asks for the password again if it was not given within the last minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import abort

from portal.identity import gate
from portal.identity.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

TABLE = """
public: static front.choose_language home.index home.about
public: respond.surveys respond.survey respond.start
link: unsubscribe.page unsubscribe.confirm
link: respond.overview respond.page respond.save respond.check_answers respond.submit respond.done
public: findings.index findings.known_so_far findings.known_file
public: findings.survey findings.question findings.file findings.release_list
public: stories.index stories.story stories.video stories.compare
public: toolkit.index toolkit.stage toolkit.checklist
public: toolkit.template toolkit.fill toolkit.template_document
public: facts.index facts.fact platforms.index platforms.platform
public: toolkit_chooser.chooser toolkit_chooser.how
public: conference.index conference.conference
public: feeds_front.choose_language feeds_front.sitemap feeds.everything feeds.section
public: share.page share.code
public: search.index
public: operators.healthz operators.readyz operators.robots operators.security_txt
operator: operators.metrics
door: security.login security.two_factor_token_validation security.two_factor_rescue security.tf_select
door: security.mf_recovery security.forgot_password security.reset_password
door: security.wan_signin security.wan_signin_response
door: accounts.invitation accounts.set_up
team: security.logout security.verify security.change_password
team: security.wan_verify security.wan_verify_response
team: accounts.index accounts.language accounts.end_device accounts.end_other_devices
team: accounts.held accounts.send_held
team fresh: security.two_factor_setup security.two_factor_setup_validate security.mf_recovery_codes
team fresh: security.wan_register security.wan_register_response security.wan_delete
administrator: staff_people.index staff_people.one staff_people.withdraw staff_people.end_devices
administrator fresh: staff_people.invite staff_people.roles staff_people.deactivate staff_people.reactivate
administrator fresh: staff_people.second_factor
team: staff.index
administrator: staff_mail.index staff_mail.template_list staff_mail.preview
administrator: staff_mail.send_test staff_mail.retry staff_mail.cancel
administrator fresh: staff_mail.read
administrator: staff_activity.index
administrator fresh: staff_privacy.index staff_privacy.start staff_privacy.find staff_privacy.export
administrator fresh: staff_privacy.erase staff_privacy.wave_dates
administrator: staff_jobs.index staff_jobs.show staff_jobs.cancel staff_jobs.run_now
survey-designer analyst: staff_surveys.index staff_surveys.survey
survey-designer: staff_surveys.new staff_surveys.bring_in
survey-designer: staff_surveys.open_ staff_surveys.close staff_surveys.entry
survey-designer: staff_organizations.index staff_organizations.invite staff_organizations.again
analyst: staff_responses.index staff_responses.accept
analyst: staff_figures.tables staff_figures.table staff_figures.count
analyst: staff_figures.release staff_figures.build staff_figures.work
analyst fresh: staff_responses.records staff_responses.export staff_responses.export_of
analyst fresh: staff_responses.download
"""
"""The whole portal, one audience to a line; tests/portal/test_audiences.py pins the list."""

OPEN = frozenset({"public", "link"})
"""Audiences that never meet the session: no cookie is read or set."""

WITHOUT_ACCOUNT = OPEN | {"door", "operator"}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may open a route.

    Attributes:
        names: one of the audiences without an account, `team`, or roles.
        fresh: whether the password must have been given within the last minutes.
    """

    names: frozenset[str]
    fresh: bool = False

    @property
    def roles(self) -> frozenset[str] | None:
        """The roles of which one is needed; empty for anyone of the team, None where no account is."""
        if self.names & WITHOUT_ACCOUNT:
            return None
        return self.names - {"team"}


class UnknownAudienceError(Exception):
    """A route without an audience, or a line nobody can read: the portal does not start."""


def read(table: str) -> Mapping[str, Audience]:
    """Endpoint -> audience.

    Raises:
        UnknownAudienceError: for a line that names an unknown audience, or an endpoint named twice.
    """
    found: dict[str, Audience] = {}
    for line in table.strip().splitlines():
        left, _, endpoints = line.partition(":")
        names = frozenset(left.split()) - {"fresh"}
        strangers = names - WITHOUT_ACCOUNT - {"team"} - ROLES.keys()
        if strangers or not names:
            raise UnknownAudienceError(f"Nobody is called {sorted(strangers)} in {line!r}.")
        for endpoint in endpoints.split():
            if endpoint in found:
                raise UnknownAudienceError(f"{endpoint} has two audiences; name it once.")
            found[endpoint] = Audience(names, fresh="fresh" in left.split())
    return found


AUDIENCES = read(TABLE)


def install(app: Flask) -> None:
    """Let nobody through to a route that is not theirs."""

    # Before any room reads the values of an address, so that nobody learns what there is behind it.
    @app.url_value_preprocessor
    def admit(_endpoint: str | None, _values: dict[str, object] | None) -> None:
        answer = gate.admit(AUDIENCES)
        if answer is not None:
            abort(answer)


def check(app: Flask) -> None:
    """Hold the table against the routes, once all rooms are in.

    Raises:
        UnknownAudienceError: naming every route without an audience. A name without a route is a room that
            was left out.
    """
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    faults = [f"{endpoint} has no audience" for endpoint in sorted(routes - AUDIENCES.keys())]
    if faults:
        raise UnknownAudienceError("In portal/audiences.py: " + "; ".join(faults) + ".")
