"""One's own account: password and open sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.errors import Misuse, SignInRefused
from engine.services import accounts
from web import auth, scope

bp = Blueprint("account", __name__, url_prefix="/tai-khoan")
