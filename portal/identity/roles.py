"""The roles of the research team: what each may do, and which of them see single responses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

ADMINISTRATOR = "administrator"
DESIGNER = "survey-designer"
ANALYST = "analyst"
EDITOR = "editor"
MODERATOR = "moderator"
TRANSLATOR = "translator"

ROLES = {
    ADMINISTRATOR: (_("Administrator"), _("Invites people and gives roles, mail, jobs, activity, privacy.")),
    DESIGNER: (_("Survey designer"), _("Brings questionnaires in, opens and closes surveys, invites.")),
    ANALYST: (_("Analyst"), _("Sees exact tables and single responses, accepts answers, makes releases.")),
    EDITOR: (_("Editor"), _("Writes and publishes case studies, the toolkit and the conference.")),
    MODERATOR: (_("Moderator"), _("Answers for what readers write.")),
    TRANSLATOR: (_("Translator"), _("Keeps the three languages equal.")),
}
"""Role -> its name and what it may do, in the order they are listed."""

SEES_RECORDS = frozenset({ADMINISTRATOR, ANALYST, DESIGNER})
"""Roles that need a second factor: they see single responses, can give themselves the role that does, or hand
out links that open a response."""
