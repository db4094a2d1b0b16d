"""The database: tables, migrations, worklists, locks and caches; pages read only through here."""
