"""The pages of a test's application; a process compiles templates and addresses once."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

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


_make_builder = Rule._compile_builder
_BUILDERS: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def _builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """The function that builds a rule's addresses. It is handed the rule it works for, so that
    rules that look alike share it: each application has 240, and compiling them was nine tenths
    of making one."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    converters = tuple((name, type(one)) for name, one in rule._converters.items())
    alike = (rule.rule, tuple(rule._trace), converters, defaults, append_unknown)
    if alike not in _BUILDERS:
        _BUILDERS[alike] = _make_builder(rule, append_unknown)
    return _BUILDERS[alike]


Rule._compile_builder = _builder


def pages(application: Application, config: dict[str, Any]) -> Flask:
    """The WSGI application as `create_app` makes it."""
    app = create_app(application, config)
    app.jinja_env.bytecode_cache = _COMPILED
    return app
