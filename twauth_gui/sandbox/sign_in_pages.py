"""Pages that a user sees during a sign-in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlencode

from twauth_gui.sandbox.accounts import DEMO_ACCOUNTS, SandboxAccount, account_for
from twauth_gui.sandbox.browser_session import BrowserSession, Form
from twauth_gui.sandbox.http_messages import Request, Response, redirect_response
from twauth_gui.sandbox.page_layout import render_account, render_page
from twauth_gui.sandbox.request_context import RequestContext
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


@dataclass(frozen=True)
class PageVisit:
    """One browser at the pages of one request of an app; query names the request."""

    browser: BrowserSession
    query: Mapping[str, str]

    @property
    def context(self) -> RequestContext:
        return self.browser.context

    @property
    def request(self) -> Request:
        return self.browser.request

    @property
    def app(self) -> str:
        return self.context.app.label

    @property
    def form(self) -> Form:
        return self.browser.form(self.query)

    def handle_form(
        self, allow: Callable[[SandboxAccount], Response], refuse: Callable[[], Response]
    ) -> Response:
        """Handle a form of these pages.

        allow: called with the account that is logged in. Both return what the user sees then.
        """
        actions = {
            "log_in": self._log_in,
            "switch": lambda: self.browser.log_in_as(None).set_cookie(self._reload()),
            "allow": lambda: self._allow(allow),
            "refuse": refuse,
        }
        action = actions.get(self.request.get_field("action"))
        if action is None or not self.browser.has_own_form:
            return self.browser.set_cookie(expired_form_page(self.form))
        return action()

    def _allow(self, allow: Callable[[SandboxAccount], Response]) -> Response:
        account = self.browser.account
        if account is None or account.id != self.request.get_field("account"):
            return self._reload()  # another tab of this browser has changed the account
        return allow(account)

    def _log_in(self) -> Response:
        handle = self.request.get_field("handle")
        account = account_for(handle)
        if account is None:
            return self.browser.set_cookie(login_page(self.app, self.form, handle, refused=True))
        return self.browser.log_in_as(account).set_cookie(self._reload())

    def _reload(self) -> Response:
        return redirect_response(303, self.context.base + self.form.url)


def login_page(app: str, form: Form, handle: str, *, refused: bool = False) -> Response:
    """Return the log-in page; refused: whether the handle that was entered is malformed."""
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
        '<p class="cap" id="any">Any password works, and none is stored. A new handle becomes a '
        "new invented account.</p>"
        '<p class="go"><button class="primary">Log in</button></p>'
    )
    people = "".join(f"<li>{_choice(form, person)}</li>" for person in DEMO_ACCOUNTS)
    body = (
        f"<h1>Log in</h1><p>{escape(app)} asks to use one of your accounts.</p>"
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
    """Return the consent page; no: the text of the button that refuses."""
    listed = "".join(f"<li>{what}</li>" for what in may)
    onward = (
        "Then you get a PIN to enter in the app."
        if callback == "oob"
        else f"Then you return to <code>{escape(callback)}</code>."
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
    """Return the page with the PIN, in the markup that scrapers of X's page look for."""
    body = (
        f"<h1>{escape(app)} is allowed</h1>"
        f'<p><span id="code-desc">Return to {escape(app)} and enter this PIN there. '
        "It works once.</span></p>"
        f'<kbd aria-labelledby="code-desc"><code>{pending.verifier}</code></kbd>'
        '<p class="cap">Then you can close this page.</p>'
    )
    return render_page("PIN", body)


def denied_page(app: str, pending: StoredRequestToken) -> Response:
    """Return the page after "Do not allow", with a link back to the app if it has a callback."""
    if pending.callback == "oob":
        link = "<p>You can close this page.</p>"
    else:
        url = add_query(pending.callback, {"denied": pending.token})
        link = (
            f'<p class="go"><a class="button primary" href="{escape(url)}" autofocus>'
            f"Return to {escape(app)}</a></p>"
        )
    body = f"<h1>{escape(app)} was not allowed</h1><p>It cannot use your account.</p>{link}"
    return render_page("Not allowed", body)


def invalid_token_page(*, named: bool) -> Response:
    """Return the page for a request token that is missing (not named) or no longer valid."""
    reason = (
        "The request token for this page is invalid. It may have already been used, or it is "
        "too old."
        if named
        else "There is no request token for this page. An app sends one when it asks to use an "
        "account."
    )
    body = f"<h1>Whoa there!</h1><p>{reason}</p><p>Start the sign-in again from the app.</p>"
    return render_page("Whoa there!", body, status=403)


def error_page() -> Response:
    """Return the OAuth 2.0 page for an invalid link, which leads nowhere."""
    body = (
        "<h1>Something went wrong</h1>"
        "<p>You weren't able to give access to the App. Go back and try logging in again.</p>"
    )
    return render_page("Something went wrong", body, status=400)


def expired_form_page(form: Form) -> Response:
    """Return the page for a form that is from another browser's page, or from before a restart."""
    body = (
        "<h1>This page is out of date</h1>"
        "<p>The form did not come from a page open in this browser. Nothing was changed.</p>"
        f'<p class="go"><a class="button primary" href="{escape(form.url)}" autofocus>'
        "Open it again</a></p>"
    )
    return render_page("Out of date", body, status=403)


def add_query(url: str, fields: dict[str, str]) -> str:
    """Return a callback URL with these fields added to its query."""
    address, hash_mark, fragment = url.partition("#")
    separator = "&" if "?" in address else "?"
    return f"{address}{separator}{urlencode(fields)}{hash_mark}{fragment}"
