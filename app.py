"""The portal as a WSGI application: `flask --app app …` and the server find it here."""

from portal import create_app

app = create_app()
