"""OAuth 2.0 consent page: log in, allow or cancel, redirect back with a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from twauth_gui.sandbox import sign_in_pages as pages
from twauth_gui.sandbox.accounts import SandboxAccount, account_for
from twauth_gui.sandbox.browser_session import BrowserSession, Form, open_browser_session
from twauth_gui.sandbox.http_messages import Request, Response, redirect_response
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.scopes import SCOPE_TEXTS, sort_scopes

PATH: Final = "/i/oauth2/authorize"
_MAX_STATE_LENGTH: Final = 500
_MAX_CHALLENGE_LENGTH: Final = 128
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
    """One browser at the page, with the app's request."""

    browser: BrowserSession
    query: dict[str, str]

    @property
    def context(self) -> RequestContext:
        return self.browser.context

    @property
    def app(self) -> str:
        return self.context.app.label

    @property
    def form(self) -> Form:
        return self.browser.form(self.query)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The requested scopes; the grant may have fewer."""
        return sort_scopes(self.query["scope"].split())

    def redirect_back(self, **fields: str) -> Response:
        return redirect_response(302, pages.add_query(self.query["redirect_uri"], fields))


def show(context: RequestContext, request: Request) -> Response:
    """Show the page that an app sent the user to."""
    visit = _find_visit(context, request)
    if visit is None:
        return pages.error_page()
    account = visit.browser.account
    if account is None:
        return visit.browser.set_cookie(pages.login_page(visit.app, visit.form, ""))
    return visit.browser.set_cookie(_ask_consent(visit, account))


def submit(context: RequestContext, request: Request) -> Response:
    """Handle one of this page's forms."""
    visit = _find_visit(context, request)
    if visit is None:
        return pages.error_page()
    if not visit.browser.has_own_form:
        return visit.browser.set_cookie(pages.expired_form_page(visit.form))
    actions = {"log_in": _log_in, "switch": _switch, "allow": _allow, "refuse": _refuse}
    action = actions.get(request.get_field("action"))
    return (
        action(visit) if action else visit.browser.set_cookie(pages.expired_form_page(visit.form))
    )


def _ask_consent(visit: ConsentVisit, account: SandboxAccount) -> Response:
    return pages.consent_page(
        visit.app,
        visit.form,
        account,
        may=[SCOPE_TEXTS[scope] for scope in visit.scopes],
        callback=visit.query["redirect_uri"],
        no="Cancel",
    )


def _log_in(visit: ConsentVisit) -> Response:
    handle = visit.browser.request.get_field("handle")
    account = account_for(handle)
    if account is None:
        return visit.browser.set_cookie(
            pages.login_page(visit.app, visit.form, handle, refused=True)
        )
    return visit.browser.log_in_as(account).set_cookie(_reload(visit))


def _switch(visit: ConsentVisit) -> Response:
    return visit.browser.log_in_as(None).set_cookie(_reload(visit))


def _allow(visit: ConsentVisit) -> Response:
    account = visit.browser.account
    if account is None or account.id != visit.browser.request.get_field("account"):
        return _reload(visit)  # another tab of this browser has changed the account
    code = visit.context.state.oauth2.new_code(
        account,
        visit.scopes,
        visit.context.now,
        redirect_uri=visit.query["redirect_uri"],
        challenge=visit.query["code_challenge"],
        method=visit.query["code_challenge_method"],
    )
    return visit.redirect_back(state=visit.query["state"], code=code.code)


def _refuse(visit: ConsentVisit) -> Response:
    return visit.redirect_back(error="access_denied", state=visit.query["state"])


def _reload(visit: ConsentVisit) -> Response:
    return redirect_response(303, visit.context.base + visit.form.url)


def _find_visit(context: RequestContext, request: Request) -> ConsentVisit | None:
    """Return the visit; None if the link is not a valid request of the app."""
    query = {name: request.get_field(name) for name in _QUERY}
    scopes, settings = query["scope"].split(), context.settings
    is_valid = (
        not settings.suspended
        and query["response_type"] == "code"
        and settings.has_client
        and query["client_id"] == context.app.client_id
        and query["redirect_uri"] in settings.approved_callbacks
        and scopes
        and set(scopes) <= set(settings.requestable_scopes)
        and 0 < len(query["state"]) <= _MAX_STATE_LENGTH
        and 0 < len(query["code_challenge"]) <= _MAX_CHALLENGE_LENGTH
    )
    return ConsentVisit(open_browser_session(context, request), query) if is_valid else None


ROUTES: Final = (
    Route("GET", PATH, show, kind=RouteKind.PAGE),
    Route("POST", PATH, submit, kind=RouteKind.PAGE),
)
