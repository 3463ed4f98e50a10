"""What the floor of the portal holds of people: accounts, the audit trail, and jobs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _

from portal import audit
from portal.identity import people
from portal.identity.models import Device, HeldForm, Invitation, Passkey, User
from portal.jobs.models import JobRow
from portal.privacy import holdings

if TYPE_CHECKING:
    from portal.privacy.holdings import Subject


def _account(subject: Subject) -> list[dict[str, Any]]:
    user = _user(subject)
    found: list[dict[str, Any]] = []
    if user is not None:
        found.append(
            {
                "kept": "account",
                "email": user.email,
                "name": user.name,
                "language": user.language,
                "roles": sorted(user.role_names),
                "active": user.active,
                "second_factor": user.has_second_factor,
                "since": moment(user.created_at),
            }
        )
        keys = Passkey.select().where(Passkey.user == user).order_by(Passkey.id)
        found += [{"kept": "passkey", "name": key.name, "used": moment(key.used_at)} for key in keys]
        found += [
            {
                "kept": "device",
                "browser": device.browser,
                "system": device.system,
                "signed_in": moment(device.created_at),
                "seen": moment(device.seen_at),
                "signed_out": moment(device.ended_at),
            }
            for device in Device.select().where(Device.user == user).order_by(Device.created_at, Device.id)
        ]
        waiting = HeldForm.select().join(Device).where(Device.user == user).order_by(HeldForm.kept_at)
        # The words are for the eyes of whoever typed them, for an hour, and are not handed to anybody else.
        found += [{"kept": "form not sent", "typed": moment(form.kept_at)} for form in waiting]
    return found + [
        {
            "kept": "invitation",
            "email": invitation.email,
            "name": invitation.name,
            "language": invitation.language,
            "roles": invitation.roles,
            "invited": moment(invitation.created_at),
            "expires": moment(invitation.expires_at),
        }
        for invitation in Invitation.select().where(_invited(subject)).order_by(Invitation.created_at)
    ]


def _close_account(subject: Subject) -> int:
    """Take an account away.

    Raises:
        LastAdministratorError: when nobody could give roles any more.
    """
    gone = int(Invitation.delete().where(_invited(subject)).execute())
    user = _user(subject)
    if user is None:
        return gone
    belongings = sum(table.select().where(table.user == user).count() for table in (Passkey, Device))
    people.set_active(
        user, active=False
    )  # refuses, while it holds the team, to leave it without administrator
    User.delete().where(User.id == user.id).execute()
    return gone + belongings + 1


def _user(subject: Subject) -> User | None:
    found: User | None = None if subject.email is None else people.find(subject.email)
    return found


def _invited(subject: Subject) -> Any:
    return Invitation.email == (subject.email or "")


def _lines(subject: Subject) -> list[dict[str, Any]]:
    lines = audit.by_actor(subject.pseudonym) if subject.pseudonym else []
    return [
        {
            "at": moment(line.at),
            "action": line.action,
            "object": f"{line.kind} {line.ident}".strip(),
            **line.detail,
        }
        for line in lines
    ]


def _asked_by(subject: Subject) -> Any:
    return JobRow.asked_by == (subject.pseudonym or "")


def _jobs(subject: Subject) -> list[dict[str, Any]]:
    rows = JobRow.select().where(_asked_by(subject)).order_by(JobRow.created_at, JobRow.id)
    return [{"task": row.task, "state": row.state, "asked": moment(row.created_at)} for row in rows]


def moment(at: int | None) -> str | None:
    """A time in seconds of UTC as a file that is handed out writes it."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()


def register() -> None:
    """Let privacy requests find accounts, the audit trail and jobs."""
    holdings.register(
        holdings.Holding(
            name="account",
            title=_("Account on the team"),
            export=_account,
            erase=_close_account,
            covers=("person", "person_role", "passkey", "device", "held_form", "invitation"),
        )
    )
    holdings.register(
        holdings.Holding(
            name="activity",
            title=_("Activity"),
            export=_lines,
            erase=lambda _subject: 0,
            covers=("audit",),
            keeps=_("What was done stays on record; without the account it names nobody."),
        )
    )
    holdings.register(
        holdings.Holding(
            name="jobs",
            title=_("Jobs asked for"),
            export=_jobs,
            erase=lambda subject: int(JobRow.update(asked_by=None).where(_asked_by(subject)).execute()),
            covers=("job",),
        )
    )
