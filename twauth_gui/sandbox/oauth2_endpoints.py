"""OAuth 2.0: the consent page, the users' tokens, the app's bearer token.

A refresh token works once. If it is used again, every token of its sign-in is revoked, unless the
settings say otherwise.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hmac import compare_digest
from typing import Final

from twauth_gui.sandbox import sign_in_pages as pages
from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.authentication import authenticate_user, has_basic_credentials
from twauth_gui.sandbox.browser_session import open_browser_session
from twauth_gui.sandbox.error_responses import (
    Refusal,
    app_only_error,
    numbered_error,
    too_many_requests_problem,
)
from twauth_gui.sandbox.http_messages import (
    FORM,
    Request,
    Response,
    UnreadableError,
    json_response,
    redirect_response,
)
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.scopes import OFFLINE_SCOPE, SCOPE_TEXTS, sort_scopes
from twauth_gui.sandbox.signature import is_signed
from twauth_gui.sandbox.state import AuthorizationCode
from twauth_gui.sandbox.token_codec import UserGrant

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
class ConsentVisit(pages.PageVisit):
    """One browser at the page, with the app's request."""

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
    return visit.handle_form(
        lambda account: _allow(visit, account),
        lambda: visit.redirect_back(error="access_denied", state=visit.query["state"]),
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


def _allow(visit: ConsentVisit, account: SandboxAccount) -> Response:
    code = visit.context.state.oauth2.new_code(
        account,
        visit.scopes,
        visit.context.now,
        redirect_uri=visit.query["redirect_uri"],
        challenge=visit.query["code_challenge"],
        method=visit.query["code_challenge_method"],
    )
    return visit.redirect_back(state=visit.query["state"], code=code.code)


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


PAGE_ROUTES: Final = (
    Route("GET", PATH, show, kind=RouteKind.PAGE),
    Route("POST", PATH, submit, kind=RouteKind.PAGE),
)


class OAuth2Refusal(Exception):  # noqa: N818 - a refusal is a response, not an error of the sandbox
    """Raised by checks to refuse a request to the token endpoint with this response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def missing_parameter(name: str) -> OAuth2Refusal:
    """Return the refusal of a request that lacks a parameter."""
    return _invalid_request(f"Missing required parameter [{name}].")


def invalid_code() -> OAuth2Refusal:
    """Return the refusal of a code that was used, is too old or was never issued."""
    return _invalid_request("Value passed for the authorization code was invalid.")


def redirect_mismatch() -> OAuth2Refusal:
    """Return the refusal of a redirect URI other than that of the code."""
    return _invalid_request(
        "Value passed for the redirect uri did not match the uri of the authorization code."
    )


def verifier_mismatch() -> OAuth2Refusal:
    """Return the refusal of a code verifier that does not fit the challenge (RFC 7636)."""
    return _invalid_request("Value passed for the code verifier did not match the code challenge.")


def invalid_token() -> OAuth2Refusal:
    """Return the refusal of a refresh token; X does not use RFC 6749's `invalid_grant`."""
    return _invalid_request("Value passed for the token was invalid.")


def missing_authorization() -> OAuth2Refusal:
    """Return the refusal of a confidential client's missing or wrong Basic header."""
    return _refusal(401, "unauthorized_client", "Missing valid authorization header")


def unknown_client() -> OAuth2Refusal:
    """Return the refusal of a client id; X's text for it is not known."""
    return _refusal(400, "invalid_client", "Value passed for the client id was invalid.")


def unknown_grant_type() -> OAuth2Refusal:
    """Return the refusal of a grant type; X's text for it is not known."""
    return _refusal(400, "unsupported_grant_type", "Value passed for the grant type was invalid.")


def _invalid_request(description: str) -> OAuth2Refusal:
    return _refusal(400, "invalid_request", description)


def _refusal(status: int, code: str, description: str) -> OAuth2Refusal:
    return OAuth2Refusal(json_response(status, {"error": code, "error_description": description}))


_Handler = Callable[[RequestContext, dict[str, str]], Response]


def _token(context: RequestContext, form: dict[str, str]) -> Response:
    grants = {"authorization_code": _exchange_code, "refresh_token": _refresh}
    grant = grants.get(_require_field(form, "grant_type"))
    if grant is None:
        raise unknown_grant_type()
    return grant(context, form)


def _exchange_code(context: RequestContext, form: dict[str, str]) -> Response:
    text, redirect_uri = _require_field(form, "code"), _require_field(form, "redirect_uri")
    verifier = _require_field(form, "code_verifier")
    oldest = context.now - context.settings.code_lifetime
    code = context.state.oauth2.find_code(text, oldest)
    if code is None:
        raise invalid_code()
    if redirect_uri != code.redirect_uri:
        raise redirect_mismatch()
    if not _is_matching_verifier(code, verifier):
        raise verifier_mismatch()
    if not context.state.oauth2.spend_code(code):
        raise invalid_code()
    scopes = _restrict_scopes(context, code.scopes)
    return _token_response(context, context.oauth2_tokens.new_grant(code.account, scopes))


def _refresh(context: RequestContext, form: dict[str, str]) -> Response:
    token = _require_field(form, "refresh_token")
    settings, state = context.settings, context.state.oauth2
    issued = context.oauth2_tokens.read("refresh", token)
    if issued is None or settings.refresh_spent or settings.tokens_revoked:
        raise invalid_token()
    too_old = issued.issued_at + settings.refresh_token_lifetime <= context.now
    if too_old or state.is_family_revoked(issued.grant.family):
        raise invalid_token()
    if not state.spend_token(token):
        if settings.replay_ends_family:
            state.revoke_family(issued.grant.family)
        raise invalid_token()
    scopes = _restrict_scopes(context, issued.grant.scopes)
    return _token_response(context, UserGrant(issued.grant.account, scopes, issued.grant.family))


def _revoke(context: RequestContext, form: dict[str, str]) -> Response:
    """Revoke an access token alone, a refresh token with its whole sign-in.

    An unknown token counts as revoked (RFC 7009, 2.2), and the hint may name the wrong kind.
    """
    token, _ = _require_field(form, "token"), _require_field(form, "token_type_hint")
    refresh = context.oauth2_tokens.read("refresh", token)
    if refresh is not None:
        context.state.oauth2.revoke_family(refresh.grant.family)
    elif context.oauth2_tokens.read("access", token) is not None:
        _ = context.state.oauth2.spend_token(token)
    return json_response(200, {"revoked": True})


def _token_response(context: RequestContext, grant: UserGrant) -> Response:
    codec = context.oauth2_tokens
    fields: dict[str, object] = {
        "token_type": "bearer",
        "expires_in": int(context.settings.access_token_lifetime),
        "access_token": codec.make("access", grant, context.now),
        "scope": " ".join(grant.scopes),
    }
    if OFFLINE_SCOPE in grant.scopes:
        fields["refresh_token"] = codec.make("refresh", grant, context.now)
    return json_response(200, fields)


def _restrict_scopes(context: RequestContext, scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(scope for scope in scopes if scope in context.settings.max_scopes)


def _is_matching_verifier(code: AuthorizationCode, verifier: str) -> bool:
    """Check a code verifier (RFC 7636, 4.6); as at X, any method but "S256" counts as "plain"."""
    challenge = verifier.encode("utf-8", "replace")
    if code.method == "S256":
        challenge = urlsafe_b64encode(hashlib.sha256(challenge).digest()).rstrip(b"=")
    return compare_digest(challenge, code.challenge.encode("utf-8", "replace"))


def _require_field(form: dict[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise missing_parameter(name)
    return value


def _check_client(context: RequestContext, request: Request, form: dict[str, str]) -> None:
    """Check a Web App's secret in the Basic header, or a Native App's id in the form."""
    app, settings = context.app, context.settings
    if settings.suspended:
        raise missing_authorization()
    if not settings.has_client:
        raise unknown_client()
    if settings.app_type == "web":
        if not has_basic_credentials(request, app.client_id, app.client_secret):
            raise missing_authorization()
    elif _require_field(form, "client_id") != app.client_id:
        raise unknown_client()


def _respond(handler: _Handler, context: RequestContext, request: Request) -> Response:
    if context.settings.limit == "sign-in":
        return too_many_requests_problem()
    try:
        form = dict(reversed(request.form_pairs))  # of a repeated name, the first counts
    except UnreadableError:
        form = {}
    try:
        _check_client(context, request, form)
        return handler(context, form)
    except OAuth2Refusal as refused:
        return refused.response


_NOT_YOURS: Final = 348


def issue_bearer_token(context: RequestContext, request: Request) -> Response:
    """Return the app's one bearer token; the same every time, until it is invalidated."""
    is_valid = (
        request.headers.get("content-type", "").lower().startswith(FORM)
        and request.body == b"grant_type=client_credentials"
        and _has_keys(context, request)
        and not context.settings.suspended
        and context.settings.limit != "sign-in"
    )
    if not is_valid:
        return app_only_error()
    return json_response(200, {"token_type": "bearer", "access_token": context.bearer_token})


def invalidate_bearer_token(context: RequestContext, request: Request) -> Response:
    """Invalidate the bearer token, for the app or its owner: X's pages disagree on who may do it.

    The token may be sent as it was issued, or with its %2F and %3D encoded once more.
    """
    token = context.bearer_token
    raw = f"access_token={token}".encode()
    is_known = request.is_form and (
        request.body == raw or request.get_field("access_token") == token
    )
    if not is_known or not (_has_keys(context, request) or _is_from_user(context, request)):
        return app_only_error()
    if not context.settings.bearer_revocable:
        return numbered_error(_NOT_YOURS)
    context.state.rotate_bearer_token()
    return json_response(200, {"access_token": token})


def _has_keys(context: RequestContext, request: Request) -> bool:
    return has_basic_credentials(request, context.app.api_key, context.app.api_secret)


def _is_from_user(context: RequestContext, request: Request) -> bool:
    if not is_signed(request):
        return False
    try:
        _ = authenticate_user(context, request)
    except Refusal:
        return False
    return True


TOKEN_ROUTES: Final = (
    Route("POST", "/2/oauth2/token", partial(_respond, _token), kind=RouteKind.TOKEN),
    Route("POST", "/2/oauth2/revoke", partial(_respond, _revoke), kind=RouteKind.TOKEN),
    Route("POST", "/oauth2/token", issue_bearer_token, kind=RouteKind.TOKEN),
    Route("POST", "/oauth2/invalidate_token", invalidate_bearer_token),
)
