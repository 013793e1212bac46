"""One browser at one of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.forms import Form
from twauth_gui.sandbox.messages import Request, Response


@dataclass(frozen=True)
class Browser:
    """The browser a request came from; cookie is the session it has, or was just given."""

    context: Context
    request: Request
    cookie: str

    @property
    def account(self) -> SandboxAccount | None:
        return self.context.state.logged_in(self.cookie)

    def form(self, carries: Mapping[str, str] | None = None) -> Form:
        token = self.context.state.form_token(self.cookie)
        return Form(self.request.path, token, carries or {})

    @property
    def sends_its_own_form(self) -> bool:
        """Whether the form came from a page of ours that this browser was given."""
        base = self.context.base
        given = self.request.asked("form_token").encode("utf-8", "replace")
        known = self.context.state.form_token(self.cookie).encode()
        return self.request.headers.get("origin", base) == base and compare_digest(known, given)

    def keeping(self, answer: Response) -> Response:
        """The answer, telling the browser which session it has."""
        value = f"{_cookie_name(self.context)}={self.cookie}"
        return answer.plus(("set-cookie", f"{value}; Path=/; HttpOnly; SameSite=Lax"))

    def logged_in_as(self, account: SandboxAccount | None) -> Browser:
        """The same browser with an account, or none, logged in.

        It gets a new cookie, so that one planted before the log-in is worth nothing after it.
        """
        self.context.state.forget_browser(self.cookie)
        return Browser(self.context, self.request, self.context.state.new_browser(account))


def browser_of(context: Context, request: Request) -> Browser:
    """The browser behind a request, given a session where it has none."""
    cookie = request.cookie(_cookie_name(context))
    if not context.state.knows_browser(cookie):
        cookie = context.state.new_browser(None)
    return Browser(context, request, cookie)


def _cookie_name(context: Context) -> str:
    # Browsers do not keep the cookies of two ports apart.
    return f"twauth_sandbox_{context.base.rpartition(':')[2]}"
