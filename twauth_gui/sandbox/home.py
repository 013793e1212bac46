"""The sandbox's own page, for people, with its one line for programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Final

from twauth_gui.sandbox import fault_menu
from twauth_gui.sandbox.accounts import PEOPLE
from twauth_gui.sandbox.browsers import browser_of
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.messages import Request, Response, as_json
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.shell import avatar, page, who
from twauth_gui.sandbox.state import Post

NAME: Final = "twauth-sandbox"
VERSION: Final = 1
_SHOWN_POSTS: Final = 50
_REFRESH: Final = 3


def identify(_context: Context, _request: Request) -> Response:
    """Tell a program that this is a Twauth sandbox."""
    return as_json(200, {"name": NAME, "version": VERSION})


def home(context: Context, request: Request) -> Response:
    """What this is, the app's keys, the accounts, what is broken, the posts."""
    live = request.asked("live") == "1"
    browser, active = browser_of(context, request), context.board.active
    form = replace(browser.form(), path=fault_menu.PATH)
    # A page that loads itself again would forget what has just been ticked.
    faults = fault_menu.standing(active) if live else fault_menu.menu(active, form)
    body = (
        "<h1>Sandbox</h1>"
        "<p>It answers like X where signing in is concerned, and keeps what bots post until it "
        "is stopped. Its keys and accounts are invented; they open nothing at X.</p>"
        f"{_app(context)}"
        "<h2>Accounts</h2>"
        "<p>Any password works. Any other handle you log in with becomes an account too.</p>"
        f"{_people()}"
        f"{_posts(context, live=live)}"
        f"{faults}"
    )
    return browser.keeping(page("Home", body, wide=True, refresh=_REFRESH if live else 0))


def _app(context: Context) -> str:
    app, settings = context.app, context.settings
    rows = [
        ("API host", [context.base]),
        ("API key", [app.api_key]),
        ("API key secret", [app.api_secret]),
        ("Client ID", [app.client_id]),
        ("Client secret", [app.client_secret]),
        ("Callback URLs", list(app.callbacks)),
    ]
    lines = "".join(
        f'<tr><th scope="row">{name}</th><td>'
        + "".join(f'<code class="pick">{escape(value)}</code>' for value in values)
        + "</td></tr>"
        for name, values in rows
    )
    kind = (
        "Native App: only PIN, no client secret"
        if settings.app_type == "native"
        else "Web App: client secret needed"
    )
    state = "Suspended" if settings.suspended else "In good standing"
    facts = "".join(
        f'<tr><th scope="row">{name}</th><td>{value}</td></tr>'
        for name, value in (
            ("Type", kind),
            ("Access", settings.access_level),
            ("State", state),
        )
    )
    return f"<h2>{escape(app.label)}</h2><table>{lines}{facts}</table>"


def _people() -> str:
    rows = "".join(f'<li class="who">{who(person)}</li>' for person in PEOPLE)
    return f'<ul class="rows people">{rows}</ul>'


def _posts(context: Context, *, live: bool) -> str:
    posts = context.state.posts()
    newest = "".join(_post(post) for post in reversed(posts[-_SHOWN_POSTS:]))
    listed = (
        f'<ul class="rows posts">{newest}</ul>' if posts else "<p>No bot has posted here yet.</p>"
    )
    links = (
        '<a href="/">Stop reloading</a>'
        if live
        else '<a href="/">Reload</a> <a href="/?live=1">Reload by itself</a>'
    )
    return f'<div class="bar"><h2>Posts ({len(posts)})</h2>{links}</div>{listed}'


def _post(post: Post) -> str:
    when = datetime.fromtimestamp(post.created_at, UTC)
    return (
        f"<li>{avatar(post.author)}<div><b>{escape(post.author.name)}</b> "
        f'<span class="cap">@{post.author.handle} · <time datetime="{when.isoformat()}">'
        f"{when:%H:%M:%S} UTC</time></span><p>{escape(post.text)}</p></div></li>"
    )


ROUTES: Final = (
    Route("GET", "/", home, kind=RouteKind.OWN_PAGE),
    Route("GET", "/sandbox.json", identify, kind=RouteKind.OWN_LINE),
)
