"""The database: the only place that speaks SQLAlchemy; pages read it through worklists."""
