"""Browser sessions of the sandbox's pages, with the forms tied to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from html import escape
from urllib.parse import urlencode

from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.http_messages import Request, Response
from twauth_gui.sandbox.request_context import RequestContext


@dataclass(frozen=True)
class Form:
    """Where the forms of one page go.

    Attributes:
        token: shows that a form came from a page this browser was given.
        carries: what the page was opened with, and every form brings along.
    """

    path: str
    token: str
    hidden_fields: Mapping[str, str]

    @property
    def url(self) -> str:
        """The page itself."""
        return f"{self.path}?{urlencode(self.hidden_fields)}" if self.hidden_fields else self.path

    def render(self, action: str, content: str, **more: str) -> str:
        """A form; content is markup."""
        hidden = {**self.hidden_fields, "form_token": self.token, "action": action, **more}
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in hidden.items()
        )
        return f'<form method="post" action="{self.path}">{fields}{content}</form>'


@dataclass(frozen=True)
class BrowserSession:
    """The browser a request came from; cookie is the session it has, or was just given."""

    context: RequestContext
    request: Request
    cookie: str

    @property
    def account(self) -> SandboxAccount | None:
        return self.context.state.account_of_browser(self.cookie)

    def form(self, carries: Mapping[str, str] | None = None) -> Form:
        token = self.context.state.form_token(self.cookie)
        return Form(self.request.path, token, carries or {})

    @property
    def has_own_form(self) -> bool:
        """Whether the form came from a page of ours that this browser was given."""
        base = self.context.base
        given = self.request.get_field("form_token").encode("utf-8", "replace")
        known = self.context.state.form_token(self.cookie).encode()
        return self.request.headers.get("origin", base) == base and compare_digest(known, given)

    def set_cookie(self, answer: Response) -> Response:
        """The answer, telling the browser which session it has."""
        value = f"{_cookie_name(self.context)}={self.cookie}"
        return answer.with_headers(("set-cookie", f"{value}; Path=/; HttpOnly; SameSite=Lax"))

    def log_in_as(self, account: SandboxAccount | None) -> BrowserSession:
        """The same browser with an account, or none, logged in.

        It gets a new cookie, so that one planted before the log-in is worth nothing after it.
        """
        self.context.state.forget_browser(self.cookie)
        return BrowserSession(self.context, self.request, self.context.state.new_browser(account))


def open_browser_session(context: RequestContext, request: Request) -> BrowserSession:
    """The browser behind a request, given a session where it has none."""
    cookie = request.get_cookie(_cookie_name(context))
    if not context.state.has_browser(cookie):
        cookie = context.state.new_browser(None)
    return BrowserSession(context, request, cookie)


def _cookie_name(context: RequestContext) -> str:
    # Browsers do not keep the cookies of two ports apart.
    return f"twauth_sandbox_{context.base.rpartition(':')[2]}"
