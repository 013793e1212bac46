"""The forms of the sandbox's pages, tied to one browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode


@dataclass(frozen=True)
class Form:
    """Where the forms of one page go.

    Attributes:
        token: shows that a form came from a page this browser was given.
        carries: what the page was opened with, and every form brings along.
    """

    path: str
    token: str
    carries: Mapping[str, str]

    @property
    def url(self) -> str:
        """The page itself."""
        return f"{self.path}?{urlencode(self.carries)}" if self.carries else self.path

    def around(self, action: str, content: str, **more: str) -> str:
        """A form; content is markup."""
        hidden = {**self.carries, "form_token": self.token, "action": action, **more}
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in hidden.items()
        )
        return f'<form method="post" action="{self.path}">{fields}{content}</form>'
