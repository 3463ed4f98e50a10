"""The trail of who did what, which the database itself keeps from being altered, and the dates of erasure.

The models are frozen copies: what the portal's tables become later is the matter of later migrations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, CharField, ForeignKeyField, Model, SqliteDatabase, TextField

if TYPE_CHECKING:
    from peewee import Database


class Wave(Model):
    id = CharField(primary_key=True, max_length=32)

    class Meta:
        table_name = "wave"


class Line(Model):
    id = BigIntegerField(primary_key=True)
    at = BigIntegerField()
    actor = CharField(max_length=40, index=True)
    action = CharField(max_length=60, index=True)
    kind = CharField(max_length=40)
    ident = CharField(max_length=210)
    detail = TextField()
    hash = CharField(max_length=64)

    class Meta:
        table_name = "audit"
        indexes = ((("kind", "ident"), False),)


class Retention(Model):
    wave = ForeignKeyField(Wave, on_delete="CASCADE")
    kind = CharField(max_length=20)
    due_on = CharField(max_length=10)
    announced_at = BigIntegerField(null=True)
    done_at = BigIntegerField(null=True)
    counts = TextField(null=True)

    class Meta:
        table_name = "retention"
        indexes = ((("wave", "kind"), True),)


TABLES = [Line, Retention]

REFUSAL = "the audit trail is only ever added to"

REFUSED = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"

PRESENT = "EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"

SQLITE = (
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {REFUSED}",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {REFUSED}",
    # INSERT OR REPLACE takes a row away without asking the trigger above.
    f"CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN {PRESENT} {REFUSED}",
)

FUNCTION = f"""
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
"""
EACH = (
    "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays()"
)
WHOLE = "CREATE TRIGGER audit_stays_whole BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_stays()"
POSTGRESQL = (FUNCTION, EACH, WHOLE)


def up(_migrator: Any, db: Database) -> None:
    """Make the tables and the triggers that guard the first."""
    with db.bind_ctx([Wave, *TABLES]):
        db.create_tables(TABLES, safe=False)
    for statement in SQLITE if isinstance(db, SqliteDatabase) else POSTGRESQL:
        db.execute_sql(statement)


def down(_migrator: Any, db: Database) -> None:
    """Drop the tables, and the whole trail with them."""
    with db.bind_ctx([Wave, *TABLES]):
        db.drop_tables(TABLES, safe=False)
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION audit_stays()")
