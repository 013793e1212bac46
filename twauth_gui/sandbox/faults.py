"""The ways the pretend X can be broken, each by name."""

from __future__ import annotations

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
    """There is no fault of that name."""


@dataclass(frozen=True)
class SandboxFault:
    """One thing that is wrong with X, with the way to it, or with what it keeps of someone.

    Attributes:
        name: stable, in kebab-case.
        group: where it stands in the menu.
        says: one line for people: what is so while it is on.
        changes: the fields of SandboxSettings it sets.
    """

    name: str
    group: FaultGroup
    description: str
    changes: Mapping[str, Any]


def _app_faults() -> Iterable[SandboxFault]:
    def fault(name: str, says: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "The app", says, changes)

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
        fault("app-access-read", "New sign-ins may only read.", access_level="read"),
        fault(
            "app-access-direct-messages",
            "New sign-ins may read, post, and use direct messages.",
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
            f"The page of OAuth 2.0 takes no scopes but {' and '.join(READ_SCOPES)}.",
            askable_scopes=READ_SCOPES,
        ),
    )


def _plan_faults() -> Iterable[SandboxFault]:
    def fault(name: str, says: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "The plan", says, changes)

    return (
        fault("app-not-enrolled", "The app is in no package with version 2.", is_enrolled=False),
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
            "X permits nothing of version 2, and does not say why.",
            is_permitted=False,
        ),
        fault("v1-not-in-plan", "The app's plan has nothing of version 1.1.", v1_included=False),
        fault(
            "posting-unavailable",
            "X answers every post with 503, as to apps of the old free tier.",
            posting="unavailable",
        ),
    )


def _account_faults() -> Iterable[SandboxFault]:
    def fault(name: str, says: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "The account", says, changes)

    return (
        fault("account-suspended", "X has suspended the account.", account_state="suspended"),
        fault("account-locked", "X has locked the account for now.", account_state="locked"),
    )


def _limit_faults() -> Iterable[SandboxFault]:
    def fault(name: str, says: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "Limits", says, changes)

    return (
        fault("rate-limited", "The calls of this quarter of an hour are used up.", limit="window"),
        fault(
            "sign-in-rate-limited",
            "The sign-ins of this quarter of an hour are used up.",
            limit="sign-in",
        ),
        fault("usage-capped", "The calls of this month are used up.", limit="month"),
        fault("app-day-limited", "The app's calls of 24 hours are used up.", limit="app-day"),
        fault(
            "account-day-limited",
            "Each account's calls of 24 hours are used up.",
            limit="account-day",
        ),
    )


def _token_faults() -> Iterable[SandboxFault]:
    def fault(name: str, says: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "Tokens", says, changes)

    return (
        fault("tokens-revoked", "X accepts no user's tokens any more.", tokens_revoked=True),
        fault("tokens-read-only", "Every user's tokens may only read.", tokens_read_only=True),
        fault("refresh-spent", "Every refresh token counts as spent.", refresh_spent=True),
        fault(
            "scopes-reduced",
            f"OAuth 2.0 grants no more than {' and '.join(READ_SCOPES)}.",
            most_scopes=READ_SCOPES,
        ),
        fault("wants-oauth1", "Version 2 takes no user's OAuth 2.0.", v2_takes="oauth1"),
        fault("wants-oauth2", "Version 2 takes no OAuth 1.0a.", v2_takes="oauth2"),
        fault(
            "callback-unconfirmed",
            "X does not confirm the callback with the request token.",
            confirmed=False,
        ),
        fault("wrong-pin-spends", "One wrong PIN ends a sign-in.", wrong_pin_spends_token=True),
        fault(
            "bearer-not-revocable",
            "X does not invalidate the app-only token on request.",
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
    def fault(name: str, says: str, **changes: object) -> SandboxFault:
        return SandboxFault(name, "The network", says, changes)

    return (
        fault("latency", f"Every answer takes {SLOW} seconds.", latency=SLOW),
        fault("captive-portal", "A Wi-Fi's log-in page answers.", interception="captive-portal"),
        fault("html-503", "A page says that X is unavailable.", interception="html-503"),
        fault("redirect-301", "The token steps have moved for good.", interception="redirect-301"),
        fault("redirect-307", "The token steps have moved for now.", interception="redirect-307"),
        fault("slow-drip", "Answers come one byte after the other.", delivery="slow-drip"),
        fault("truncated-body", "Answers end half-way.", delivery="truncated"),
        fault("oversized-body", "Answers have 32 MB.", delivery="oversized"),
        fault(
            "reset-after-headers",
            "The connection is reset while the answer comes.",
            delivery="reset-after-headers",
        ),
        fault(
            "reset-before-headers",
            "The connection is reset before anything comes.",
            delivery="reset-before-headers",
        ),
        fault("hang", "No answer ever comes.", delivery="never"),
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
    """The fault of a name.

    Raises:
        UnknownFaultError: there is none.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownFaultError("there is no fault of that name") from None


def apply_faults(settings: SandboxSettings, names: Iterable[str]) -> SandboxSettings:
    """The settings with these faults on.

    Of two that set the same field the later one in FAULTS wins, whatever the order of the names.

    Raises:
        UnknownFaultError: one of them is none. Its message repeats nothing of the name.
    """
    wanted = {find_fault(name).name for name in names}
    for fault in FAULTS:
        if fault.name in wanted:
            settings = replace(settings, **fault.changes)
    return settings
