"""tweepy's OAuth 1.0a handler, mended for one step of one attempt."""

# tweepy has no types: what comes from it is unknown to pyright and Any to mypy.
# pyright: reportUnknownMemberType=false, reportUnnecessaryTypeIgnoreComment=false

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import tweepy  # pyright: ignore[reportMissingTypeStubs]
from requests_oauthlib import OAuth1
from typing_extensions import override

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.attempts import RequestToken
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import catalogue
from twauth_gui.xapi.call import clean_keys
from twauth_gui.xapi.session import RequestRefusedError, new_session

if TYPE_CHECKING:
    import requests

_MOST_FIELDS = 20


class OneStepHandler(tweepy.OAuth1UserHandler):  # type: ignore[misc]
    """Made anew for every step, over our session.

    tweepy's own sends no callback, but the old token, where it is used a second time. It also
    sets no time-out, and drops oauth_callback_confirmed, the user's id and the user's name.
    """

    def __init__(self, hosts: Hosts, keys: AppKeys, callback: str, line: CallSettings) -> None:
        self._key, self._secret = clean_keys(keys)
        super().__init__(self._key, self._secret, callback=callback)
        self._hosts = hosts
        self._line = line
        self._sent_callback = callback
        self._fields: dict[str, str] = {}

    def ask_for_token(self, access: str | None) -> Mapping[str, str]:
        """Return the fields of X's answer to request_token."""
        self.get_authorization_url(access_type=access)
        return self._fields

    def exchange(self, request: RequestToken, verifier: Secret) -> Mapping[str, str]:
        """Return the fields of X's answer to access_token, user_id and screen_name among them."""
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
        signer = OAuth1(self._key, client_secret=self._secret, callback_uri=self._sent_callback)
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
            raise DiagnosedError(catalogue.WRONG_PIN.diagnosis(Evidence()))
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
        with new_session(self._hosts, self._line) as session:
            response = session.post(self._get_oauth_url(endpoint), params=query, auth=signer)
        self._fields = _form(response)
        return self._fields


def _form(response: requests.Response) -> dict[str, str]:
    """Read the form that X sends as text/html; raise RefusedError where it is none."""
    try:
        text = response.content.decode("utf-8").strip()
        fields = dict(parse_qsl(text, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise RequestRefusedError(response) from error
    if not (fields.get("oauth_token") and fields.get("oauth_token_secret")):
        raise RequestRefusedError(response)
    return fields
