"""What a person sees while signing in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final
from urllib.parse import urlencode

from twauth_gui.sandbox.accounts import DEMO_ACCOUNTS, SandboxAccount
from twauth_gui.sandbox.browser_session import Form
from twauth_gui.sandbox.http_messages import Response
from twauth_gui.sandbox.page_layout import render_account, render_page
from twauth_gui.sandbox.settings import Level
from twauth_gui.sandbox.state import StoredRequestToken

LEVEL_TEXTS: Final[dict[Level, tuple[str, ...]]] = {
    "read": ("read your posts and profile",),
    "read-write": ("read your posts and profile", "post for you"),
    "read-write-directmessages": (
        "read your posts and profile",
        "post for you",
        "read and send your direct messages",
    ),
}


def login_page(app: str, form: Form, handle: str, *, refused: bool = False) -> Response:
    """Handle, password, or a choice of accounts; refused when the handle was none."""
    first, second = (" autofocus", "") if refused or not handle else ("", " autofocus")
    wrong = (
        '<p class="note" id="wrong" role="alert">A handle has 1 to 15 letters, digits or '
        "underscores.</p>"
        if refused
        else ""
    )
    described = ' aria-invalid="true" aria-describedby="wrong"' if refused else ""
    fields = (
        f"{wrong}"
        '<label for="handle">Handle</label>'
        '<input type="text" id="handle" name="handle" autocomplete="off" autocapitalize="none" '
        f'spellcheck="false" required value="{escape(handle)}"{described}{first}>'
        '<label for="password">Password</label>'
        '<input type="password" id="password" name="password" autocomplete="off" '
        f'aria-describedby="any"{second}>'
        '<p class="cap" id="any">Any password works, and none is kept. A handle nobody has yet '
        "becomes a new invented account.</p>"
        '<p class="go"><button class="primary">Log in</button></p>'
    )
    people = "".join(f"<li>{_choice(form, person)}</li>" for person in DEMO_ACCOUNTS)
    body = (
        f"<h1>Log in</h1><p>{escape(app)} asks to use an account of yours.</p>"
        f"{form.render('log_in', fields)}"
        f'<h2>Or choose an account</h2><ul class="rows">{people}</ul>'
    )
    return render_page("Log in", body, status=422 if refused else 200)


def _choice(form: Form, person: SandboxAccount) -> str:
    button = f'<button class="who">{render_account(person)}</button>'
    return form.render("log_in", button, handle=person.handle)


def consent_page(
    app: str, form: Form, account: SandboxAccount, *, may: Iterable[str], callback: str, no: str
) -> Response:
    """The question itself; no is what the button that refuses says."""
    listed = "".join(f"<li>{what}</li>" for what in may)
    onward = (
        "You then get a PIN to type in the app."
        if callback == "oob"
        else f"You then go back to <code>{escape(callback)}</code>."
    )
    switch = form.render("switch", '<button class="quiet">Use another account</button>')
    yes = form.render(
        "allow", '<button class="primary" autofocus>Allow</button>', account=account.id
    )
    refuse = form.render("refuse", f"<button>{no}</button>")
    title = f"Let {app} use your account?"
    body = (
        f"<h1>{escape(title)}</h1>"
        f'<div class="card"><div class="who">{render_account(account)}</div>{switch}</div>'
        f"<p>{escape(app)} may:</p><ul>{listed}</ul>"
        f'<p class="cap">{onward}</p>'
        f'<div class="go">{yes}{refuse}</div>'
    )
    return render_page(title, body, leads_to=callback)


def pin_page(app: str, pending: StoredRequestToken) -> Response:
    """The PIN, in the markup scrapers of X's page look for."""
    body = (
        f"<h1>{escape(app)} is allowed</h1>"
        f'<p><span id="code-desc">Go back to {escape(app)} and type this PIN there. '
        "It works once.</span></p>"
        f'<kbd aria-labelledby="code-desc"><code>{pending.verifier}</code></kbd>'
        '<p class="cap">You can close this page then.</p>'
    )
    return render_page("PIN", body)


def denied_page(app: str, pending: StoredRequestToken) -> Response:
    """After "Do not allow": the way back, where there is one."""
    if pending.callback == "oob":
        way = "<p>You can close this page.</p>"
    else:
        url = add_query(pending.callback, {"denied": pending.token})
        way = (
            f'<p class="go"><a class="button primary" href="{escape(url)}" autofocus>'
            f"Return to {escape(app)}</a></p>"
        )
    body = f"<h1>{escape(app)} was not allowed</h1><p>It cannot use your account.</p>{way}"
    return render_page("Not allowed", body)


def invalid_token_page(*, named: bool) -> Response:
    """The page for a request token that is missing, or can no longer be used."""
    what = (
        "The request token for this page is invalid. It may have already been used, or it is "
        "too old."
        if named
        else "There is no request token for this page. An app sends one along when it asks to "
        "use an account."
    )
    body = f"<h1>Whoa there!</h1><p>{what}</p><p>Start the sign-in again from the app.</p>"
    return render_page("Whoa there!", body, status=403)


def error_page() -> Response:
    """OAuth 2.0's page for a link that is not to be trusted: it leads nowhere."""
    body = (
        "<h1>Something went wrong</h1>"
        "<p>You weren't able to give access to the App. Go back and try logging in again.</p>"
    )
    return render_page("Something went wrong", body, status=400)


def expired_form_page(form: Form) -> Response:
    """A form that did not come from a page given to this browser, or from before a restart."""
    body = (
        "<h1>This page is out of date</h1>"
        "<p>The form did not come from a page open in this browser. Nothing was changed.</p>"
        f'<p class="go"><a class="button primary" href="{escape(form.url)}" autofocus>'
        "Open it again</a></p>"
    )
    return render_page("Out of date", body, status=403)


def add_query(url: str, fields: dict[str, str]) -> str:
    """A callback URL with more in its query."""
    address, hash_mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{urlencode(fields)}{hash_mark}{fragment}"
