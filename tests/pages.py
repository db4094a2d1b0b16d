"""The pages of a test's application; a process compiles each template once for all its tests."""

from __future__ import annotations

from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from engine.services.act import Application
from web.app import create_app


class _Compiled(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def pages(application: Application, config: dict[str, Any]) -> Flask:
    """The WSGI application as `create_app` makes it."""
    app = create_app(application, config)
    app.jinja_env.bytecode_cache = _COMPILED
    return app
