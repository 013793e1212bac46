"""OAuth 2.0 with PKCE at X: links, codes, tokens (RFC 6749, section 4.1; RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
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
from twauth_gui.xapi.session import TWEEPY_HOST, RequestRefusedError, XSession

if TYPE_CHECKING:
    import requests


# requests_oauthlib's types leave most parameters unknown.
# pyright: reportUnknownMemberType=false, reportIncompatibleMethodOverride=false
# pyright: reportUnnecessaryTypeIgnoreComment=false


# OAuth2Session insists on https; XSession puts the token host in its place afterwards, so that a
# sandbox on loopback needs no switch that would hold for the whole process.
_URL = f"{TWEEPY_HOST}{endpoints.OAUTH2_TOKEN}"
_TWO_HOURS = 7200
_LONGEST = 366 * 86400


class TokenSession(OAuth2Session, XSession):  # type: ignore[misc]
    """Made anew for every call, over our session.

    It has no scope of its own: oauthlib takes granted scopes that differ for a failure. Every
    answer is judged by a hook before oauthlib, which would lose it.
    """

    def __init__(
        self,
        hosts: Hosts,
        client: OAuth2Client,
        settings: CallSettings,
        redirect_uri: str | None = None,
    ) -> None:
        super().__init__(
            client.id.reveal(), redirect_uri=redirect_uri, base=hosts.token, line=settings
        )
        self._secret = client.secret
        self._sent_at = datetime.now(UTC)
        self._fields: dict[str, object] = {}
        for step in ("access_token_response", "refresh_token_response"):
            self.register_compliance_hook(step, self._check_token_response)

    def exchange_code(self, code: Secret, verifier: Secret) -> dict[str, object]:
        """Return the fields of X's answer to a code, expires_at among them."""
        self.fetch_token(
            _URL,
            code=code.reveal().strip(),
            code_verifier=verifier.reveal(),
            auth=self._basic_auth(),
            include_client_id=self._secret is None,
        )
        return self._fields

    def renew_tokens(self, refresh: Secret) -> dict[str, object]:
        """Return the fields of X's answer to a refresh token, expires_at among them."""
        if self._secret is None:
            # oauthlib leaves the id out of a renewal, and X wants it of a public client.
            self.auto_refresh_kwargs = {"client_id": str(self.client_id)}
        self.refresh_token(_URL, refresh_token=refresh.reveal().strip(), auth=self._basic_auth())
        return self._fields

    def _basic_auth(self) -> HTTPBasicAuth | None:
        """A confidential client proves itself by its secret; a public one names its id."""
        return HTTPBasicAuth(str(self.client_id), self._secret.reveal()) if self._secret else None

    def _check_token_response(self, response: requests.Response) -> requests.Response:
        fields = _parse_json_fields(response)
        token, kind = fields.get("access_token"), fields.get("token_type", "bearer")
        if not (isinstance(token, str) and token.strip()) or str(kind).lower() != "bearer":
            raise RequestRefusedError(response)
        seconds = _parse_lifetime(fields.get("expires_in"))
        self._fields = {**fields, "expires_at": self._sent_at + timedelta(seconds=seconds)}
        # oauthlib reads the answer again, and is strict about what is not needed.
        response._content = json.dumps({"access_token": token, "token_type": "bearer"}).encode()  # noqa: SLF001
        return response


def _parse_json_fields(response: requests.Response) -> Mapping[str, object]:
    try:
        value: object = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise RequestRefusedError(response) from error
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _parse_lifetime(value: object) -> int:
    """X says 7200; where it says nothing that makes sense, that is assumed."""
    sane = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LONGEST
    return cast("int", value) if sane else _TWO_HOURS


_RANDOM_BYTES = 32  # 43 characters, the least that RFC 7636 allows for a verifier: 256 bits


def read_oauth2_client(keys: AppKeys) -> OAuth2Client:
    """Take Client ID and Client Secret out of an app's keys, without blanks around them.

    Raises:
        DiagnosedError: Kind.WRONG_KEYS, there is no Client ID, or one of the two is damaged.
    """
    client_id = (keys.client_id.reveal() if keys.client_id else "").strip()
    secret = (keys.client_secret.reveal() if keys.client_secret else "").strip()
    if not client_id:
        raise DiagnosedError(oauth2_errors.NO_CLIENT_ID.to_diagnosis(Evidence()))
    for value, entry in (
        (client_id, oauth2_errors.CLIENT_ID_MALFORMED),
        (secret, oauth2_errors.CLIENT_SECRET_MALFORMED),
    ):
        if not value.isascii() or " " in value or not value.isprintable():
            raise DiagnosedError(entry.to_diagnosis(Evidence()))
    return OAuth2Client(Secret(client_id), Secret(secret) if secret else None)


def create_authorization_request(
    hosts: Hosts, client: OAuth2Client, redirect_uri: str, scopes: Iterable[str]
) -> AuthorizationRequest:
    """Build the address of the page where the person approves; X is not called.

    X shows no reason on its page for a wrong Client ID, redirect_uri or scope, only that something
    went wrong, and does not come back. Keep all that is returned until the exchange.
    """
    asked = tuple(dict.fromkeys(scopes))
    state, verifier = (Secret(secrets.token_urlsafe(_RANDOM_BYTES)) for _ in range(2))
    return restore_authorization_url(
        hosts, client, AuthorizationRequest("", state, verifier, redirect_uri, asked)
    )


def restore_authorization_url(
    hosts: Hosts, client: OAuth2Client, request: AuthorizationRequest
) -> AuthorizationRequest:
    """Give a request that was kept without its url the url again, the same one."""
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
    """Return the code, once it is certain that the answer belongs to this request.

    Raises:
        DiagnosedError: Kind.WRONG_ANSWER for another sign-in's answer, Kind.DENIED for a refusal,
            another kind where X gives another reason.
    """
    # A refusal may come without its state; an approval never does.
    if response.state is not None and response.state != request.state:
        raise DiagnosedError(api_errors.WRONG_ANSWER.to_diagnosis(Evidence()))
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
    """Trade the code for tokens, within 30 seconds of the approval.

    Once X has given them, they are returned even where the job was cancelled meanwhile. Compare
    TokenSet.missing: X may grant less than was asked for.

    Raises:
        DiagnosedError: X refused or was not reached.
        CancelledError: cancelled before X gave anything.
    """
    known = (*_collect_secrets(client), request.state, request.code_verifier, code)
    call = CallContext(endpoints.OAUTH2_TOKEN, hosts, known, request.redirect_uri)
    with (
        diagnose_errors(call, cancel),
        TokenSession(hosts, client, settings, request.redirect_uri) as x,
    ):
        return _parse_token_set(x.exchange_code(code, request.code_verifier), request.scopes, None)


def refresh_tokens(
    hosts: Hosts,
    client: OAuth2Client,
    tokens: TokenSet,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> TokenSet:
    """Renew the tokens. X accepts a refresh token once, and gives a new pair.

    One renewal at a time, also across processes; and keep the new pair before using it. It is
    returned even where the job was cancelled meanwhile.

    Raises:
        DiagnosedError: Kind.REFRESH_SPENT where it was used before, or there is none.
        CancelledError: cancelled before X gave anything.
    """
    if not tokens.refresh_token:
        raise DiagnosedError(oauth2_errors.NO_REFRESH.to_diagnosis(Evidence()))
    known = (*_collect_secrets(client), tokens.access_token, tokens.refresh_token)
    call = CallContext(endpoints.OAUTH2_TOKEN, hosts, known)
    with diagnose_errors(call, cancel), TokenSession(hosts, client, settings) as x:
        return _parse_token_set(
            x.renew_tokens(tokens.refresh_token), tokens.scopes, tokens.refresh_token
        )


def revoke_token(  # noqa: PLR0917 - each is another thing
    hosts: Hosts,
    client: OAuth2Client,
    token: Secret,
    hint: TokenTypeHint,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> None:
    """End a token at X (RFC 7009). Each of the two is revoked by itself.

    Returns once X has ended it, also where the job was cancelled meanwhile.

    Raises:
        DiagnosedError: X refused or was not reached; Kind.REVOKED where it was ended before.
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
        with XSession(base=hosts.token, line=settings) as session:
            response = session.post(f"{hosts.token}{endpoints.OAUTH2_REVOKE}", data=form, auth=auth)
        _check_revoked(response)


def _collect_secrets(client: OAuth2Client) -> tuple[Secret, ...]:
    return (client.id, client.secret) if client.secret else (client.id,)


def _code_challenge(verifier: Secret) -> str:
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _parse_token_set(
    fields: dict[str, object], asked: tuple[str, ...], old_refresh: Secret | None
) -> TokenSet:
    """Read what TokenSession has found to be X's answer (RFC 6749, section 5.1)."""
    fresh, scope = fields.get("refresh_token"), fields.get("scope")
    return TokenSet(
        access_token=Secret(cast("str", fields["access_token"])),
        refresh_token=Secret(fresh) if isinstance(fresh, str) and fresh else old_refresh,
        expires_at=cast("datetime", fields["expires_at"]),
        scopes=tuple(scope.split()) if isinstance(scope, str) and scope.strip() else asked,
    )


def _check_revoked(response: requests.Response) -> None:
    """X says {"revoked": true}; a page of a public network must not pass for that."""
    try:
        answer: object = json.loads(response.content or b"{}")
    except (ValueError, RecursionError) as error:
        raise RequestRefusedError(response) from error
    if not isinstance(answer, dict):
        raise RequestRefusedError(response)
    if cast("dict[str, object]", answer).get("revoked", True) is not True:
        evidence = Evidence(
            status=response.status_code,
            endpoint=endpoints.OAUTH2_REVOKE,
            transaction_id=read_transaction_id(response.headers),
        )
        raise DiagnosedError(oauth2_errors.NOT_REVOKED.to_diagnosis(evidence))
