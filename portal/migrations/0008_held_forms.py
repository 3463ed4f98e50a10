"""What was typed into a form that came too late, sealed, for an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, CharField, ForeignKeyField, Model, TextField

if TYPE_CHECKING:
    from peewee import Database


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Device(Frozen):
    id = CharField(primary_key=True, max_length=32)


class HeldForm(Frozen):
    id = CharField(primary_key=True, max_length=32)
    device = ForeignKeyField(Device, on_delete="CASCADE")
    sealed = TextField()
    kept_at = BigIntegerField(index=True)


def up(_migrator: Any, db: Database) -> None:
    """Make the table."""
    with db.bind_ctx([Device, HeldForm]):
        db.create_tables([HeldForm], safe=False)


def down(_migrator: Any, db: Database) -> None:
    """Drop the table, and all that is held with it."""
    with db.bind_ctx([Device, HeldForm]):
        db.drop_tables([HeldForm], safe=False)
