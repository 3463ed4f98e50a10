"""How Flask-Security reads and writes the team's tables: every write in a transaction of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_security import PeeweeUserDatastore

from portal.identity.models import Passkey, Role, User, UserRole
from surveys.responses import store

if TYPE_CHECKING:
    from peewee import Model


class Datastore(PeeweeUserDatastore):
    """Peewee's datastore, writing through `store.write()`."""

    def put(self, model: Model) -> Model:
        """Write what changed of a row, or a new row."""
        # A view hands over the proxy of whoever is signed in; peewee wants the row itself.
        row = model._get_current_object() if hasattr(model, "_get_current_object") else model  # noqa: SLF001
        with store.write():
            row.save()
        return row

    def delete(self, model: Model) -> None:
        """Take a row away, and what belongs to it."""
        with store.write():
            model.delete_instance()

    def create_webauthn(self, user: Any, *values: Any, **named: Any) -> None:
        """Keep a new passkey."""
        row = user._get_current_object() if hasattr(user, "_get_current_object") else user  # noqa: SLF001
        super().create_webauthn(row, *values, **named)


def datastore() -> Datastore:
    """The datastore on the store's database."""
    return Datastore(  # type: ignore[no-untyped-call] # the library's
        store.database, User, Role, UserRole, webauthn_model=Passkey
    )
