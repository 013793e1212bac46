"""An X developer app, its keys, and what checking it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NewType

from twauth_gui.domain.callback_urls import CallbackError, parse_callback_urls
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.display_text import is_fully_printable, make_fields_printable
from twauth_gui.domain.hosts import HostNotAllowedError, Hosts, validate_hosts
from twauth_gui.domain.secret import Secret

AppId = NewType("AppId", str)

DEFAULT_CALLBACK = "http://127.0.0.1:8739/callback"


@dataclass(frozen=True, slots=True)
class App:
    """One developer app. Its keys are in the keychain, under its id and generation.

    callback: tried first. spare_callbacks: tried in this order if the port of the one before is in
    use; X lets an app register ten.
    """

    id: AppId
    label: str
    created_at: datetime
    callback: str = DEFAULT_CALLBACK
    hosts: Hosts = field(default_factory=Hosts)
    generation: int = 1
    spare_callbacks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        make_fields_printable(self, "label")

    @property
    def callbacks(self) -> tuple[str, ...]:
        """All callback URLs, in the order in which they are tried."""
        return (self.callback, *self.spare_callbacks)


@dataclass(frozen=True, slots=True)
class AppKeys:
    """The consumer keys of an app (X's console calls them API key and API key secret)."""

    api_key: Secret
    api_secret: Secret
    bearer_token: Secret | None = None
    client_id: Secret | None = None
    client_secret: Secret | None = None


class AppNotAllowedError(DiagnosedError, ValueError):
    """The app cannot be saved. reason: one sentence that says why."""

    def __init__(self, reason: str) -> None:
        title = "This app cannot be saved."
        super().__init__(Diagnosis(ProblemKind.UNKNOWN, title, f"{reason} Nothing was changed."))
        self.reason = reason


def validate_app(app: App) -> None:
    """Raise if an app cannot be saved, be it added here, imported, or restored from a backup.

    Raises:
        AppNotAllowedError: its label cannot be shown, its host is not protected, its sign-in page
            is elsewhere, or X or Twauth does not accept one of its callback URLs.
    """
    if not app.label.strip() or not is_fully_printable(app.label):
        raise AppNotAllowedError("Its name cannot be shown.")
    try:
        validate_hosts(app.hosts)
        urls = parse_callback_urls("\n".join(app.callbacks))
    except (HostNotAllowedError, CallbackError) as error:
        raise AppNotAllowedError(str(error)) from error
    if urls != app.callbacks:
        raise AppNotAllowedError("A callback URL is listed twice, or has blanks around it.")


def make_unique_label(wanted: str, taken: Iterable[str]) -> str:
    """Return the label, with a number appended if it is taken."""
    label = " ".join(wanted.split()) or "My app"
    others = {one.casefold() for one in taken}
    if label.casefold() not in others:
        return label
    number = 2
    while f"{label} {number}".casefold() in others:
        number += 1
    return f"{label} {number}"


class AppCheck(Enum):
    """The checks of an app, in the order in which they run."""

    NETWORK = "network"
    CLOCK = "clock"
    KEYS = "keys"
    APP = "app"
    CALLBACK = "callback"

    @property
    def label(self) -> str:
        return {
            "network": "Connection to X",
            "clock": "Clock",
            "keys": "API key and secret",
            "app": "App",
            "callback": "Callback address",
        }[self.value]


class CheckOutcome(Enum):
    """The result of one step of an app check."""

    OK = "ok"
    WARN = "warn"  # a sign-in can work
    FAIL = "fail"  # a sign-in cannot work


@dataclass(frozen=True, slots=True)
class AppCheckFinding:
    """The result of one check; it has a diagnosis whenever the outcome is not OK.

    callback: the callback URL that was checked, if it is about one.
    """

    check: AppCheck
    outcome: CheckOutcome
    title: str
    diagnosis: Diagnosis | None = None
    callback: str = ""
