"""Check of an account's credentials: ask X which account they belong to."""

# tweepy has no types: what comes from it is unknown to pyright and Any to mypy.
# pyright: reportUnknownMemberType=false, reportArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

import requests
import tweepy  # pyright: ignore[reportMissingTypeStubs]
from tweepy.parsers import RawParser  # pyright: ignore[reportMissingTypeStubs]

from twauth_gui.domain.access import AccessLevel
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.errors.call_context import CallContext, collect_secrets, validate_keys
from twauth_gui.xapi.errors.diagnosis import diagnose_errors
from twauth_gui.xapi.errors.messages import oauth2_errors
from twauth_gui.xapi.limits import RateLimit, read_rate_limit
from twauth_gui.xapi.session import (
    PersistentSession,
    RequestRefusedError,
    new_session,
    parse_json_object,
)

# After these the other call is worth a try: plans can include only one of the two, and each has
# failed at X while the other worked. Any other diagnosis is true of both.
_RETRY_AT_USERS_ME = frozenset(
    {
        ProblemKind.UNKNOWN,
        ProblemKind.NOT_ENROLLED,
        ProblemKind.NEEDS_V2,
        ProblemKind.APP_NOT_PERMITTED,
        ProblemKind.FEATURE_NOT_PERMITTED,
        ProblemKind.WRONG_CREDENTIAL_KIND,
        ProblemKind.X_DOWN,
        ProblemKind.NOT_X,
    }
)


_INCONCLUSIVE = frozenset({ProblemKind.UNKNOWN, ProblemKind.NEEDS_V2})
"""Of verify_credentials these say nothing about the account: users/me's refusal says more."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The account that credentials belong to.

    access: the access level of the token, if X names it. rate: the limit of the call that was made.
    """

    user_id: str
    handle: str
    name: str
    access: AccessLevel | None
    rate: RateLimit | None = None


def verify_credentials(
    hosts: Hosts,
    keys: AppKeys,
    credentials: Credentials,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
    session: PersistentSession | None = None,
) -> Identity:
    """Return the account that OAuth 1.0a credentials belong to.

    verify_credentials is called first, as its error codes say most, then users/me if that may help.

    session: made for these hosts and settings, to check many accounts over one connection.

    Raises:
        DiagnosedError: X refused or was not reached; of two refusals, the one that says more.
        CancelledError: cancelled before or during the call.
    """
    verifier = _OAuth1Verifier(hosts, keys, credentials, settings, session)
    try:
        return verifier.verify_at(endpoints.VERIFY_CREDENTIALS, verifier.verify_credentials, cancel)
    except DiagnosedError as refused:
        first = refused
    if first.diagnosis.kind not in _RETRY_AT_USERS_ME:
        raise first
    try:
        return verifier.verify_at(endpoints.USERS_ME, verifier.users_me, cancel)
    except DiagnosedError as second:
        raise (second if first.diagnosis.kind in _INCONCLUSIVE else first) from None


def verify_oauth2_token(
    hosts: Hosts,
    access_token: Secret,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> Identity:
    """Return the account that an OAuth 2.0 access token belongs to.

    This calls users/me, which needs the scopes users.read and tweet.read. X bills it as a user
    read, once per account and day in UTC (docs.x.com, pricing).

    Raises:
        DiagnosedError: X refused or was not reached; REVOKED also for a token that has expired, as
            X does not tell the two apart: only a renewal does.
        CancelledError: cancelled before or during the call.
    """
    token = access_token.reveal().strip()
    try:
        with diagnose_errors(
            CallContext(endpoints.USERS_ME, hosts, (access_token,), signed=False), cancel
        ):
            client = tweepy.Client(bearer_token=token, return_type=requests.Response)
            identity = _parse_identity(_users_me(client, new_session(hosts, settings)))
    except DiagnosedError as refused:
        if (
            refused.diagnosis.kind is not ProblemKind.UNKNOWN
            or refused.diagnosis.evidence.status != HTTPStatus.UNAUTHORIZED
        ):
            raise
        diagnosis = oauth2_errors.ACCESS_REFUSED.to_diagnosis(refused.diagnosis.evidence)
        raise DiagnosedError(diagnosis) from None
    cancel.raise_if_cancelled()
    return identity


def _users_me(client: tweepy.Client, session: requests.Session) -> requests.Response:
    """GET users/me (v2) through tweepy.Client, which signs as a user if it has no bearer token."""
    with session:
        client.session = session
        return cast("requests.Response", client.get_me(user_auth=client.bearer_token is None))


class _OAuth1Verifier:
    def __init__(  # noqa: PLR0917 - each is another thing
        self,
        hosts: Hosts,
        keys: AppKeys,
        credentials: Credentials,
        settings: CallSettings,
        session: PersistentSession | None,
    ) -> None:
        self._hosts = hosts
        self._settings = settings
        self._cached_session = session
        self._keys = keys
        self._user = (
            credentials.access_token.reveal().strip(),
            credentials.access_secret.reveal().strip(),
        )
        self._secrets = collect_secrets(keys, credentials)

    def verify_at(
        self, endpoint: str, request: Callable[[], requests.Response], cancel: CancelToken
    ) -> Identity:
        offset = self._settings.clock_offset
        call = CallContext(endpoint, self._hosts, self._secrets, clock_offset=offset)
        with diagnose_errors(call, cancel):
            identity = _parse_identity(request())
        cancel.raise_if_cancelled()
        return identity

    def verify_credentials(self) -> requests.Response:
        """GET account/verify_credentials (v1.1), through tweepy.API."""
        auth = tweepy.OAuth1UserHandler(*validate_keys(self._keys), *self._user)
        api = tweepy.API(auth, parser=RawParser())
        api.session = self._session()
        api.verify_credentials(include_entities=False, skip_status=True)
        response: requests.Response = api.last_response
        return response

    def users_me(self) -> requests.Response:
        """GET users/me (v2) as the user, through tweepy.Client."""
        key, secret = validate_keys(self._keys)
        client = tweepy.Client(
            consumer_key=key,
            consumer_secret=secret,
            access_token=self._user[0],
            access_token_secret=self._user[1],
            return_type=requests.Response,
        )
        return _users_me(client, self._session())

    def _session(self) -> requests.Session:
        return self._cached_session or new_session(self._hosts, self._settings)


def _parse_identity(response: requests.Response) -> Identity:
    outer = parse_json_object(response)
    data = outer.get("data")
    user = cast("dict[str, object]", data) if isinstance(data, dict) and data else outer
    user_id = str(user.get("id_str") or user.get("id") or "")
    handle = user.get("screen_name") or user.get("username")
    name = user.get("name")
    if not (user_id.isascii() and user_id.isdecimal() and isinstance(handle, str)):
        raise RequestRefusedError(response)
    return Identity(
        user_id=user_id,
        handle=handle,
        name=name if isinstance(name, str) else "",
        access=AccessLevel.from_header(response.headers.get("x-access-level")),
        rate=read_rate_limit(response.headers),
    )
