"""Everything the audit trail can say: a closed list, each action with its sentence.

A sentence names `%(who)s` and may name details; what it names, `record` demands. Nothing here names a person
or an organization: objects are told apart by their ids, people by pseudonyms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIONS = {
    "survey.imported": _("%(who)s brought a questionnaire in"),
    "survey.opened": _("%(who)s opened the survey"),
    "survey.closed": _("%(who)s closed the survey"),
    "survey.entry_set": _("%(who)s chose whose answers count"),
    "survey.invited_again": _("%(who)s invited an organization again (number %(participant)s)"),
    "survey.invited": _("%(who)s invited organizations (%(count)s)"),
    "answers.accepted": _("%(who)s accepted answers"),
    "answers.withdrawn": _("%(who)s withdrew answers at their organization’s wish"),
    "answers.seen": _("%(who)s read single answers"),
    "answers.exported": _(
        "%(who)s exported answers as %(format)s (rows: %(rows)s, identifiers: %(identifiers)s)"
    ),
    "tables.seen": _("%(who)s looked at exact tables"),
    "release.built": _("%(who)s published a release"),
    "content.renamed": _("%(who)s gave a document another name (%(before)s before)"),
    "people.invited": _("%(who)s invited somebody to the team"),
    "people.invitation_withdrawn": _("%(who)s took an invitation back"),
    "people.joined": _("%(who)s joined the team"),
    "people.roles_changed": _("%(who)s changed somebody’s roles"),
    "people.deactivated": _("%(who)s closed an account"),
    "people.reactivated": _("%(who)s opened an account again"),
    "people.erased": _("%(who)s erased an account"),
    "people.devices_ended": _("%(who)s signed devices out"),
    "people.sign_in": _("%(who)s signed in"),
    "people.sign_in_failed": _("%(who)s could not sign in"),
    "people.password_changed": _("%(who)s changed a password"),
    "people.second_factor_set": _("%(who)s set a second factor up"),
    "people.second_factor_removed": _("%(who)s took a second factor away"),
    "people.passkey_added": _("%(who)s added a passkey"),
    "people.passkey_removed": _("%(who)s took a passkey away"),
    "mail.retried": _("%(who)s had a message sent again"),
    "mail.cancelled": _("%(who)s cancelled a message"),
    "mail.test_sent": _("%(who)s sent a test message"),
    "job.started": _("%(who)s started a job"),
    "job.cancelled": _("%(who)s cancelled a job"),
    "privacy.exported": _("%(who)s exported everything held about one person or organization"),
    "privacy.erased": _(
        "%(who)s erased everything held about one person or organization (entries: %(count)s)"
    ),
    "privacy.retention_set": _("%(who)s set %(due)s as the date of erasing: %(what)s"),
    "privacy.retention_announced": _("%(who)s announced an erasure for %(due)s: %(what)s"),
    "privacy.retention_done": _("%(who)s erased what was due: %(what)s (entries: %(count)s)"),
    "backup.made": _("%(who)s made a backup"),
    "backup.restored": _("%(who)s brought a backup back"),
    "upgrade.done": _("%(who)s upgraded the portal"),
}
"""Action -> what it says. Add a line here before recording a new action."""

GROUPS = {
    "survey": _("Surveys"),
    "answers": _("Answers"),
    "tables": _("Exact tables"),
    "release": _("Releases"),
    "content": _("Published content"),
    "people": _("The team"),
    "mail": _("Mail"),
    "job": _("Jobs"),
    "privacy": _("Privacy"),
    "backup": _("Backups"),
    "upgrade": _("Upgrades"),
}
"""The part of an action before its dot -> its heading among the filters."""

SYSTEM = "system"
"""The actor of what the portal does by itself, outside of any job."""

MACHINES = ("command", "job", "link", SYSTEM)
"""Actors that are nobody of the team."""

KINDS = {
    "survey": _("Survey"),
    "wave": _("Wave"),
    "response": _("Response"),
    "content": _("Document"),
    "release": _("Release"),
    "person": _("Team member"),
    "invitation": _("Invitation to the team"),
    "subject": _("Person or organization"),
    "message": _("Message"),
    "job": _("Job"),
    "backup": _("Backup"),
    "portal": _("Portal"),
}
"""Kinds of objects -> what a page calls them; one that is not here is called by its code."""

WORDS: Mapping[str, Mapping[str, object]] = {
    "what": {
        "identifiers": _("who answered"),
        "unfinished": _("unfinished answers"),
        "records": _("single answers"),
    }
}
"""Detail name -> its codes in words, where a sentence shows one."""
