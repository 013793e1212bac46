"""Faults that the sandbox can imitate, and those that are active."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from twauth_gui.sandbox.scopes import READ_SCOPES
from twauth_gui.sandbox.settings import SandboxSettings

FaultGroup = Literal[
    "The app", "The plan", "The account", "Limits", "Tokens", "The clock", "The network"
]

FAULT_GROUPS: Final[tuple[FaultGroup, ...]] = get_args(FaultGroup)
CLOCK_OFF: Final = 11 * 60.0  # seconds; X accepts five minutes
SLOW: Final = 1.5  # seconds


class UnknownFaultError(ValueError):
    """There is no such fault."""


@dataclass(frozen=True)
class SandboxFault:
    """One thing that is wrong with X, with the network, or with an app or account at X.

    Attributes:
        name: stable, in kebab-case.
        group: its group in the menu.
        description: one line for users: what is wrong while it is on.
        changes: the fields of SandboxSettings it sets.
    """

    name: str
    group: FaultGroup
    description: str
    changes: Mapping[str, Any]


def _app_faults() -> Iterable[SandboxFault]:
    def fault(name: str, description: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "The app", description, changes)

    return (
        fault(
            "app-type-native",
            "The app is a Native App: OAuth 1.0a takes only the PIN, OAuth 2.0 no client secret.",
            app_type="native",
        ),
        fault("callback-not-approved", "The app has no approved callback URL.", callbacks=()),
        fault(
            "callback-not-approved-json",
            "The app has no approved callback URL, and X says so in JSON instead of XML.",
            callbacks=(),
            app_refusals="json",
        ),
        fault("app-access-read", "New sign-ins can only read.", access_level="read"),
        fault(
            "app-access-direct-messages",
            "New sign-ins can read, post, and use direct messages.",
            access_level="read-write-directmessages",
        ),
        fault("app-suspended", "X has suspended the app.", suspended=True),
        fault(
            "keys-outdated",
            "The app's type was changed, and X refuses its API key until it is regenerated.",
            keys_outdated=True,
        ),
        fault(
            "callback-of-oauth2-only",
            "The app's only callback URL is one that was added for OAuth 2.0.",
            callbacks=("https://bots.example/oauth2",),
        ),
        fault(
            "user-authentication-off",
            "User authentication settings were never set up for the app.",
            user_authentication=False,
        ),
        fault("client-id-unknown", "X does not know the app's Client ID.", knows_client_id=False),
        fault(
            "scopes-not-allowed",
            f"The OAuth 2.0 page accepts only the scopes {' and '.join(READ_SCOPES)}.",
            requestable_scopes=READ_SCOPES,
        ),
    )


def _plan_faults() -> Iterable[SandboxFault]:
    def fault(name: str, description: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "The plan", description, changes)

    return (
        fault(
            "app-not-enrolled", "The app's package does not include version 2.", is_enrolled=False
        ),
        fault("no-credits", "The app's balance is used up.", has_credits=False),
        fault(
            "no-credits-to-post",
            "The app's balance is too low to post; all other calls work.",
            posting="no-credits",
        ),
        fault(
            "spending-limit",
            "The app's spending limit is reached until the next billing cycle.",
            spending_limit_reached=True,
        ),
        fault(
            "feature-not-permitted",
            "X allows no version 2 calls, and does not say why.",
            is_permitted=False,
        ),
        fault("v1-not-in-plan", "The app's plan does not include version 1.1.", v1_included=False),
        fault(
            "posting-unavailable",
            "X answers every post with status 503, as it does to apps of the old free tier.",
            posting="unavailable",
        ),
    )


def _account_faults() -> Iterable[SandboxFault]:
    def fault(name: str, description: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "The account", description, changes)

    return (
        fault("account-suspended", "X has suspended the account.", account_state="suspended"),
        fault("account-locked", "X has temporarily locked the account.", account_state="locked"),
    )


def _limit_faults() -> Iterable[SandboxFault]:
    def fault(name: str, description: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "Limits", description, changes)

    return (
        fault("rate-limited", "The calls for these 15 minutes are used up.", limit="window"),
        fault(
            "sign-in-rate-limited",
            "The sign-ins for these 15 minutes are used up.",
            limit="sign-in",
        ),
        fault("usage-capped", "The calls for this month are used up.", limit="month"),
        fault("app-day-limited", "The app's calls for 24 hours are used up.", limit="app-day"),
        fault(
            "account-day-limited",
            "Each account's calls for 24 hours are used up.",
            limit="account-day",
        ),
    )


def _token_faults() -> Iterable[SandboxFault]:
    def fault(name: str, description: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "Tokens", description, changes)

    return (
        fault("tokens-revoked", "X no longer accepts any user's tokens.", tokens_revoked=True),
        fault("tokens-read-only", "All users' tokens can only read.", tokens_read_only=True),
        fault("refresh-spent", "Every refresh token counts as already used.", refresh_spent=True),
        fault(
            "scopes-reduced",
            f"OAuth 2.0 grants no more than {' and '.join(READ_SCOPES)}.",
            max_scopes=READ_SCOPES,
        ),
        fault(
            "wants-oauth1", "Version 2 accepts no OAuth 2.0 from users.", v2_accepted_auth="oauth1"
        ),
        fault("wants-oauth2", "Version 2 accepts no OAuth 1.0a.", v2_accepted_auth="oauth2"),
        fault(
            "callback-unconfirmed",
            "X does not confirm the callback address with the request token.",
            confirmed=False,
        ),
        fault("wrong-pin-spends", "One wrong PIN ends a sign-in.", wrong_pin_spends_token=True),
        fault(
            "bearer-not-revocable",
            "X does not invalidate the app's bearer token on request.",
            bearer_revocable=False,
        ),
    )


def _clock_faults() -> Iterable[SandboxFault]:
    return (
        SandboxFault(
            "clock-ahead",
            "The clock",
            "X's clock is 11 minutes ahead of this computer's.",
            {"clock_offset": CLOCK_OFF},
        ),
        SandboxFault(
            "clock-behind",
            "The clock",
            "X's clock is 11 minutes behind this computer's.",
            {"clock_offset": -CLOCK_OFF},
        ),
    )


def _network_faults() -> Iterable[SandboxFault]:
    def fault(name: str, description: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "The network", description, changes)

    return (
        fault("latency", f"Every answer takes {SLOW} seconds.", latency=SLOW),
        fault(
            "captive-portal",
            "A Wi-Fi sign-in page answers instead of X.",
            interception="captive-portal",
        ),
        fault("html-503", "A web page says that X is unavailable.", interception="html-503"),
        fault(
            "redirect-301",
            "The token endpoints have moved permanently.",
            interception="redirect-301",
        ),
        fault(
            "redirect-307",
            "The token endpoints have moved temporarily.",
            interception="redirect-307",
        ),
        fault("slow-drip", "Answers arrive one byte at a time.", delivery="slow-drip"),
        fault("truncated-body", "Answers end halfway.", delivery="truncated"),
        fault("oversized-body", "Answers are 32 MB long.", delivery="oversized"),
        fault(
            "reset-after-headers",
            "The connection is reset during the answer.",
            delivery="reset-after-headers",
        ),
        fault(
            "reset-before-headers",
            "The connection is reset before the answer.",
            delivery="reset-before-headers",
        ),
        fault("hang", "No answer ever arrives.", delivery="never"),
    )


FAULTS: Final[tuple[SandboxFault, ...]] = (
    *_app_faults(),
    *_plan_faults(),
    *_account_faults(),
    *_limit_faults(),
    *_token_faults(),
    *_clock_faults(),
    *_network_faults(),
)
_BY_NAME: Final = {fault.name: fault for fault in FAULTS}


def find_fault(name: str) -> SandboxFault:
    """Return the fault of this name.

    Raises:
        UnknownFaultError: there is none.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownFaultError("there is no such fault") from None


def apply_faults(settings: SandboxSettings, names: Iterable[str]) -> SandboxSettings:
    """Return the settings with these faults on.

    Of two faults that set the same field the later one in FAULTS wins, whatever the order of names.

    Raises:
        UnknownFaultError: a name is not that of a fault. The message does not repeat the name.
    """
    wanted = {find_fault(name).name for name in names}
    for fault in FAULTS:
        if fault.name in wanted:
            settings = replace(settings, **fault.changes)
    return settings


class FaultState:
    """The settings with the active faults; every method may be called from any thread."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._lock = threading.Lock()
        self._base_settings = settings
        self._active_names: frozenset[str] = frozenset()
        self._current_settings = settings

    @property
    def settings(self) -> SandboxSettings:
        """The current settings, with the active faults applied."""
        return self._current_settings

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the faults that are on, in the order of FAULTS."""
        on = self._active_names
        return tuple(fault.name for fault in FAULTS if fault.name in on)

    def change_settings(self, **fields: Any) -> None:
        """Set fields of SandboxSettings; an active fault that sets one of them wins.

        Raises:
            TypeError: there is no such field.
            ValueError: a field does not accept that value. Nothing is changed then.
        """
        with self._lock:
            self._base_settings = replace(self._base_settings, **fields)
            self._current_settings = apply_faults(self._base_settings, self._active_names)

    def enable(self, names: Iterable[str]) -> None:
        """Turn faults on.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._update(on=names)

    def disable(self, names: Iterable[str]) -> None:
        """Turn faults off, if they are on.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._update(off=names)

    def set_active(self, names: Iterable[str]) -> None:
        """Turn these faults on, and all others off.

        Raises:
            UnknownFaultError: there is no such fault. Nothing is changed then.
        """
        self._update(on=names, off=[fault.name for fault in FAULTS])

    def _update(self, *, on: Iterable[str] = (), off: Iterable[str] = ()) -> None:
        turned_on = {find_fault(name).name for name in on}
        turned_off = {find_fault(name).name for name in off}
        with self._lock:
            self._active_names = frozenset((self._active_names - turned_off) | turned_on)
            self._current_settings = apply_faults(self._base_settings, self._active_names)
