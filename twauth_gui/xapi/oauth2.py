"""OAuth 2.0 with PKCE at X: links, codes, tokens (RFC 6749, section 4.1; RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlencode

from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.callback_response import CodeDeniedResponse, OAuth2Response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.domain.oauth2 import AuthorizationRequest, OAuth2Client, TokenSet, TokenTypeHint
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.errors.call_context import CallContext
from twauth_gui.xapi.errors.diagnosis import diagnose_errors, diagnose_oauth2_redirect
from twauth_gui.xapi.errors.error_response import read_transaction_id
from twauth_gui.xapi.errors.messages import api_errors, oauth2_errors
from twauth_gui.xapi.session import TWEEPY_HOST, RequestRefusedError, XSession, parse_json_object

if TYPE_CHECKING:
    import requests


# requests_oauthlib's types leave most parameters unknown.
# pyright: reportUnknownMemberType=false, reportIncompatibleMethodOverride=false
# pyright: reportUnnecessaryTypeIgnoreComment=false


# OAuth2Session insists on https; XSession replaces the host with the token host afterwards, so that
# a sandbox on loopback needs no switch that would apply to the whole process.
_URL = f"{TWEEPY_HOST}{endpoints.OAUTH2_TOKEN}"
_TWO_HOURS = 7200
_MAX_LIFETIME_SECONDS = 366 * 86400


class TokenSession(OAuth2Session, XSession):  # type: ignore[misc]
    """OAuth2Session for one call, over XSession.

    It sets no scope, as oauthlib treats granted scopes that differ as a failure. A hook checks
    every response before oauthlib does, which would lose it.
    """

    def __init__(
        self,
        hosts: Hosts,
        client: OAuth2Client,
        settings: CallSettings,
        redirect_uri: str | None = None,
    ) -> None:
        super().__init__(
            client.id.reveal(), redirect_uri=redirect_uri, base=hosts.token, settings=settings
        )
        self._secret = client.secret
        self._sent_at = datetime.now(UTC)
        self._fields: dict[str, object] = {}
        for step in ("access_token_response", "refresh_token_response"):
            self.register_compliance_hook(step, self._check_token_response)

    def exchange_code(self, code: Secret, verifier: Secret) -> dict[str, object]:
        """Return the fields of X's response to a code, with expires_at added."""
        self.fetch_token(
            _URL,
            code=code.reveal().strip(),
            code_verifier=verifier.reveal(),
            auth=self._basic_auth(),
            include_client_id=self._secret is None,
        )
        return self._fields

    def renew_tokens(self, refresh: Secret) -> dict[str, object]:
        """Return the fields of X's response to a refresh token, with expires_at added."""
        if self._secret is None:
            # oauthlib omits the id in a renewal, but X requires it of a public client.
            self.auto_refresh_kwargs = {"client_id": str(self.client_id)}
        self.refresh_token(_URL, refresh_token=refresh.reveal().strip(), auth=self._basic_auth())
        return self._fields

    def _basic_auth(self) -> HTTPBasicAuth | None:
        """Return what authenticates a confidential client; None for a public one."""
        return HTTPBasicAuth(str(self.client_id), self._secret.reveal()) if self._secret else None

    def _check_token_response(self, response: requests.Response) -> requests.Response:
        fields = parse_json_object(response)
        token, kind = fields.get("access_token"), fields.get("token_type", "bearer")
        if not (isinstance(token, str) and token.strip()) or str(kind).lower() != "bearer":
            raise RequestRefusedError(response)
        seconds = _parse_lifetime(fields.get("expires_in"))
        self._fields = {**fields, "expires_at": self._sent_at + timedelta(seconds=seconds)}
        # oauthlib parses the response again, and is strict about fields that are not needed.
        response._content = json.dumps({"access_token": token, "token_type": "bearer"}).encode()  # noqa: SLF001
        return response


def _parse_lifetime(value: object) -> int:
    """Return the lifetime in seconds; X's usual 7200 if it names none that makes sense."""
    is_valid = (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 < value <= _MAX_LIFETIME_SECONDS
    )
    return cast("int", value) if is_valid else _TWO_HOURS


_RANDOM_BYTES = 32  # 43 characters, the least that RFC 7636 allows for a verifier: 256 bits


def read_oauth2_client(keys: AppKeys) -> OAuth2Client:
    """Return Client ID and Client Secret of an app's keys, without spaces around them.

    Raises:
        DiagnosedError: WRONG_KEYS, if there is no Client ID or one of the two is damaged.
    """
    client_id = (keys.client_id.reveal() if keys.client_id else "").strip()
    secret = (keys.client_secret.reveal() if keys.client_secret else "").strip()
    if not client_id:
        raise DiagnosedError(oauth2_errors.NO_CLIENT_ID.to_diagnosis(Evidence()))
    for value, template in (
        (client_id, oauth2_errors.CLIENT_ID_MALFORMED),
        (secret, oauth2_errors.CLIENT_SECRET_MALFORMED),
    ):
        if not value.isascii() or " " in value or not value.isprintable():
            raise DiagnosedError(template.to_diagnosis(Evidence()))
    return OAuth2Client(Secret(client_id), Secret(secret) if secret else None)


def create_authorization_request(
    hosts: Hosts, client: OAuth2Client, redirect_uri: str, scopes: Iterable[str]
) -> AuthorizationRequest:
    """Return a new request with the address where the user approves; X is not called.

    For a wrong Client ID, redirect_uri or scope X's page only says that something went wrong, and
    does not redirect. Keep the whole request until the exchange.
    """
    unique = tuple(dict.fromkeys(scopes))
    state, verifier = (Secret(secrets.token_urlsafe(_RANDOM_BYTES)) for _ in range(2))
    return restore_authorization_url(
        hosts, client, AuthorizationRequest("", state, verifier, redirect_uri, unique)
    )


def restore_authorization_url(
    hosts: Hosts, client: OAuth2Client, request: AuthorizationRequest
) -> AuthorizationRequest:
    """Return a request that was stored without its url with the same url as before."""
    query = {
        "response_type": "code",
        "client_id": client.id.reveal(),
        "redirect_uri": request.redirect_uri,
        "scope": " ".join(request.scopes),
        "state": request.state.reveal(),
        "code_challenge": _code_challenge(request.code_verifier),
        "code_challenge_method": "S256",
    }
    address = f"{hosts.oauth2_page}{endpoints.OAUTH2_AUTHORIZE}"
    url = f"{address}?{urlencode(query, quote_via=quote, safe='')}"
    return replace(request, url=url)


def check_code_response(request: AuthorizationRequest, response: OAuth2Response) -> Secret:
    """Return the code, if the response belongs to this request.

    Raises:
        DiagnosedError: WRONG_ANSWER for another sign-in's response, DENIED for a denial, another
            kind if X gives another reason.
    """
    # A denial may come without its state; an approval never does.
    if response.state is not None and response.state != request.state:
        raise DiagnosedError(api_errors.WRONG_RESPONSE.to_diagnosis(Evidence()))
    if isinstance(response, CodeDeniedResponse):
        raise DiagnosedError(
            diagnose_oauth2_redirect(response.error, response.description, request.redirect_uri)
        )
    return response.code


def exchange_code(  # noqa: PLR0917 - each is another thing
    hosts: Hosts,
    client: OAuth2Client,
    request: AuthorizationRequest,
    code: Secret,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> TokenSet:
    """Exchange the code for tokens, within 30 seconds of the approval.

    Once X has granted them, they are returned even if the job was cancelled meanwhile. X may grant
    fewer scopes than were requested: see TokenSet.missing.

    Raises:
        DiagnosedError: X refused or was not reached.
        CancelledError: cancelled before X granted them.
    """
    known = (*_collect_secrets(client), request.state, request.code_verifier, code)
    call = CallContext(endpoints.OAUTH2_TOKEN, hosts, known, request.redirect_uri)
    with (
        diagnose_errors(call, cancel),
        TokenSession(hosts, client, settings, request.redirect_uri) as session,
    ):
        fields = session.exchange_code(code, request.code_verifier)
        return _parse_token_set(fields, request.scopes, None)


def refresh_tokens(
    hosts: Hosts,
    client: OAuth2Client,
    tokens: TokenSet,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> TokenSet:
    """Renew the tokens. X accepts a refresh token once, and returns a new pair.

    Renew from one process at a time, and store the new pair before using it. It is returned even if
    the job was cancelled meanwhile.

    Raises:
        DiagnosedError: X refused or was not reached; REFRESH_SPENT, if the refresh token was used
            before or there is none.
        CancelledError: cancelled before X granted the new pair.
    """
    if not tokens.refresh_token:
        raise DiagnosedError(oauth2_errors.NO_REFRESH.to_diagnosis(Evidence()))
    known = (*_collect_secrets(client), tokens.access_token, tokens.refresh_token)
    call = CallContext(endpoints.OAUTH2_TOKEN, hosts, known)
    with diagnose_errors(call, cancel), TokenSession(hosts, client, settings) as session:
        fields = session.renew_tokens(tokens.refresh_token)
        return _parse_token_set(fields, tokens.scopes, tokens.refresh_token)


def revoke_token(  # noqa: PLR0917 - each is another thing
    hosts: Hosts,
    client: OAuth2Client,
    token: Secret,
    hint: TokenTypeHint,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> None:
    """Revoke one token at X (RFC 7009): the access token or the refresh token.

    Return normally once X has revoked it, even if the job was cancelled meanwhile.

    Raises:
        DiagnosedError: X refused or was not reached; REVOKED, if it was revoked before.
        CancelledError: cancelled before X answered.
    """
    form = {"token": token.reveal().strip(), "token_type_hint": hint.value}
    auth = None
    if client.secret:
        auth = HTTPBasicAuth(client.id.reveal(), client.secret.reveal())
    else:
        form["client_id"] = client.id.reveal()
    with diagnose_errors(
        CallContext(endpoints.OAUTH2_REVOKE, hosts, (*_collect_secrets(client), token)), cancel
    ):
        with XSession(base=hosts.token, settings=settings) as session:
            response = session.post(f"{hosts.token}{endpoints.OAUTH2_REVOKE}", data=form, auth=auth)
        _check_revoked(response)


def _collect_secrets(client: OAuth2Client) -> tuple[Secret, ...]:
    return (client.id, client.secret) if client.secret else (client.id,)


def _code_challenge(verifier: Secret) -> str:
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _parse_token_set(
    fields: dict[str, object], requested: tuple[str, ...], old_refresh: Secret | None
) -> TokenSet:
    """Build the tokens from fields that TokenSession has checked (RFC 6749, section 5.1)."""
    fresh, scope = fields.get("refresh_token"), fields.get("scope")
    return TokenSet(
        access_token=Secret(cast("str", fields["access_token"])),
        refresh_token=Secret(fresh) if isinstance(fresh, str) and fresh else old_refresh,
        expires_at=cast("datetime", fields["expires_at"]),
        scopes=tuple(scope.split()) if isinstance(scope, str) and scope.strip() else requested,
    )


def _check_revoked(response: requests.Response) -> None:
    """Raise for anything but {"revoked": true} in JSON, such as the page of a public network."""
    if response.content and parse_json_object(response).get("revoked", True) is not True:
        evidence = Evidence(
            status=response.status_code,
            endpoint=endpoints.OAUTH2_REVOKE,
            transaction_id=read_transaction_id(response.headers),
        )
        raise DiagnosedError(oauth2_errors.NOT_REVOKED.to_diagnosis(evidence))
