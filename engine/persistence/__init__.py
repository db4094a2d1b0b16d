"""The database: the only place that speaks SQLAlchemy. Pages read through worklists and services."""
