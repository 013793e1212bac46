"""The sandbox's own page with its menu of faults, and the JSON that identifies it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Final

from twauth_gui.sandbox import sign_in_pages as pages
from twauth_gui.sandbox.accounts import DEMO_ACCOUNTS
from twauth_gui.sandbox.browser_session import Form, open_browser_session
from twauth_gui.sandbox.faults import FAULT_GROUPS, FAULTS, FaultGroup, SandboxFault
from twauth_gui.sandbox.http_messages import Request, Response, json_response, redirect_response
from twauth_gui.sandbox.page_layout import render_account, render_avatar, render_page
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.state import Post

FAULTS_PATH: Final = "/faults"


def render_fault_menu(active: tuple[str, ...], form: Form) -> str:
    """Return a checkbox for each fault, as markup."""
    groups = "".join(_render_group(group, active) for group in FAULT_GROUPS)
    fields = (
        f'<div class="faults">{groups}</div>'
        '<p class="go"><button class="primary">Apply</button></p>'
    )
    clear = form.render("mend", "<button>Turn all off</button>") if active else ""
    return (
        '<h2 id="faults">Break it</h2>'
        "<p>The selected faults apply from the next request on. The sandbox's own pages keep "
        "working.</p>"
        f"{render_active_faults(active)}{form.render('break', fields)}{clear}"
    )


def render_active_faults(active: tuple[str, ...]) -> str:
    """Return the list of what is wrong now, as markup."""
    if not active:
        return ""
    listed = "".join(
        f"<li>{escape(fault.description)}</li>" for fault in FAULTS if fault.name in active
    )
    return f'<div class="note" role="status">Broken now:<ul>{listed}</ul></div>'


def submit_faults(context: RequestContext, request: Request) -> Response:
    """Turn the ticked faults on, and all others off."""
    browser = open_browser_session(context, request)
    if not browser.has_own_form:
        return browser.set_cookie(pages.expired_form_page(Form("/", "", {})))
    ticked = [fault.name for fault in FAULTS if request.get_field(fault.name)]
    context.fault_state.set_active(ticked if request.get_field("action") == "break" else ())
    return redirect_response(303, f"{context.base}/")


def _render_group(group: FaultGroup, active: tuple[str, ...]) -> str:
    boxes = "".join(_render_checkbox(fault, active) for fault in FAULTS if fault.group == group)
    return f"<fieldset><legend>{group}</legend>{boxes}</fieldset>"


def _render_checkbox(fault: SandboxFault, active: tuple[str, ...]) -> str:
    ticked = " checked" if fault.name in active else ""
    return (
        f'<label class="box" for="{fault.name}"><input type="checkbox" id="{fault.name}" '
        f'name="{fault.name}" value="on"{ticked}><span>{escape(fault.description)}'
        f'<code class="cap">{fault.name}</code></span></label>'
    )


FAULT_ROUTES: Final = (Route("POST", FAULTS_PATH, submit_faults, kind=RouteKind.OWN_PAGE),)


NAME: Final = "twauth-sandbox"
VERSION: Final = 1
_SHOWN_POSTS: Final = 50
_REFRESH: Final = 3


def identify(_context: RequestContext, _request: Request) -> Response:
    """Return the JSON by which a program recognises a Twauth sandbox."""
    return json_response(200, {"name": NAME, "version": VERSION})


def show_home(context: RequestContext, request: Request) -> Response:
    """Show what this is, the app's keys, the accounts, the posts and the faults."""
    live = request.get_field("live") == "1"
    browser, active = open_browser_session(context, request), context.fault_state.active
    form = replace(browser.form(), path=FAULTS_PATH)
    # A page that reloads by itself would lose what was just ticked.
    faults = render_active_faults(active) if live else render_fault_menu(active, form)
    body = (
        "<h1>Sandbox</h1>"
        "<p>It handles sign-ins as X does, and keeps what bots post until it is stopped. Its keys "
        "and accounts are invented and do not work at X.</p>"
        f"{_render_app(context)}"
        "<h2>Accounts</h2>"
        "<p>Any password works. Any other handle you log in with becomes an account too.</p>"
        f"{_render_accounts()}"
        f"{_render_posts(context, live=live)}"
        f"{faults}"
    )
    return browser.set_cookie(render_page("Home", body, wide=True, refresh=_REFRESH if live else 0))


def _render_app(context: RequestContext) -> str:
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
        "Native App: PIN only, no client secret"
        if settings.app_type == "native"
        else "Web App: client secret needed"
    )
    state = "Suspended" if settings.suspended else "In good standing"
    metadata = "".join(
        f'<tr><th scope="row">{name}</th><td>{value}</td></tr>'
        for name, value in (
            ("Type", kind),
            ("Access", settings.access_level),
            ("State", state),
        )
    )
    return f"<h2>{escape(app.label)}</h2><table>{lines}{metadata}</table>"


def _render_accounts() -> str:
    rows = "".join(f'<li class="who">{render_account(person)}</li>' for person in DEMO_ACCOUNTS)
    return f'<ul class="rows people">{rows}</ul>'


def _render_posts(context: RequestContext, *, live: bool) -> str:
    posts = context.state.posts()
    newest = "".join(_render_post(post) for post in reversed(posts[-_SHOWN_POSTS:]))
    listed = (
        f'<ul class="rows posts">{newest}</ul>' if posts else "<p>No bot has posted here yet.</p>"
    )
    links = (
        '<a href="/">Stop reloading</a>'
        if live
        else '<a href="/">Reload</a> <a href="/?live=1">Reload automatically</a>'
    )
    return f'<div class="bar"><h2>Posts ({len(posts)})</h2>{links}</div>{listed}'


def _render_post(post: Post) -> str:
    when = datetime.fromtimestamp(post.created_at, UTC)
    return (
        f"<li>{render_avatar(post.author)}<div><b>{escape(post.author.name)}</b> "
        f'<span class="cap">@{post.author.handle} · <time datetime="{when.isoformat()}">'
        f"{when:%H:%M:%S} UTC</time></span><p>{escape(post.text)}</p></div></li>"
    )


HOME_ROUTES: Final = (
    Route("GET", "/", show_home, kind=RouteKind.OWN_PAGE),
    Route("GET", "/sandbox.json", identify, kind=RouteKind.OWN_LINE),
)
