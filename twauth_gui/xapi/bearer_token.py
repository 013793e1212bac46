"""Obtain, check and invalidate an app's bearer token (docs.x.com, application-only)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote

from requests.auth import HTTPBasicAuth

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, Evidence, ProblemKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import DEFAULT_CALL_SETTINGS, CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.errors.call_context import CallContext, collect_secrets, validate_keys
from twauth_gui.xapi.errors.diagnosis import diagnose_errors
from twauth_gui.xapi.errors.messages import oauth2_errors
from twauth_gui.xapi.limits import RateLimit, read_rate_limit
from twauth_gui.xapi.session import RequestRefusedError, new_session, parse_json_object

if TYPE_CHECKING:
    import requests

_FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
_UNAUTHORIZED = 401


def obtain_bearer_token(
    hosts: Hosts,
    keys: AppKeys,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> Secret:
    """Return the app's bearer token (docs.x.com, application-only).

    An app has one: X returns the same until it is invalidated. Percent escapes such as %2F are part
    of the value: use it as it is. tweepy's own handler has no time-out and loses the reason for a
    refusal.

    Raises:
        DiagnosedError: X refused or was not reached; WRONG_KEYS also if X was asked too often, as
            it says the same.
        CancelledError: cancelled before or during the call.
    """
    call = CallContext(endpoints.BEARER_TOKEN, hosts, collect_secrets(keys))
    with diagnose_errors(call, cancel):
        response = _post(call, keys, "grant_type=client_credentials", settings)
        token = parse_json_object(response)
        kind, value = token.get("token_type"), token.get("access_token")
        if kind != "bearer" or not isinstance(value, str) or not value.strip():
            raise RequestRefusedError(response)
    cancel.raise_if_cancelled()
    return Secret(value.strip())


def check_bearer_token(
    hosts: Hosts,
    bearer: Secret,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> RateLimit | None:
    """Check whether X accepts a bearer token, without a call that X bills.

    A call that only users can make is tried with it: X refuses a valid one because it is not a
    user's (code 220), and an invalid one because it is invalid. Return the call's limit, if X names
    it.

    Raises:
        DiagnosedError: X was not reached; REVOKED, if X does not accept the token.
        CancelledError: cancelled before or during the call.
    """
    token = bearer.reveal().strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise DiagnosedError(oauth2_errors.BEARER_MALFORMED.to_diagnosis(Evidence()))
    # If the plan or an outage hides the first answer, the second call has its own.
    first, second = (
        CallContext(path, hosts, (Secret(token),), signed=False)
        for path in (endpoints.VERIFY_CREDENTIALS, endpoints.USERS_ME)
    )
    refused = _expect_refusal(first, token, settings, cancel)
    if refused.diagnosis.kind in _INCONCLUSIVE:
        refused = _expect_refusal(second, token, settings, cancel)
    if refused.diagnosis.kind is ProblemKind.WRONG_CREDENTIAL_KIND:
        return refused.rate
    raise DiagnosedError(_reword_for_bearer(refused.diagnosis))


def invalidate_bearer_token(
    hosts: Hosts,
    keys: AppKeys,
    bearer: Secret,
    cancel: CancelToken,
    *,
    settings: CallSettings = DEFAULT_CALL_SETTINGS,
) -> None:
    """Invalidate a bearer token at X; everything that uses it stops working.

    Return normally once X has ended it, even if the job was cancelled meanwhile.

    Raises:
        DiagnosedError: X refused or was not reached; for many apps X always refuses (code 348), and
            the token has to be regenerated in X's console.
        CancelledError: cancelled before X answered.
    """
    # Its percent escapes belong to it, so they are sent as they are; a decoded copy is encoded.
    token = quote(unquote(bearer.reveal().strip()), safe="")
    call = CallContext(endpoints.INVALIDATE_BEARER, hosts, (*collect_secrets(keys), bearer))
    with diagnose_errors(call, cancel):
        response = _post(call, keys, f"access_token={token}", settings)
        if "access_token" not in parse_json_object(response):
            raise RequestRefusedError(response)


class _BearerRefusal:
    """X's refusal of a bearer token, with the limit that its headers named."""

    def __init__(self, diagnosis: Diagnosis, rate: RateLimit | None) -> None:
        self.diagnosis = diagnosis
        self.rate = rate


def _expect_refusal(
    call: CallContext, token: str, settings: CallSettings, cancel: CancelToken
) -> _BearerRefusal:
    rate: RateLimit | None = None
    try:
        with diagnose_errors(call, cancel):
            try:
                with new_session(call.hosts, settings) as session:
                    headers = {"Authorization": f"Bearer {token}"}
                    response = session.get(f"{call.hosts.api}{call.endpoint}", headers=headers)
            except RequestRefusedError as refused:
                rate = read_rate_limit(refused.response.headers)
                raise
            raise RequestRefusedError(response)
    except DiagnosedError as error:
        cancel.raise_if_cancelled()
        return _BearerRefusal(error.diagnosis, rate)


_INCONCLUSIVE = frozenset(
    {
        ProblemKind.NOT_ENROLLED,
        ProblemKind.NEEDS_V2,
        ProblemKind.UNKNOWN,
        ProblemKind.X_DOWN,
        ProblemKind.NOT_X,
    }
)


def _reword_for_bearer(diagnosis: Diagnosis) -> Diagnosis:
    """Name the bearer token in diagnoses that would mislead with their words for a user's token."""
    is_vague = diagnosis.kind is ProblemKind.UNKNOWN and diagnosis.evidence.status == _UNAUTHORIZED
    if is_vague or diagnosis.kind in {ProblemKind.REVOKED, ProblemKind.WRONG_KEYS}:
        return oauth2_errors.BEARER_REFUSED.to_diagnosis(diagnosis.evidence)
    return diagnosis


def _post(call: CallContext, keys: AppKeys, body: str, settings: CallSettings) -> requests.Response:
    """Send a form with the keys as Basic authentication, encoded by RFC 6749, section 2.3.1."""
    basic = HTTPBasicAuth(*(quote_plus(value) for value in validate_keys(keys)))
    with new_session(call.hosts, settings) as session:
        return session.post(
            f"{call.hosts.api}{call.endpoint}",
            data=body,
            headers=_FORM,
            auth=basic,
        )
