"""OAuth 1.0a at X: request tokens, verifiers, access tokens (RFC 5849, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import tweepy  # pyright: ignore[reportMissingTypeStubs]
from requests_oauthlib import OAuth1
from tweepy.parsers import RawParser  # pyright: ignore[reportMissingTypeStubs]
from typing_extensions import override

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.callback_response import DeniedResponse, OAuth1Response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import AccessGrant, AuthorizationPage, RequestToken, SignInOptions
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.errors.call_context import CallContext, collect_secrets, validate_keys
from twauth_gui.xapi.errors.diagnosis import diagnose_errors
from twauth_gui.xapi.errors.messages import api_errors
from twauth_gui.xapi.session import RequestRefusedError, new_session, parse_json_object

if TYPE_CHECKING:
    import requests


# tweepy has no types: what comes from it is unknown to pyright and Any to mypy.
# pyright: reportUnknownMemberType=false, reportUnnecessaryTypeIgnoreComment=false


_MAX_FIELDS = 20


class OneStepHandler(tweepy.OAuth1UserHandler):  # type: ignore[misc]
    """tweepy's handler for one step of a sign-in, over XSession.

    tweepy's own sends the old token instead of the callback if it is used a second time. It also
    sets no time-out, and drops oauth_callback_confirmed, the user's id and the user's name.
    """

    def __init__(self, hosts: Hosts, keys: AppKeys, callback: str, settings: CallSettings) -> None:
        self._key, self._secret = validate_keys(keys)
        super().__init__(self._key, self._secret, callback=callback)
        self._hosts = hosts
        self._settings = settings
        self._callback = callback
        self._fields: dict[str, str] = {}

    def obtain_request_token(self, access: str | None) -> Mapping[str, str]:
        """Return the fields of X's response to request_token."""
        self.get_authorization_url(access_type=access)
        return self._fields

    def exchange_verifier(self, request: RequestToken, verifier: Secret) -> Mapping[str, str]:
        """Return the fields of X's response to access_token, such as user_id and screen_name."""
        self.request_token = {
            "oauth_token": request.token.reveal(),
            "oauth_token_secret": request.secret.reveal(),
        }
        self.get_access_token(verifier.reveal().strip())
        return self._fields

    @override
    def _get_oauth_url(self, endpoint: str) -> str:
        return f"{self._hosts.api}/oauth/{endpoint}"

    @override
    def _get_request_token(self, access_type: str | None = None) -> dict[str, str]:
        query = {"x_auth_access_type": access_type} if access_type else {}
        signer = OAuth1(self._key, client_secret=self._secret, callback_uri=self._callback)
        token = self._post("request_token", signer, query)
        # tweepy reads the token of its own session next, which has made no request.
        self.oauth.token = {
            "oauth_token": token["oauth_token"],
            "oauth_token_secret": token["oauth_token_secret"],
        }
        return token

    @override
    def get_access_token(self, verifier: str | None = None) -> tuple[str, str]:
        if not verifier:
            raise DiagnosedError(api_errors.WRONG_PIN.to_diagnosis(Evidence()))
        signer = OAuth1(
            self._key,
            client_secret=self._secret,
            resource_owner_key=self.request_token["oauth_token"],
            resource_owner_secret=self.request_token["oauth_token_secret"],
            verifier=verifier,
        )
        token = self._post("access_token", signer, {})
        return token["oauth_token"], token["oauth_token_secret"]

    def _post(self, endpoint: str, signer: OAuth1, query: Mapping[str, str]) -> dict[str, str]:
        with new_session(self._hosts, self._settings) as session:
            response = session.post(self._get_oauth_url(endpoint), params=query, auth=signer)
        self._fields = _parse_form(response)
        return self._fields


def _parse_form(response: requests.Response) -> dict[str, str]:
    """Parse the form that X sends as text/html; raise RequestRefusedError for anything else."""
    try:
        text = response.content.decode("utf-8").strip()
        fields = dict(parse_qsl(text, max_num_fields=_MAX_FIELDS))
    except ValueError as error:
        raise RequestRefusedError(response) from error
    if not (fields.get("oauth_token") and fields.get("oauth_token_secret")):
        raise RequestRefusedError(response)
    return fields


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
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> RequestToken:
    """Request a request token (RFC 5849, section 2.1).

    callback: the registered address, or "oob" for a PIN; it is always sent, as X would fall back
    to the address set in the app. access: "read" or "write" to request less than the app has
    (x_auth_access_type).

    Raises:
        DiagnosedError: X refused or was not reached.
        CancelledError: cancelled before or during the call.
    """
    sent = callback.strip() or PIN
    call = CallContext(
        endpoints.REQUEST_TOKEN, hosts, collect_secrets(keys), sent, settings.clock_offset
    )
    with diagnose_errors(call, cancel):
        handler = OneStepHandler(hosts, keys, sent, settings)
        request = _parse_request_token(handler.obtain_request_token(access), sent)
    cancel.raise_if_cancelled()
    return request


def build_authorization_url(
    hosts: Hosts,
    token: RequestToken,
    *,
    expected_handle: str = "",
    options: SignInOptions | None = None,
) -> str:
    """Return the address of the page where the user approves (X docs, GET oauth/authorize).

    tweepy cannot add force_login and screen_name, so the address is built here.
    """
    options = options or SignInOptions()
    query = {"oauth_token": token.token.reveal()}
    if options.force_login:
        query["force_login"] = "true"
    if expected_handle and options.prefill_handle:
        query["screen_name"] = expected_handle.lstrip("@")
    return f"{hosts.page}{_PAGES[options.page]}?{urlencode(query)}"


def check_verifier_response(request: RequestToken, response: OAuth1Response) -> Secret:
    """Return the verifier, if the response belongs to this request token.

    Raises:
        DiagnosedError: WRONG_ANSWER for another sign-in's response, DENIED for a denial.
    """
    if response.token is not None and response.token != request.token:  # compared in constant time
        raise DiagnosedError(api_errors.WRONG_RESPONSE.to_diagnosis(Evidence()))
    if isinstance(response, DeniedResponse):
        raise DiagnosedError(api_errors.DENIED.to_diagnosis(Evidence()))
    return response.verifier


def exchange_verifier(  # noqa: PLR0917 - each is another thing
    hosts: Hosts,
    keys: AppKeys,
    request: RequestToken,
    verifier: Secret,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> AccessGrant:
    """Exchange request token and verifier for the access token (RFC 5849, section 2.3).

    Once X has granted it, it is returned even if the job was cancelled meanwhile: X gives it only
    once.

    Raises:
        DiagnosedError: X refused or was not reached.
        CancelledError: cancelled before X granted it.
    """
    secrets = (*collect_secrets(keys), request.token, request.secret, verifier)
    call = CallContext(
        endpoints.ACCESS_TOKEN, hosts, secrets, request.callback, settings.clock_offset
    )
    with diagnose_errors(call, cancel):
        handler = OneStepHandler(hosts, keys, request.callback, settings)
        return _parse_grant(handler.exchange_verifier(request, verifier))


def _parse_request_token(fields: Mapping[str, str], callback: str) -> RequestToken:
    if fields.get("oauth_callback_confirmed") != "true":
        evidence = Evidence(status=200, endpoint=endpoints.REQUEST_TOKEN)
        raise DiagnosedError(api_errors.CALLBACK_UNCONFIRMED.to_diagnosis(evidence))
    return RequestToken(
        Secret(fields["oauth_token"]), Secret(fields["oauth_token_secret"]), callback
    )


def _parse_grant(fields: Mapping[str, str]) -> AccessGrant:
    token = fields["oauth_token"]
    # X's access token starts with the user's id; that is used if user_id is missing.
    user_id = fields.get("user_id") or token.partition("-")[0]
    return AccessGrant(
        access_token=Secret(token),
        access_secret=Secret(fields["oauth_token_secret"]),
        user_id=user_id,
        handle=fields.get("screen_name", ""),
    )


def invalidate_access_token(
    hosts: Hosts,
    keys: AppKeys,
    credentials: Credentials,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> None:
    """Revoke an access token: POST oauth/invalidate_token, which tweepy has no method for.

    Return normally once X has revoked it, even if the job was cancelled meanwhile.

    Raises:
        DiagnosedError: X refused or was not reached; REVOKED, if it was revoked before.
        CancelledError: cancelled before X answered.
    """
    secrets = collect_secrets(keys, credentials)
    call = CallContext(
        endpoints.INVALIDATE_TOKEN, hosts, secrets, clock_offset=settings.clock_offset
    )
    with diagnose_errors(call, cancel):
        auth = tweepy.OAuth1UserHandler(
            *validate_keys(keys),
            credentials.access_token.reveal().strip(),
            credentials.access_secret.reveal().strip(),
        )
        api = tweepy.API(auth, parser=RawParser())
        api.session = new_session(hosts, settings)
        api.request(  # pyright: ignore[reportUnknownMemberType]
            "POST", "oauth/invalidate_token"
        )
        _ = parse_json_object(api.last_response)
