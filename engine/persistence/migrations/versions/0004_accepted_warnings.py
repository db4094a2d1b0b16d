"""Versions keep the warnings that were accepted when they were deployed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "version",
        sa.Column("accepted", sa.JSON(none_as_null=True), nullable=False, server_default="[]"),
    )
