"""Context of one request: the settings, the state and the clock."""

from __future__ import annotations

from dataclasses import dataclass

from twauth_gui.sandbox.faults import FaultState
from twauth_gui.sandbox.settings import DemoApp, SandboxSettings
from twauth_gui.sandbox.state import SandboxState, StoredRequestToken
from twauth_gui.sandbox.token_codec import OAuth1TokenCodec, OAuth2TokenCodec


@dataclass(frozen=True)
class RequestContext:
    """What a handler needs to answer one request.

    Attributes:
        base: the public address, such as http://127.0.0.1:8740, without a slash at the end.
        settings: those of this one request, including its faults.
        now: seconds of the injected clock; lifetimes are measured with it.
        fault_state: where faults are turned on for all requests.
    """

    base: str
    settings: SandboxSettings
    state: SandboxState
    now: float
    fault_state: FaultState

    @property
    def time(self) -> float:
        """Seconds since the epoch by the server's clock, including its offset."""
        return self.now + self.settings.clock_offset

    @property
    def app(self) -> DemoApp:
        return self.settings.app

    @property
    def oauth1_tokens(self) -> OAuth1TokenCodec:
        return OAuth1TokenCodec(self.settings.seed, self.app.api_key)

    @property
    def oauth2_tokens(self) -> OAuth2TokenCodec:
        serials = self.state.oauth2.token_serials
        return OAuth2TokenCodec(self.settings.seed, self.app.client_id, serials)

    @property
    def bearer_token(self) -> str:
        """The app's bearer token that is valid now."""
        return self.oauth1_tokens.bearer_token(self.state.bearer_generation())

    def request_token(self, token: str) -> StoredRequestToken | None:
        """Return a request token that can still be used; None for any other."""
        return self.state.find_request_token(token, self.now - self.settings.request_token_lifetime)
