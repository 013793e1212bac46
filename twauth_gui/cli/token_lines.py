"""An account's credentials of OAuth 2.0 as the command shows them."""

from __future__ import annotations

from twauth_gui.cli.table import local_time
from twauth_gui.domain.accounts import TokenFacts
from twauth_gui.domain.scopes import scope_words
from twauth_gui.domain.secret import Secret

PARTS = {
    "oauth2_access_token": "OAuth 2.0 token",
    "oauth2_refresh_token": "Refresh token",
    "client_id": "Client ID",
}


def oauth2_shape(facts: TokenFacts | None) -> dict[str, object] | None:
    """Describe them for --json; None where there are none."""
    if facts is None:
        return None
    return {
        "scopes": list(facts.scopes),
        "expires_at": facts.expires_at.isoformat(),
        "renewable": facts.renewable,
        "signed_in_at": facts.signed_in_at.isoformat(),
        "method": facts.method.value,
    }


def token_rows(
    facts: TokenFacts, values: dict[str, Secret | None] | None, dots: str
) -> list[tuple[str, str]]:
    """Give the lines of twauth show."""
    rows = [
        ("OAuth 2.0", f"signed in {local_time(facts.signed_in_at)}, {facts.method.words}"),
        ("Scopes", " ".join(facts.scopes)),
        ("Expires", f"{local_time(facts.expires_at)}{_renewal(facts)}"),
    ]
    for name, label in PARTS.items():
        value = None if values is None else values.get(name)
        shown = dots if values is None else "" if value is None else value.reveal()
        rows.append((label, shown))
    return rows


def missing_words(missing: tuple[str, ...]) -> list[str]:
    """Say which scopes X did not grant, one line each."""
    return [f"  {name}: {scope_words(name)}" for name in missing]


def _renewal(facts: TokenFacts) -> str:
    return ", renewed by itself when it is used" if facts.renewable else ", then sign in again"
