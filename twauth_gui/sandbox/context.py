"""What a handler may know while it answers one request."""

from __future__ import annotations

from dataclasses import dataclass

from twauth_gui.sandbox.oauth2_tokens import OAuth2TokenMaker
from twauth_gui.sandbox.settings import DemoApp, SandboxSettings
from twauth_gui.sandbox.state import State, StoredRequestToken
from twauth_gui.sandbox.switchboard import Switchboard
from twauth_gui.sandbox.tokens import TokenMaker


@dataclass(frozen=True)
class Context:
    """The settings of this moment and what is remembered.

    Attributes:
        base: the public address, such as http://127.0.0.1:8740, without a slash at the end.
        settings: those of this one request, its faults included.
        now: seconds of the injected clock; lifetimes are measured with it.
        board: where faults are turned on for all requests.
    """

    base: str
    settings: SandboxSettings
    state: State
    now: float
    board: Switchboard

    @property
    def time(self) -> float:
        """Seconds since the epoch as this server believes, offset included."""
        return self.now + self.settings.clock_offset

    @property
    def app(self) -> DemoApp:
        return self.settings.app

    @property
    def tokens(self) -> TokenMaker:
        return TokenMaker(self.settings.seed, self.app.api_key)

    @property
    def oauth2_tokens(self) -> OAuth2TokenMaker:
        return OAuth2TokenMaker(self.settings.seed, self.app.client_id)

    @property
    def bearer_token(self) -> str:
        """The app-only token that is good now."""
        return self.tokens.bearer_token(self.state.bearer_generation())

    def attempt(self, token: str) -> StoredRequestToken | None:
        """The attempt of a request token that can still be used."""
        return self.state.request_token(token, self.now - self.settings.request_token_lifetime)
