"""Signs an account in: OAuth 1.0a in three steps (RFC 5849, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from twauth_gui.domain.answer import DeniedResponse, OAuth1Response
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.attempts import AccessGrant, RequestToken
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DIRECT, CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in_options import AuthorizationPage, SignInOptions
from twauth_gui.xapi import catalogue, endpoints
from twauth_gui.xapi.call import Call, secrets_of
from twauth_gui.xapi.handler import OneStepHandler
from twauth_gui.xapi.said import said_to_x

PIN = "oob"

_PAGES = {
    AuthorizationPage.AUTHORIZE: endpoints.AUTHORIZE,
    AuthorizationPage.AUTHENTICATE: endpoints.AUTHENTICATE,
}


def obtain_request_token(
    hosts: Hosts,
    keys: AppKeys,
    callback: str,
    cancel: CancelToken,
    *,
    access: str | None = None,
    line: CallSettings = DIRECT,
) -> RequestToken:
    """Ask for a request token (RFC 5849, section 2.1).

    callback: the registered address, or "oob" for a PIN; it is always sent, as X falls back to
    the address set in the app otherwise. access: "read" or "write" to ask for less than the app
    has (x_auth_access_type).

    Raises:
        DiagnosedError: X refused or was not reached.
        CancelledError: cancelled before or meanwhile.
    """
    sent = callback.strip() or PIN
    call = Call(endpoints.REQUEST_TOKEN, hosts, secrets_of(keys), sent, line.clock_offset)
    with said_to_x(call, cancel):
        handler = OneStepHandler(hosts, keys, sent, line)
        request = _request_token(handler.ask_for_token(access), sent)
    cancel.check()
    return request


def authorization_url(
    hosts: Hosts,
    token: RequestToken,
    *,
    expected_handle: str = "",
    options: SignInOptions | None = None,
) -> str:
    """Build the address of the page where the person approves (X docs, GET oauth/authorize).

    tweepy cannot add force_login and screen_name, so the address is built here.
    """
    options = options or SignInOptions()
    query = {"oauth_token": token.token.reveal()}
    if options.force_login:
        query["force_login"] = "true"
    if expected_handle and options.fill_in:
        query["screen_name"] = expected_handle.lstrip("@")
    return f"{hosts.page}{_PAGES[options.page]}?{urlencode(query)}"


def check_answer(request: RequestToken, answer: OAuth1Response) -> Secret:
    """Return the verifier, once it is certain that the answer belongs to this request token.

    Raises:
        DiagnosedError: Kind.WRONG_ANSWER for another sign-in's answer, Kind.DENIED for a refusal.
    """
    if answer.token is not None and answer.token != request.token:  # compared in constant time
        raise DiagnosedError(catalogue.WRONG_ANSWER.diagnosis(Evidence()))
    if isinstance(answer, DeniedResponse):
        raise DiagnosedError(catalogue.DENIED.diagnosis(Evidence()))
    return answer.verifier


def exchange_verifier(  # noqa: PLR0917 - each is another thing
    hosts: Hosts,
    keys: AppKeys,
    request: RequestToken,
    verifier: Secret,
    cancel: CancelToken,
    *,
    line: CallSettings = DIRECT,
) -> AccessGrant:
    """Trade request token and verifier for the access token (RFC 5849, section 2.3).

    Once X has given it, it is returned even where the job was cancelled meanwhile: X gives it
    only once.

    Raises:
        DiagnosedError: X refused or was not reached.
        CancelledError: cancelled before X gave anything.
    """
    secrets = (*secrets_of(keys), request.token, request.secret, verifier)
    call = Call(endpoints.ACCESS_TOKEN, hosts, secrets, request.callback, line.clock_offset)
    with said_to_x(call, cancel):
        handler = OneStepHandler(hosts, keys, request.callback, line)
        return _grant(handler.exchange(request, verifier))


def _request_token(fields: Mapping[str, str], callback: str) -> RequestToken:
    if fields.get("oauth_callback_confirmed") != "true":
        evidence = Evidence(status=200, endpoint=endpoints.REQUEST_TOKEN)
        raise DiagnosedError(catalogue.CALLBACK_UNCONFIRMED.diagnosis(evidence))
    return RequestToken(
        Secret(fields["oauth_token"]), Secret(fields["oauth_token_secret"]), callback
    )


def _grant(fields: Mapping[str, str]) -> AccessGrant:
    token = fields["oauth_token"]
    # X's access token starts with the user's id; that is used where user_id is left out.
    user_id = fields.get("user_id") or token.partition("-")[0]
    return AccessGrant(
        access_token=Secret(token),
        access_secret=Secret(fields["oauth_token_secret"]),
        user_id=user_id,
        handle=fields.get("screen_name", ""),
    )
