"""The values of OAuth 2.0 that can be shown or copied one by one."""

from __future__ import annotations

from enum import Enum


class TokenField(Enum):
    """One value; its own value is the label people see."""

    ACCESS = "OAuth 2.0 token"
    REFRESH = "Refresh token"
    CLIENT_ID = "Client ID"

    @property
    def inline(self) -> str:
        """The label inside a sentence."""
        return {"ACCESS": "OAuth 2.0 access token", "REFRESH": "refresh token"}.get(
            self.name, self.value
        )
