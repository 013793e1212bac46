"""The values of an account that can be shown or copied one by one."""

from __future__ import annotations

from enum import Enum


class CredentialField(Enum):
    """One value; its own value is the label people see."""

    ACCESS_TOKEN = "Access token"  # noqa: S105 - the label of the value
    ACCESS_SECRET = "Access secret"  # noqa: S105 - the label of the value
    API_KEY = "API key"
    API_SECRET = "API secret"  # noqa: S105 - the label of the value

    @property
    def inline(self) -> str:
        """The label inside a sentence."""
        return self.value if self.value.startswith("API") else self.value.lower()
