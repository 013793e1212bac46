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

    callback: the one that is tried first. spare_callbacks: further ones, in the order in which they
    are tried where the port of the one before is taken; X lets an app register ten.
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
        """All of them, the one that is tried first at the front."""
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
    """An app that is not kept, whoever describes it; why: one sentence."""

    def __init__(self, why: str) -> None:
        title = "This app cannot be kept."
        super().__init__(Diagnosis(ProblemKind.UNKNOWN, title, f"{why} Nothing was changed."))
        self.reason = why


def validate_app(app: App) -> None:
    """See that an app can be kept: added here, brought in, or restored from a backup.

    Raises:
        AppNotAllowedError: its label cannot be shown, its host is not protected, its page is
            elsewhere, or X or this program takes none of its callbacks.
    """
    if not app.label.strip() or not is_fully_printable(app.label):
        raise AppNotAllowedError("Its name cannot be shown.")
    try:
        validate_hosts(app.hosts)
        urls = parse_callback_urls("\n".join(app.callbacks))
    except (HostNotAllowedError, CallbackError) as error:
        raise AppNotAllowedError(str(error)) from error
    if urls != app.callbacks:
        raise AppNotAllowedError("It names a callback URL twice, or not letter by letter.")


def make_unique_label(wanted: str, taken: Iterable[str]) -> str:
    """Give the label, with the first number behind it that makes it differ from all taken ones."""
    label = " ".join(wanted.split()) or "My app"
    others = {one.casefold() for one in taken}
    if label.casefold() not in others:
        return label
    number = 2
    while f"{label} {number}".casefold() in others:
        number += 1
    return f"{label} {number}"


class AppCheck(Enum):
    """What is looked at, in this order."""

    NETWORK = "network"
    CLOCK = "clock"
    KEYS = "keys"
    APP = "app"
    CALLBACK = "callback"

    @property
    def label(self) -> str:
        return {
            "network": "Way to X",
            "clock": "Clock",
            "keys": "API key and secret",
            "app": "App",
            "callback": "Callback address",
        }[self.value]


class CheckOutcome(Enum):
    OK = "ok"
    WARN = "warn"  # a sign-in can work
    FAIL = "fail"  # a sign-in cannot work


@dataclass(frozen=True, slots=True)
class AppCheckFinding:
    """One check; the diagnosis is there whenever the outcome is not OK.

    callback: the address it is about, where it is about one.
    """

    check: AppCheck
    outcome: CheckOutcome
    title: str
    diagnosis: Diagnosis | None = None
    callback: str = ""
