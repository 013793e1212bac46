"""The token endpoint of OAuth 2.0: codes and refresh tokens are traded in, tokens revoked.

A refresh token works once. When a spent one comes again, every token of its sign-in ends, unless
the settings say otherwise.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import partial
from hmac import compare_digest
from typing import Final

from twauth_gui.sandbox import oauth2_refusals as refusals
from twauth_gui.sandbox.basic import carries
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.messages import Request, Response, UnreadableError, as_json
from twauth_gui.sandbox.oauth2_memory import Code
from twauth_gui.sandbox.oauth2_refusals import OAuth2Refused
from twauth_gui.sandbox.oauth2_tokens import UserGrant
from twauth_gui.sandbox.problems import too_many
from twauth_gui.sandbox.routing import Route, RouteKind
from twauth_gui.sandbox.scopes import OFFLINE

_Handler = Callable[[Context, dict[str, str]], Response]


def _token(context: Context, form: dict[str, str]) -> Response:
    grants = {"authorization_code": _trade_code, "refresh_token": _refresh}
    grant = grants.get(_needed(form, "grant_type"))
    if grant is None:
        raise refusals.unknown_grant_type()
    return grant(context, form)


def _trade_code(context: Context, form: dict[str, str]) -> Response:
    text, redirect_uri = _needed(form, "code"), _needed(form, "redirect_uri")
    verifier = _needed(form, "code_verifier")
    oldest = context.now - context.settings.code_lifetime
    code = context.state.oauth2.code(text, oldest)
    if code is None:
        raise refusals.bad_code()
    if redirect_uri != code.redirect_uri:
        raise refusals.wrong_redirect()
    if not _matches(code, verifier):
        raise refusals.wrong_verifier()
    if not context.state.oauth2.spend_code(code):
        raise refusals.bad_code()
    scopes = _allowed(context, code.scopes)
    return _pair(context, context.oauth2_tokens.new_grant(code.account, scopes))


def _refresh(context: Context, form: dict[str, str]) -> Response:
    token, settings, memory = _needed(form, "refresh_token"), context.settings, context.state.oauth2
    issued = context.oauth2_tokens.read("refresh", token)
    if issued is None or settings.refresh_spent or settings.tokens_revoked:
        raise refusals.bad_token()
    too_old = issued.made_at + settings.refresh_token_lifetime <= context.now
    if too_old or memory.is_ended(issued.grant.family):
        raise refusals.bad_token()
    if not memory.spend(token):
        if settings.replay_ends_family:
            memory.end_family(issued.grant.family)
        raise refusals.bad_token()
    scopes = _allowed(context, issued.grant.scopes)
    return _pair(context, UserGrant(issued.grant.account, scopes, issued.grant.family))


def _revoke(context: Context, form: dict[str, str]) -> Response:
    """A refresh token takes its whole sign-in with it, an access token goes alone.

    A token that is none is as good as revoked (RFC 7009, 2.2); so is one of the other kind than
    the hint says.
    """
    token, _ = _needed(form, "token"), _needed(form, "token_type_hint")
    refresh = context.oauth2_tokens.read("refresh", token)
    if refresh is not None:
        context.state.oauth2.end_family(refresh.grant.family)
    elif context.oauth2_tokens.read("access", token) is not None:
        _ = context.state.oauth2.spend(token)
    return as_json(200, {"revoked": True})


def _pair(context: Context, grant: UserGrant) -> Response:
    maker = context.oauth2_tokens
    fields: dict[str, object] = {
        "token_type": "bearer",
        "expires_in": int(context.settings.access_token_lifetime),
        "access_token": maker.make("access", grant, context.now),
        "scope": " ".join(grant.scopes),
    }
    if OFFLINE in grant.scopes:
        fields["refresh_token"] = maker.make("refresh", grant, context.now)
    return as_json(200, fields)


def _allowed(context: Context, scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(scope for scope in scopes if scope in context.settings.most_scopes)


def _matches(code: Code, verifier: str) -> bool:
    """RFC 7636, 4.6. Anything but "S256" counts as "plain", as at X."""
    said = verifier.encode("utf-8", "replace")
    if code.method == "S256":
        said = urlsafe_b64encode(hashlib.sha256(said).digest()).rstrip(b"=")
    return compare_digest(said, code.challenge.encode("utf-8", "replace"))


def _needed(form: dict[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise refusals.missing(name)
    return value


def _check_client(context: Context, request: Request, form: dict[str, str]) -> None:
    """A Web App shows its secret in a Basic header, a Native App names itself in the form."""
    app, settings = context.app, context.settings
    if settings.suspended:
        raise refusals.no_authorization()
    if not settings.has_client:
        raise refusals.unknown_client()
    if settings.app_type == "web":
        if not carries(request, app.client_id, app.client_secret):
            raise refusals.no_authorization()
    elif _needed(form, "client_id") != app.client_id:
        raise refusals.unknown_client()


def _answer(handler: _Handler, context: Context, request: Request) -> Response:
    if context.settings.limit == "sign-in":
        return too_many()
    try:
        form = dict(reversed(request.form_pairs))  # the first of a repeated name
    except UnreadableError:
        form = {}
    try:
        _check_client(context, request, form)
        return handler(context, form)
    except OAuth2Refused as refused:
        return refused.answer


ROUTES: Final = (
    Route("POST", "/2/oauth2/token", partial(_answer, _token), kind=RouteKind.TOKEN),
    Route("POST", "/2/oauth2/revoke", partial(_answer, _revoke), kind=RouteKind.TOKEN),
)
