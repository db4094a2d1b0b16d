"""Whether the database is fit to work on: there, of the right revision, no demo in production."""

from __future__ import annotations

from pathlib import Path

from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.persistence import migrating
from engine.persistence.people import demo_usernames
from engine.services.act import Application


def has_database(app: Application) -> bool:
    """Whether the database was ever migrated; asking does not create an embedded one."""
    url = app.database.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return False
    return migrating.current(app.database) is not None


def require_ready(app: Application) -> None:
    """Raises Misuse, saying what to do: database missing, old, or a demo in production.

    Raises DatabaseNewer, and Unavailable when it does not answer.
    """
    revision = migrating.current(app.database) if has_database(app) else None
    migrating.refuse_newer(revision)
    if revision != migrating.head():
        raise Misuse(
            say("Cơ sở dữ liệu chưa có hoặc chưa được nâng cấp: hãy chạy `quytrinh db upgrade`.")
        )
    refuse_demo_in_production(app)


def refuse_demo_in_production(app: Application) -> None:
    """Raises Misuse when a production installation is over a database with demo accounts."""
    if not app.settings.production:
        return
    with app.act(None, write=False) as act:
        names = demo_usernames(act.session)
    if names:
        raise Misuse(
            say(
                "Chế độ chạy thật không được có tài khoản dùng thử: %(names)s. Hãy dùng cơ sở dữ"
                " liệu khác.",
                names=", ".join(names),
            )
        )
