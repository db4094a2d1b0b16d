"""Alembic's home: the environment it runs in and one file per change of the tables."""
