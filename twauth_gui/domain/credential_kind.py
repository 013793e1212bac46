"""The two kinds of credentials that an account can have side by side."""

from __future__ import annotations

from enum import Enum


class CredentialKind(Enum):
    """How an account was signed in."""

    OAUTH1 = "oauth1"
    OAUTH2 = "oauth2"

    @property
    def words(self) -> str:
        return {"oauth1": "OAuth 1.0a", "oauth2": "OAuth 2.0"}[self.value]
