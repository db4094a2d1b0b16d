"""The pages for a WSGI server with several processes: `gunicorn 'web.wsgi:application()'`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from engine.adapters import logs
from web.app import create_app
from web.cli import Composition
from web.requests import HEADER

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]

#: What a proxy says of the visitor; of anybody else it is not even looked at.
SAID = (
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"),
    *("HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED"),
    "HTTP_" + HEADER.upper().replace("-", "_"),
)


def application() -> Wsgi:
    """The WSGI application of this process, over the installation of its environment.

    Raises SettingsRefused, Misuse (database missing or old), Unavailable: then the server does not
    start, and says why.
    """
    composition = Composition()
    logs.configure(composition.settings.log)
    office = composition.office
    office.database.dispose()  # connections are no good to the processes forked from this one
    app = create_app(office)
    return TrustedProxy(app.wsgi_app, composition.settings.trusted_proxy)


class TrustedProxy:
    """Believes what the reverse proxy says of visitors, and nobody else."""

    def __init__(self, app: Wsgi, address: str) -> None:
        self._plain = app
        self._behind = ProxyFix(app, x_for=1, x_proto=1, x_host=1)
        self._address = address

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if self._address and environ.get("REMOTE_ADDR") == self._address:
            return self._behind(environ, start)
        for name in SAID:
            environ.pop(name, None)
        return self._plain(environ, start)
