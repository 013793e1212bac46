"""The OAuth 2.0 consent page: log in, allow or cancel, go back with a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from twauth_gui.sandbox import sign_in_pages as pages
from twauth_gui.sandbox.accounts import SandboxAccount, account_for
from twauth_gui.sandbox.browsers import Browser, browser_of
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.forms import Form
from twauth_gui.sandbox.messages import Request, Response, redirect
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.scopes import IN_WORDS, ordered

PATH: Final = "/i/oauth2/authorize"
_LONGEST_STATE: Final = 500
_LONGEST_CHALLENGE: Final = 128
_QUERY: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


@dataclass(frozen=True)
class ConsentVisit:
    """One browser at the page, with what the app asks for there."""

    browser: Browser
    asked: dict[str, str]

    @property
    def context(self) -> Context:
        return self.browser.context

    @property
    def app(self) -> str:
        return self.context.app.label

    @property
    def form(self) -> Form:
        return self.browser.form(self.asked)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it asks for; the grant may come out smaller."""
        return ordered(self.asked["scope"].split())

    def go_back(self, **fields: str) -> Response:
        return redirect(302, pages.with_query(self.asked["redirect_uri"], fields))


def show(context: Context, request: Request) -> Response:
    """Open the page an app sent the person to."""
    visit = _visit(context, request)
    if visit is None:
        return pages.went_wrong()
    account = visit.browser.account
    if account is None:
        return visit.browser.keeping(pages.log_in(visit.app, visit.form, ""))
    return visit.browser.keeping(_question(visit, account))


def submit(context: Context, request: Request) -> Response:
    """Take one of the forms of this page."""
    visit = _visit(context, request)
    if visit is None:
        return pages.went_wrong()
    if not visit.browser.sends_its_own_form:
        return visit.browser.keeping(pages.stale(visit.form))
    actions = {"log_in": _log_in, "switch": _switch, "allow": _allow, "refuse": _refuse}
    action = actions.get(request.asked("action"))
    return action(visit) if action else visit.browser.keeping(pages.stale(visit.form))


def _question(visit: ConsentVisit, account: SandboxAccount) -> Response:
    return pages.allow(
        visit.app,
        visit.form,
        account,
        may=[IN_WORDS[scope] for scope in visit.scopes],
        callback=visit.asked["redirect_uri"],
        no="Cancel",
    )


def _log_in(visit: ConsentVisit) -> Response:
    handle = visit.browser.request.asked("handle")
    account = account_for(handle)
    if account is None:
        return visit.browser.keeping(pages.log_in(visit.app, visit.form, handle, refused=True))
    return visit.browser.logged_in_as(account).keeping(_open_again(visit))


def _switch(visit: ConsentVisit) -> Response:
    return visit.browser.logged_in_as(None).keeping(_open_again(visit))


def _allow(visit: ConsentVisit) -> Response:
    account = visit.browser.account
    if account is None or account.id != visit.browser.request.asked("account"):
        return _open_again(visit)  # another tab of this browser has changed the account
    made = visit.context.state.oauth2.new_code(
        account,
        visit.scopes,
        visit.context.now,
        redirect_uri=visit.asked["redirect_uri"],
        challenge=visit.asked["code_challenge"],
        method=visit.asked["code_challenge_method"],
    )
    return visit.go_back(state=visit.asked["state"], code=made.code)


def _refuse(visit: ConsentVisit) -> Response:
    return visit.go_back(error="access_denied", state=visit.asked["state"])


def _open_again(visit: ConsentVisit) -> Response:
    return redirect(303, visit.context.base + visit.form.url)


def _visit(context: Context, request: Request) -> ConsentVisit | None:
    """None where the link cannot be trusted to lead back to the app."""
    asked = {name: request.asked(name) for name in _QUERY}
    scopes, settings = asked["scope"].split(), context.settings
    good = (
        not settings.suspended
        and asked["response_type"] == "code"
        and settings.has_client
        and asked["client_id"] == context.app.client_id
        and asked["redirect_uri"] in settings.approved_callbacks
        and scopes
        and set(scopes) <= set(settings.askable_scopes)
        and 0 < len(asked["state"]) <= _LONGEST_STATE
        and 0 < len(asked["code_challenge"]) <= _LONGEST_CHALLENGE
    )
    return ConsentVisit(browser_of(context, request), asked) if good else None


ROUTES: Final = (
    Route("GET", PATH, show, kind=RouteKind.PAGE),
    Route("POST", PATH, submit, kind=RouteKind.PAGE),
)
