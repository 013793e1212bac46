"""Signs an account in: OAuth 2.0 with PKCE (RFC 6749, section 4.1; RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlencode

from requests.auth import HTTPBasicAuth

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.code_answer import CodeDeniedResponse, OAuth2Response
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DIRECT, CallSettings
from twauth_gui.domain.oauth2 import AuthorizationRequest, OAuth2Client, TokenHint, TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import catalogue, endpoints, oauth2_words
from twauth_gui.xapi.call import Call
from twauth_gui.xapi.diagnosis import explain_words
from twauth_gui.xapi.reading import transaction_of
from twauth_gui.xapi.said import said_to_x
from twauth_gui.xapi.session import RequestRefusedError, XSession
from twauth_gui.xapi.token_session import TokenSession

if TYPE_CHECKING:
    import requests

_RANDOM_BYTES = 32  # 43 characters, the least that RFC 7636 allows for a verifier: 256 bits


def client_of(keys: AppKeys) -> OAuth2Client:
    """Take Client ID and Client Secret out of an app's keys, without blanks around them.

    Raises:
        DiagnosedError: Kind.WRONG_KEYS, there is no Client ID, or one of the two is damaged.
    """
    client_id = (keys.client_id.reveal() if keys.client_id else "").strip()
    secret = (keys.client_secret.reveal() if keys.client_secret else "").strip()
    if not client_id:
        raise DiagnosedError(oauth2_words.NO_CLIENT_ID.diagnosis(Evidence()))
    for value, entry in (
        (client_id, oauth2_words.CLIENT_ID_MALFORMED),
        (secret, oauth2_words.CLIENT_SECRET_MALFORMED),
    ):
        if not value.isascii() or " " in value or not value.isprintable():
            raise DiagnosedError(entry.diagnosis(Evidence()))
    return OAuth2Client(Secret(client_id), Secret(secret) if secret else None)


def begin(
    hosts: Hosts, client: OAuth2Client, redirect_uri: str, scopes: Iterable[str]
) -> AuthorizationRequest:
    """Build the address of the page where the person approves; X is not called.

    X shows no reason on its page for a wrong Client ID, redirect_uri or scope, only that something
    went wrong, and does not come back. Keep all that is returned until the exchange.
    """
    asked = tuple(dict.fromkeys(scopes))
    state, verifier = (Secret(secrets.token_urlsafe(_RANDOM_BYTES)) for _ in range(2))
    return linked(hosts, client, AuthorizationRequest("", state, verifier, redirect_uri, asked))


def linked(
    hosts: Hosts, client: OAuth2Client, request: AuthorizationRequest
) -> AuthorizationRequest:
    """Give a request that was kept without its url the url again, the same one."""
    query = {
        "response_type": "code",
        "client_id": client.id.reveal(),
        "redirect_uri": request.redirect_uri,
        "scope": " ".join(request.scopes),
        "state": request.state.reveal(),
        "code_challenge": _challenge(request.code_verifier),
        "code_challenge_method": "S256",
    }
    address = f"{hosts.oauth2_page}{endpoints.OAUTH2_AUTHORIZE}"
    url = f"{address}?{urlencode(query, quote_via=quote, safe='')}"
    return replace(request, url=url)


def check_code_answer(request: AuthorizationRequest, answer: OAuth2Response) -> Secret:
    """Return the code, once it is certain that the answer belongs to this request.

    Raises:
        DiagnosedError: Kind.WRONG_ANSWER for another sign-in's answer, Kind.DENIED for a refusal,
            another kind where X gives another reason.
    """
    # A refusal may come without its state; an approval never does.
    if answer.state is not None and answer.state != request.state:
        raise DiagnosedError(catalogue.WRONG_ANSWER.diagnosis(Evidence()))
    if isinstance(answer, CodeDeniedResponse):
        raise DiagnosedError(explain_words(answer.error, answer.words, request.redirect_uri))
    return answer.code


def exchange(  # noqa: PLR0917 - each is another thing
    hosts: Hosts,
    client: OAuth2Client,
    request: AuthorizationRequest,
    code: Secret,
    cancel: CancelToken,
    *,
    line: CallSettings = DIRECT,
) -> TokenSet:
    """Trade the code for tokens, within 30 seconds of the approval.

    Once X has given them, they are returned even where the job was cancelled meanwhile. Compare
    TokenSet.missing: X may grant less than was asked for.

    Raises:
        DiagnosedError: X refused or was not reached.
        CancelledError: cancelled before X gave anything.
    """
    known = (*_secrets(client), request.state, request.code_verifier, code)
    call = Call(endpoints.OAUTH2_TOKEN, hosts, known, request.redirect_uri)
    with said_to_x(call, cancel), TokenSession(hosts, client, line, request.redirect_uri) as x:
        return _tokens(x.trade(code, request.code_verifier), request.scopes, None)


def refresh(
    hosts: Hosts,
    client: OAuth2Client,
    tokens: TokenSet,
    cancel: CancelToken,
    *,
    line: CallSettings = DIRECT,
) -> TokenSet:
    """Renew the tokens. X accepts a refresh token once, and gives a new pair.

    One renewal at a time, also across processes; and keep the new pair before using it. It is
    returned even where the job was cancelled meanwhile.

    Raises:
        DiagnosedError: Kind.REFRESH_SPENT where it was used before, or there is none.
        CancelledError: cancelled before X gave anything.
    """
    if not tokens.refresh:
        raise DiagnosedError(oauth2_words.NO_REFRESH.diagnosis(Evidence()))
    known = (*_secrets(client), tokens.access, tokens.refresh)
    call = Call(endpoints.OAUTH2_TOKEN, hosts, known)
    with said_to_x(call, cancel), TokenSession(hosts, client, line) as x:
        return _tokens(x.renew(tokens.refresh), tokens.scopes, tokens.refresh)


def revoke(  # noqa: PLR0917 - each is another thing
    hosts: Hosts,
    client: OAuth2Client,
    token: Secret,
    hint: TokenHint,
    cancel: CancelToken,
    *,
    line: CallSettings = DIRECT,
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
    with said_to_x(Call(endpoints.OAUTH2_REVOKE, hosts, (*_secrets(client), token)), cancel):
        with XSession(base=hosts.token, line=line) as session:
            response = session.post(f"{hosts.token}{endpoints.OAUTH2_REVOKE}", data=form, auth=auth)
        _check_revoked(response)


def _secrets(client: OAuth2Client) -> tuple[Secret, ...]:
    return (client.id, client.secret) if client.secret else (client.id,)


def _challenge(verifier: Secret) -> str:
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _tokens(
    fields: dict[str, object], asked: tuple[str, ...], old_refresh: Secret | None
) -> TokenSet:
    """Read what TokenSession has found to be X's answer (RFC 6749, section 5.1)."""
    fresh, scope = fields.get("refresh_token"), fields.get("scope")
    return TokenSet(
        access=Secret(cast("str", fields["access_token"])),
        refresh=Secret(fresh) if isinstance(fresh, str) and fresh else old_refresh,
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
            transaction_id=transaction_of(response.headers),
        )
        raise DiagnosedError(oauth2_words.NOT_REVOKED.diagnosis(evidence))
