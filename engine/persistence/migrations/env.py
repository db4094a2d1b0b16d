"""What Alembic runs for every command: migrates over the connection it was handed."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from engine.persistence import tables
from engine.persistence.columns import Digest, Moment, Packed


def render_item(
    kind: str, item: object, _context: AutogenContext
) -> str | Literal[False]:  # False: Alembic renders it itself
    """Migrations outlive the program's classes: they name plain column types."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, (Digest, Packed)):
        return "sa.LargeBinary()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.Base.metadata,
    render_item=render_item,
    # SQLite cannot alter most of a table: later migrations copy it instead.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
