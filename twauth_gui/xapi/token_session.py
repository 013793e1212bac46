"""requests-oauthlib's OAuth 2.0 session, mended for one call to X's token endpoint."""

# requests_oauthlib's types leave most parameters unknown.
# pyright: reportUnknownMemberType=false, reportIncompatibleMethodOverride=false
# pyright: reportUnnecessaryTypeIgnoreComment=false

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import CallSettings
from twauth_gui.domain.oauth2 import OAuth2Client
from twauth_gui.domain.secret import Secret
from twauth_gui.xapi import endpoints
from twauth_gui.xapi.session import TWEEPY_HOST, RequestRefusedError, XSession

if TYPE_CHECKING:
    import requests

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
        line: CallSettings,
        redirect_uri: str | None = None,
    ) -> None:
        super().__init__(client.id.reveal(), redirect_uri=redirect_uri, base=hosts.token, line=line)
        self._secret = client.secret
        self._asked_at = datetime.now(UTC)
        self._fields: dict[str, object] = {}
        for step in ("access_token_response", "refresh_token_response"):
            self.register_compliance_hook(step, self._judge)

    def trade(self, code: Secret, verifier: Secret) -> dict[str, object]:
        """Return the fields of X's answer to a code, expires_at among them."""
        self.fetch_token(
            _URL,
            code=code.reveal().strip(),
            code_verifier=verifier.reveal(),
            auth=self._basic(),
            include_client_id=self._secret is None,
        )
        return self._fields

    def renew(self, refresh: Secret) -> dict[str, object]:
        """Return the fields of X's answer to a refresh token, expires_at among them."""
        if self._secret is None:
            # oauthlib leaves the id out of a renewal, and X wants it of a public client.
            self.auto_refresh_kwargs = {"client_id": str(self.client_id)}
        self.refresh_token(_URL, refresh_token=refresh.reveal().strip(), auth=self._basic())
        return self._fields

    def _basic(self) -> HTTPBasicAuth | None:
        """A confidential client proves itself by its secret; a public one names its id."""
        return HTTPBasicAuth(str(self.client_id), self._secret.reveal()) if self._secret else None

    def _judge(self, response: requests.Response) -> requests.Response:
        fields = _fields(response)
        token, kind = fields.get("access_token"), fields.get("token_type", "bearer")
        if not (isinstance(token, str) and token.strip()) or str(kind).lower() != "bearer":
            raise RequestRefusedError(response)
        seconds = _seconds(fields.get("expires_in"))
        self._fields = {**fields, "expires_at": self._asked_at + timedelta(seconds=seconds)}
        # oauthlib reads the answer again, and is strict about what is not needed.
        response._content = json.dumps({"access_token": token, "token_type": "bearer"}).encode()  # noqa: SLF001
        return response


def _fields(response: requests.Response) -> Mapping[str, object]:
    try:
        value: object = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise RequestRefusedError(response) from error
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _seconds(value: object) -> int:
    """X says 7200; where it says nothing that makes sense, that is assumed."""
    sane = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LONGEST
    return cast("int", value) if sane else _TWO_HOURS
