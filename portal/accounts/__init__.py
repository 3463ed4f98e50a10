"""The room of the team's accounts: signing in and out, second factors, passkeys, invitations, devices."""

from portal.accounts import tidying as tidying
