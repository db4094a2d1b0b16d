"""The web server of `quytrinh serve` and `start`: waitress until TERM or INT."""

from __future__ import annotations

import gc
import json
import signal
import sys
from types import FrameType
from typing import Any

import click
from waitress.server import create_server

from engine.adapters import logs
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.services.act import Application
from engine.services.demo import DemoAccount
from web.app import FILES_AT_ONCE, create_app

#: What a reverse proxy tells of the visitor; believed only from `trusted_proxy`.
PROXY_HEADERS = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}

#: Browsers keep connections open; an office full of them must not lock anybody out.
CONNECTIONS = 1000
IDLE_SECONDS = 30


def serve(
    app: Application,
    host: str,
    port: int,
    accounts: tuple[DemoAccount, ...] = (),
    as_json: bool = False,
) -> None:
    """Serves until the process is told to leave; requests in hand are answered first.

    Raises Misuse when the address cannot be listened on.
    """
    try:
        server = create_server(create_app(app), host=host, port=port, **_options(app))
    except OSError as error:
        raise Misuse(
            say(
                "Không mở được cổng %(port)s trên %(host)s (%(why)s). Hãy chọn cổng khác bằng"
                " --port.",
                port=port,
                host=host,
                why=error.strerror or str(error),
            )
        ) from error
    signal.signal(signal.SIGTERM, _leave)
    logs.configure(app.settings.log)
    _announce(f"http://{host}:{port}/", accounts, as_json)
    gc.collect()
    gc.freeze()  # what is loaded stays: looking at it again costs every large check 60 ms
    server.run()
    server.close()
    if not as_json:
        click.echo("Đã dừng.")


def _options(app: Application) -> dict[str, Any]:
    settings = app.settings
    options: dict[str, Any] = {
        "threads": settings.threads,
        "ident": None,
        "connection_limit": CONNECTIONS,
        "channel_timeout": IDLE_SECONDS,
        "asyncore_use_poll": True,
        "max_request_body_size": FILES_AT_ONCE * settings.max_upload,
    }
    if settings.trusted_proxy:
        options |= {
            "trusted_proxy": settings.trusted_proxy,
            "trusted_proxy_headers": PROXY_HEADERS,
            "clear_untrusted_proxy_headers": True,
        }
    return options


def _announce(address: str, accounts: tuple[DemoAccount, ...], as_json: bool) -> None:
    if as_json:
        listed = [
            {
                "username": account.username,
                "password": account.password,
                "name": account.name,
                "title": account.title,
            }
            for account in accounts
        ]
        click.echo(json.dumps({"address": address, "accounts": listed}, ensure_ascii=False))
    else:
        click.echo(f"\nMở {address} trong trình duyệt. Dừng: Ctrl+C.")
        if accounts:
            click.echo("Tài khoản dùng thử:")
        width = max((len(account.username) for account in accounts), default=0)
        for one in accounts:
            click.echo(f"  {one.username:<{width}}  {one.password}  {one.name}, {one.title}")
    sys.stdout.flush()


def _leave(_signum: int, _frame: FrameType | None) -> None:
    """TERM ends the server as Ctrl+C does."""
    raise SystemExit(0)
