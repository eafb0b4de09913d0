"""Alembic's scripts: every change of the schema from the first release on."""
