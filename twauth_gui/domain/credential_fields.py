"""Kinds of credentials, with the fields of each that can be shown or copied."""

from __future__ import annotations

from enum import Enum


class CredentialKind(Enum):
    """How an account was signed in."""

    OAUTH1 = "oauth1"
    OAUTH2 = "oauth2"

    @property
    def label(self) -> str:
        return {"oauth1": "OAuth 1.0a", "oauth2": "OAuth 2.0"}[self.value]


class CredentialField(Enum):
    """One OAuth 1.0a value; the enum's value is its label on screen."""

    ACCESS_TOKEN = "Access token"  # noqa: S105 - the label of the value
    ACCESS_SECRET = "Access secret"  # noqa: S105 - the label of the value
    API_KEY = "API key"
    API_SECRET = "API secret"  # noqa: S105 - the label of the value

    @property
    def inline_label(self) -> str:
        """The label inside a sentence."""
        return self.value if self.value.startswith("API") else self.value.lower()


class TokenField(Enum):
    """One OAuth 2.0 value; the enum's value is its label on screen."""

    ACCESS = "OAuth 2.0 token"
    REFRESH = "Refresh token"
    CLIENT_ID = "Client ID"

    @property
    def inline_label(self) -> str:
        """The label inside a sentence."""
        return {"ACCESS": "OAuth 2.0 access token", "REFRESH": "refresh token"}.get(
            self.name, self.value
        )
