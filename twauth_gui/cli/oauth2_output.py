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


def serialize_oauth2(metadata: TokenMetadata | None) -> dict[str, object] | None:
    """Serialize the tokens' metadata for --json; None if there are none."""
    if metadata is None:
        return None
    return {
        "scopes": list(metadata.scopes),
        "expires_at": metadata.expires_at.isoformat(),
        "renewable": metadata.is_renewable,
        "signed_in_at": metadata.signed_in_at.isoformat(),
        "method": metadata.method.value,
    }


def format_oauth2_rows(
    metadata: TokenMetadata, values: dict[str, Secret | None] | None, mask: str
) -> list[tuple[str, str]]:
    """Return the rows of twauth show; mask stands for values that are not revealed."""
    rows = [
        (
            "OAuth 2.0",
            f"signed in {format_local_time(metadata.signed_in_at)}, {metadata.method.phrase}",
        ),
        ("Scopes", " ".join(metadata.scopes)),
        ("Expires", f"{format_local_time(metadata.expires_at)}{_format_renewal(metadata)}"),
    ]
    for name, label in OAUTH2_FIELDS.items():
        value = None if values is None else values.get(name)
        shown = mask if values is None else "" if value is None else value.reveal()
        rows.append((label, shown))
    return rows


def format_missing_scopes(missing: tuple[str, ...]) -> list[str]:
    """Return one line for each scope that X did not grant."""
    return [f"  {name}: {describe_scope(name)}" for name in missing]


def _format_renewal(metadata: TokenMetadata) -> str:
    return (
        ", renewed automatically when it is used"
        if metadata.is_renewable
        else ", then sign in again"
    )
