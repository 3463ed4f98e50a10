"""The tables of the team: people, roles, passkeys, signed-in devices, invitations and the set-up link.

The models are frozen copies: what the portal's tables become later is the matter of later migrations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    Model,
    TextField,
)

if TYPE_CHECKING:
    from peewee import Database

ROLES = ("administrator", "survey-designer", "analyst", "editor", "moderator", "translator")


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Role(Frozen):
    name = CharField(primary_key=True, max_length=40)

    class Meta:
        table_name = "person_role_name"


class User(Frozen):
    id = AutoField()
    email = CharField(unique=True, max_length=254)
    password = CharField(max_length=255, null=True)
    active = BooleanField()
    name = CharField(max_length=200)
    language = CharField(max_length=8)
    pseudonym = CharField(unique=True, max_length=32)
    created_at = BigIntegerField()
    fs_uniquifier = CharField(unique=True, max_length=64)
    fs_webauthn_user_handle = CharField(unique=True, max_length=64)
    tf_primary_method = CharField(max_length=20, null=True)
    tf_totp_secret = TextField(null=True)
    totp_counter = BigIntegerField(null=True)
    mf_recovery_codes = TextField(null=True)

    class Meta:
        table_name = "person"


class UserRole(Frozen):
    user = ForeignKeyField(User, on_delete="CASCADE")
    role = ForeignKeyField(Role, on_delete="CASCADE")

    class Meta:
        table_name = "person_role"
        primary_key = CompositeKey("user", "role")


class Passkey(Frozen):
    id = AutoField()
    user = ForeignKeyField(User, on_delete="CASCADE")
    name = CharField(max_length=64)
    credential_id = TextField(unique=True)
    public_key = TextField()
    sign_count = BigIntegerField()
    transports = TextField(null=True)
    extensions = TextField(null=True)
    usage = CharField(max_length=20)
    backup_state = BooleanField()
    device_type = CharField(max_length=40)
    used_at = BigIntegerField()


class Device(Frozen):
    id = CharField(primary_key=True, max_length=32)
    hash = CharField(unique=True, max_length=64)
    user = ForeignKeyField(User, on_delete="CASCADE")
    browser = CharField(max_length=40)
    system = CharField(max_length=40)
    created_at = BigIntegerField()
    seen_at = BigIntegerField()
    ended_at = BigIntegerField(null=True)


class Invitation(Frozen):
    id = CharField(primary_key=True, max_length=32)
    email = CharField(max_length=254)
    name = CharField(max_length=200)
    language = CharField(max_length=8)
    roles = TextField()
    hash = CharField(unique=True, max_length=64)
    invited_by = CharField(max_length=32)
    created_at = BigIntegerField()
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)
    withdrawn_at = BigIntegerField(null=True)


class SetUpLink(Frozen):
    id = AutoField()
    hash = CharField(max_length=64)
    made_at = BigIntegerField()


TABLES = [Role, User, UserRole, Passkey, Device, Invitation, SetUpLink]


def up(_migrator: Any, db: Database) -> None:
    """Make the tables, and write the roles' names down."""
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
        Role.insert_many([{"name": name} for name in ROLES]).execute()


def down(_migrator: Any, db: Database) -> None:
    """Take the tables away, and everybody's account with them."""
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES, safe=False)
