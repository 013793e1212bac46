"""Invented credentials in the shapes of X's real ones."""

from __future__ import annotations

from datetime import UTC, datetime

from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.oauth2 import AuthorizationRequest, OAuth2Client, TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import RequestToken

KEYS = AppKeys(
    Secret("Zz0Invented0Key0000000025"),
    Secret("Zz0InventedKeySecret00000000000000000000000000050x"),
)
CREDENTIALS = Credentials(
    Secret("1712904478206513153-InventedAccessToken0000000"),
    Secret("InventedAccessTokenSecret00000000000000045abc"),
)
CALLBACK = "http://127.0.0.1:8739/callback"
REQUEST_TOKEN = RequestToken(
    Secret("9Npq8Invented_Token-000x"), Secret("InventedRequestSecret032"), CALLBACK
)
TOKEN_BODY = (
    "oauth_token=9Npq8Invented_Token-000x&oauth_token_secret=InventedRequestSecret032"
    "&oauth_callback_confirmed=true"
)
ACCESS_BODY = (
    f"oauth_token={CREDENTIALS.access_token.reveal()}"
    f"&oauth_token_secret={CREDENTIALS.access_secret.reveal()}"
    "&user_id=1712904478206513153&screen_name=fernwick_news"
)
PUBLIC_CLIENT = OAuth2Client(Secret("InventedClientIdx00000000MTpjaQ"))
CONFIDENTIAL_CLIENT = OAuth2Client(
    PUBLIC_CLIENT.id, Secret("InventedClientSecret_0000000000000000000000000050x")
)
AUTHORIZATION_CODE = Secret("InventedCode0000000000000000000000000000OmFjOjE")
AUTHORIZATION_REQUEST = AuthorizationRequest(
    "https://x.com/i/oauth2/authorize",
    Secret("InventedState000000000000000000000000000043"),
    Secret("InventedCodeVerifier000000000000000000000043"),
    CALLBACK,
    ("users.read", "tweet.read", "offline.access"),
)
OAUTH2_TOKENS = TokenSet(
    Secret("InventedOAuth2AccessToken00000000000OmF0OjE"),
    Secret("InventedRefreshToken0000000000000000OnJ0OjE"),
    datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
    AUTHORIZATION_REQUEST.scopes,
)
HTML_HEADERS = {"Content-Type": "text/html; charset=utf-8"}


def read_diagnosis(diagnosis: Diagnosis) -> str:
    """Everything of a diagnosis that a person may see or pass on."""
    return "\n".join(
        (diagnosis.to_sentence(), *diagnosis.causes, diagnosis.evidence.format_report())
    )
