"""Format an account's OAuth 2.0 credentials as JSON or as table rows."""

from __future__ import annotations

from twauth_gui.cli.table import format_local_time
from twauth_gui.domain.access import describe_scope
from twauth_gui.domain.accounts import TokenMetadata
from twauth_gui.domain.secret import Secret

OAUTH2_FIELDS = {
    "oauth2_access_token": "OAuth 2.0 token",
    "oauth2_refresh_token": "Refresh token",
    "client_id": "Client ID",
}


def serialize_oauth2(facts: TokenMetadata | None) -> dict[str, object] | None:
    """Serialize the tokens' metadata for --json; None if there are none."""
    if facts is None:
        return None
    return {
        "scopes": list(facts.scopes),
        "expires_at": facts.expires_at.isoformat(),
        "renewable": facts.is_renewable,
        "signed_in_at": facts.signed_in_at.isoformat(),
        "method": facts.method.value,
    }


def format_oauth2_rows(
    facts: TokenMetadata, values: dict[str, Secret | None] | None, mask: str
) -> list[tuple[str, str]]:
    """Return the rows of twauth show; mask stands for values that are not revealed."""
    rows = [
        ("OAuth 2.0", f"signed in {format_local_time(facts.signed_in_at)}, {facts.method.phrase}"),
        ("Scopes", " ".join(facts.scopes)),
        ("Expires", f"{format_local_time(facts.expires_at)}{_format_renewal(facts)}"),
    ]
    for name, label in OAUTH2_FIELDS.items():
        value = None if values is None else values.get(name)
        shown = mask if values is None else "" if value is None else value.reveal()
        rows.append((label, shown))
    return rows


def format_missing_scopes(missing: tuple[str, ...]) -> list[str]:
    """Return one line for each scope that X did not grant."""
    return [f"  {name}: {describe_scope(name)}" for name in missing]


def _format_renewal(facts: TokenMetadata) -> str:
    return (
        ", renewed automatically when it is used" if facts.is_renewable else ", then sign in again"
    )
