"""An X developer app: what is known of it, apart from what is secret about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from twauth_gui.domain.callbacks import CallbackError, checked_callbacks
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.hosts import HostNotAllowedError, Hosts, require_known_page
from twauth_gui.domain.printable import is_shown_whole, keep_printable
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
        keep_printable(self, "label")

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
        self.why = why


def require_allowed(app: App) -> None:
    """See that an app can be kept: added here, brought in, or restored from a backup.

    Raises:
        AppNotAllowedError: its label cannot be shown, its host is not protected, its page is
            elsewhere, or X or this program takes none of its callbacks.
    """
    if not app.label.strip() or not is_shown_whole(app.label):
        raise AppNotAllowedError("Its name cannot be shown.")
    try:
        require_known_page(app.hosts)
        urls = checked_callbacks("\n".join(app.callbacks))
    except (HostNotAllowedError, CallbackError) as error:
        raise AppNotAllowedError(str(error)) from error
    if urls != app.callbacks:
        raise AppNotAllowedError("It names a callback URL twice, or not letter by letter.")


def free_label(wanted: str, taken: Iterable[str]) -> str:
    """Give the label, with the first number behind it that makes it differ from all taken ones."""
    label = " ".join(wanted.split()) or "My app"
    others = {one.casefold() for one in taken}
    if label.casefold() not in others:
        return label
    number = 2
    while f"{label} {number}".casefold() in others:
        number += 1
    return f"{label} {number}"
