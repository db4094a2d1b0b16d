"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import SignInRefused
from engine.domain.messages import Message
from engine.persistence import people
from engine.services import accounts, demo, journalling
from web import auth, scope

bp = Blueprint("signing", __name__)


@bp.get("/dang-nhap")
def show() -> ResponseReturnValue:
    """The sign-in page; somebody signed in goes on to their work."""
    if scope.visitor():
        return redirect(url_for("inbox.home"))
    return _page(request.args.get("next", ""), unsent="chua_gui" in request.args)


@bp.post("/dang-nhap")
@auth.limiter.limit(lambda: current_app.config["SIGN_IN_LIMIT"], deduct_when=auth.failed)
@auth.limiter.limit(
    lambda: current_app.config["ACCOUNT_LIMIT"], key_func=auth.account, deduct_when=auth.failed
)
def sign_in() -> ResponseReturnValue:
    """Opens a session on the server; the same sentence for every reason to refuse."""
    username = request.form.get("username", "").strip()
    wanted = request.form.get("next", "")
    agent = request.user_agent.string[:200]
    try:
        with scope.system_act(write=True) as act:
            key = accounts.sign_in(act, username, request.form.get("password", ""), agent)
    except SignInRefused as refused:
        journalling.refused(scope.application(), None, username, refused)
        return _page(wanted, username, refused.message), 422
    auth.begin(key)
    return redirect(auth.inside(wanted) or url_for("inbox.home"))


@bp.post("/dang-xuat")
def sign_out() -> ResponseReturnValue:
    """Ends the session on the server and here."""
    with scope.act(write=True) as act:
        key = auth.end()
        if key:
            accounts.sign_out(act, key)
    return redirect(url_for("signing.show"))


@bp.post("/ngon-ngu")
def language() -> ResponseReturnValue:
    """Changes the language of the pages, and remembers it for somebody signed in."""
    chosen = request.form.get("language", "")
    if chosen in auth.LANGUAGES:
        session[auth.LANGUAGE] = chosen
        if scope.visitor():
            with scope.act(write=True) as act:
                accounts.set_language(act, chosen)
    return redirect(auth.inside(request.form.get("next")) or url_for("inbox.home"))


def _page(
    wanted: str, username: str = "", refused: Message | None = None, unsent: bool = False
) -> str:
    g.pop("visitor", None)
    return render_template(
        "signing/show.html",
        next=auth.inside(wanted),
        username=username,
        unsent=unsent,
        refused=refused,
        demo_accounts=_demo_accounts(),
    )


def _demo_accounts() -> tuple[demo.DemoAccount, ...]:
    """The accounts to look around with, when this is a demonstration and they were loaded."""
    if not scope.application().settings.demo:
        return ()
    with scope.system_act() as act:
        there = people.demo_usernames(act.session)
    return tuple(account for account in demo.accounts() if account.username in there)
