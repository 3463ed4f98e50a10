"""The room of the team's accounts: signing in and out, second factors, passkeys, invitations, devices."""
