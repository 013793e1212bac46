"""Browser sessions of the sandbox's pages, with the forms that belong to them."""

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
    """What the forms of one page have in common.

    Attributes:
        token: proves that a form is from a page sent to this browser.
        hidden_fields: the fields that the page was opened with, which every form sends again.
    """

    path: str
    token: str
    hidden_fields: Mapping[str, str]

    @property
    def url(self) -> str:
        """The address of the page itself."""
        return f"{self.path}?{urlencode(self.hidden_fields)}" if self.hidden_fields else self.path

    def render(self, action: str, content: str, **more: str) -> str:
        """Return a form as markup; content is markup, too."""
        hidden = {**self.hidden_fields, "form_token": self.token, "action": action, **more}
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in hidden.items()
        )
        return f'<form method="post" action="{self.path}">{fields}{content}</form>'


@dataclass(frozen=True)
class BrowserSession:
    """The browser that sent a request; cookie names its session, which may be new."""

    context: RequestContext
    request: Request
    cookie: str

    @property
    def account(self) -> SandboxAccount | None:
        return self.context.state.account_of_browser(self.cookie)

    def form(self, hidden_fields: Mapping[str, str] | None = None) -> Form:
        token = self.context.state.form_token(self.cookie)
        return Form(self.request.path, token, hidden_fields or {})

    @property
    def has_own_form(self) -> bool:
        """Whether the form is from a page that the sandbox sent to this browser."""
        base = self.context.base
        sent = self.request.get_field("form_token").encode("utf-8", "replace")
        expected = self.context.state.form_token(self.cookie).encode()
        return self.request.headers.get("origin", base) == base and compare_digest(expected, sent)

    def set_cookie(self, response: Response) -> Response:
        """Return the response with this session's cookie."""
        value = f"{_cookie_name(self.context)}={self.cookie}"
        return response.with_headers(("set-cookie", f"{value}; Path=/; HttpOnly; SameSite=Lax"))

    def log_in_as(self, account: SandboxAccount | None) -> BrowserSession:
        """Return the browser's new session, with this account or none logged in.

        It has a new cookie, so that one planted before the log-in is worthless after it.
        """
        self.context.state.forget_browser(self.cookie)
        return BrowserSession(self.context, self.request, self.context.state.new_browser(account))


def open_browser_session(context: RequestContext, request: Request) -> BrowserSession:
    """Return the session of the browser that sent a request, a new one if it has none."""
    cookie = request.get_cookie(_cookie_name(context))
    if not context.state.has_browser(cookie):
        cookie = context.state.new_browser(None)
    return BrowserSession(context, request, cookie)


def _cookie_name(context: RequestContext) -> str:
    # Browsers share cookies between the ports of a host.
    return f"twauth_sandbox_{context.base.rpartition(':')[2]}"
