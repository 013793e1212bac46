"""Settings of the sandbox: the app, the limits and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from twauth_gui.sandbox.http_messages import DeliveryMode
from twauth_gui.sandbox.scopes import SCOPES

Level = Literal["read", "read-write", "read-write-directmessages"]
AppType = Literal["web", "native"]
AccountState = Literal["good", "suspended", "locked"]
LimitMode = Literal["none", "window", "sign-in", "month", "app-day", "account-day"]
PostingMode = Literal["open", "no-credits", "unavailable"]
AcceptedAuth = Literal["both", "oauth1", "oauth2"]
ErrorFormat = Literal["xml", "json"]
MiddleboxMode = Literal["none", "captive-portal", "html-503", "redirect-301", "redirect-307"]

LEVELS: Final[tuple[Level, ...]] = ("read", "read-write", "read-write-directmessages")


def lower_level(one: Level, other: Level) -> Level:
    """Return the lower of two access levels."""
    return one if LEVELS.index(one) <= LEVELS.index(other) else other


API_KEY: Final = "Sandbox0Demo0Key0NotReal0"
API_SECRET: Final = "Sandbox0Demo0Secret0That0Opens0Nothing0AtAll0Ever0"  # noqa: S105 - public on purpose
CLIENT_ID: Final = "U2FuZGJveERlbW9Ob3RSZWFsMDA6MTpjaQ"
CLIENT_SECRET: Final = "Sandbox0Demo0Client0Secret_That-Opens0Nothing-Ever"  # noqa: S105 - public on purpose
CALLBACKS: Final = (
    "http://127.0.0.1:8739/callback",
    "http://127.0.0.1:8741/callback",
    "http://127.0.0.1:8742/callback",
    "https://bots.example/callback",
)
_MAX_CALLBACKS: Final = 10
_DURATIONS: Final = (
    "request_token_lifetime",
    "clock_window",
    "latency",
    "code_lifetime",
    "access_token_lifetime",
    "refresh_token_lifetime",
)
_CHOICES: Final = {
    "access_level": LEVELS,
    "app_type": get_args(AppType),
    "account_state": get_args(AccountState),
    "limit": get_args(LimitMode),
    "posting": get_args(PostingMode),
    "v2_accepted_auth": get_args(AcceptedAuth),
    "app_refusals": get_args(ErrorFormat),
    "interception": get_args(MiddleboxMode),
    "delivery": get_args(DeliveryMode),
}


@dataclass(frozen=True)
class DemoApp:
    """The one developer app that the sandbox knows. Its keys are public and useless at X.

    Attributes:
        label: the name that the sign-in page shows.
        api_key: the consumer key, 25 characters as at X.
        api_secret: the consumer secret, 50 characters as at X.
        callbacks: the callback URLs it accepts, compared character by character.
        client_id: the OAuth 2.0 client id, 34 characters as at X.
        client_secret: the OAuth 2.0 client secret, 50 characters; a Native App does not use it.
    """

    label: str
    api_key: str
    api_secret: str = field(repr=False)
    callbacks: tuple[str, ...]
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class SandboxSettings:
    """Everything that can be set in the sandbox; wrong values raise ValueError.

    Attributes:
        request_token_lifetime: seconds until a request token, or its PIN, is too old; X
            documents none.
        clock_window: seconds a request's timestamp may be off, either way.
        clock_offset: seconds this server's clock is ahead of the true time, in `Date` too.
        app_type: "native" makes OAuth 1.0a accept only the callback "oob", as X does, and the
            app a public OAuth 2.0 client; "web" makes it a confidential one.
        callbacks: the app's approved callback URLs, at most ten.
        access_level: what the app requests and a new sign-in gets at most.
        suspended: whether X has suspended the app.
        latency: seconds before every response.
        confirmed: what `oauth_callback_confirmed` says.
        wrong_pin_spends_token: whether one wrong PIN ends the sign-in. X's behaviour is unknown.
        seed: what access tokens derive from; with another seed they are unknown.
        code_lifetime: seconds an authorization code is valid.
        access_token_lifetime: seconds an OAuth 2.0 access token is valid.
        refresh_token_lifetime: seconds a refresh token is valid; at X six months.
        replay_ends_family: whether a refresh token that is used again revokes every token of its
            sign-in, as reported of X once.
        account_state: the state of every account at X.
        is_enrolled: whether the app is in a package that may call version 2.
        has_credits: whether the pay-per-use balance is above 0.
        spending_limit_reached: whether this billing cycle's spending limit is reached.
        is_permitted: whether version 2 is permitted; X does not say why it is not.
        posting: how posts are answered while all other calls work.
        v1_included: whether the app's plan includes version 1.1's verify_credentials.
        v2_accepted_auth: which of a user's credentials version 2 accepts.
        keys_outdated: whether X refuses the API key until it is regenerated.
        user_authentication: whether User authentication settings were ever set up.
        knows_client_id: whether X knows the client id.
        limit: which limit is used up: the 15-minute window of the calls, that of the token
            endpoints ("sign-in"), the monthly cap of version 2, its calls for 24 hours of the app
            or of the account.
        requestable_scopes: the scopes that the OAuth 2.0 page accepts.
        max_scopes: the scopes that OAuth 2.0 tokens have at most, including existing tokens.
        refresh_spent: whether every refresh token counts as used.
        tokens_revoked: whether every user token counts as revoked.
        tokens_read_only: whether every user token counts as read-only.
        app_refusals: the format of errors 415, 416 and 417; X has sent both.
        bearer_revocable: whether the bearer token can be invalidated; often it cannot be at X.
        interception: what answers instead of X, on the way to it.
        delivery: how a response's bytes are sent.
        allow_request_faults: whether a request may turn on faults for itself, with the header
            `X-Twauth-Fault`.
    """

    request_token_lifetime: float = 15 * 60
    clock_window: float = 300
    clock_offset: float = 0
    app_type: AppType = "web"
    callbacks: tuple[str, ...] = CALLBACKS
    access_level: Level = "read-write"
    suspended: bool = False
    latency: float = 0
    confirmed: bool = True
    wrong_pin_spends_token: bool = False
    seed: str = "twauth-sandbox"
    code_lifetime: float = 30
    access_token_lifetime: float = 7200
    refresh_token_lifetime: float = 180 * 24 * 3600
    replay_ends_family: bool = True
    account_state: AccountState = "good"
    is_enrolled: bool = True
    has_credits: bool = True
    spending_limit_reached: bool = False
    is_permitted: bool = True
    posting: PostingMode = "open"
    v1_included: bool = True
    v2_accepted_auth: AcceptedAuth = "both"
    keys_outdated: bool = False
    user_authentication: bool = True
    knows_client_id: bool = True
    limit: LimitMode = "none"
    requestable_scopes: tuple[str, ...] = SCOPES
    max_scopes: tuple[str, ...] = SCOPES
    refresh_spent: bool = False
    tokens_revoked: bool = False
    tokens_read_only: bool = False
    app_refusals: ErrorFormat = "xml"
    bearer_revocable: bool = True
    interception: MiddleboxMode = "none"
    delivery: DeliveryMode = "whole"
    allow_request_faults: bool = False

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}")
        if min(getattr(self, name) for name in _DURATIONS) < 0:
            raise ValueError("a duration is 0 seconds or more")
        for name in ("requestable_scopes", "max_scopes"):
            if not set(getattr(self, name)) <= set(SCOPES):
                raise ValueError(f"{name} has a scope X does not know")
        self._check_callbacks()

    def _check_callbacks(self) -> None:
        if len(self.callbacks) > _MAX_CALLBACKS:
            raise ValueError("an app has at most 10 callback URLs")
        for url in self.callbacks:
            # They end up in a Location header and in a content security policy.
            plain = url.isascii() and url.isprintable() and not set(url) & set(" ;,'\"")
            if not plain or ":" not in url:
                raise ValueError(f"{url!r} is not a callback URL")

    @property
    def approved_callbacks(self) -> tuple[str, ...]:
        """The callback URLs that are accepted: one list for OAuth 1.0a and 2.0."""
        return self.callbacks if self.user_authentication else ()

    @property
    def has_client(self) -> bool:
        """Whether X knows the app's OAuth 2.0 client."""
        return self.user_authentication and self.knows_client_id

    @property
    def app(self) -> DemoApp:
        """The app as these settings describe it."""
        return DemoApp("Sandbox app", API_KEY, API_SECRET, self.callbacks, CLIENT_ID, CLIENT_SECRET)
