"""The check for a newer version: at most once a day, only if the user has asked for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import cast

from twauth_gui import __version__
from twauth_gui.domain.update_notice import (
    ASK_PERIOD,
    UpdateNotice,
    UpdateNoticeError,
    parse_notice,
    parse_version,
    require_current,
)
from twauth_gui.osfiles.resource_files import resource_path
from twauth_gui.services.settings import NetworkSettingsRepository
from twauth_gui.store.store import Store

_KEY = "updates"


@dataclass(frozen=True, slots=True)
class UpdateSource:
    """Where the notice is, and whose signature counts: Ed25519 public keys in base64."""

    address: str
    keys: tuple[str, ...]


def find_update_source() -> UpdateSource | None:
    """Return the source of this installation; None if it has none, or a package manager instead."""
    return None if resource_path("no-update-notice").exists() else read_update_source()


def read_update_source() -> UpdateSource | None:
    """Return what the project has in resources/updates.toml; None if that is not filled in yet."""
    import tomllib  # noqa: PLC0415 - the window's start loads this module

    values = tomllib.loads(resource_path("updates.toml").read_text(encoding="utf-8"))
    address, keys = str(values["address"]), tuple(str(one) for one in values["keys"])
    return UpdateSource(address, keys) if address and keys else None


@dataclass(frozen=True, slots=True)
class UpdateState:
    """What is kept from one start to the next.

    asked_at: when the server was last asked, "" for never. notice: the last one that was believed,
    as it was signed. dismissed: the version whose banner was closed. problem: why the last question
    failed, as a sentence.
    """

    is_wanted: bool = False
    asked_at: str = ""
    notice: str = ""
    dismissed: str = ""
    problem: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether to ask; a time in the future is of a clock that was wrong."""
        if not self.is_wanted or not self.asked_at:
            return self.is_wanted
        since = now - datetime.fromisoformat(self.asked_at)
        return not ASK_PERIOD > since >= ASK_PERIOD * 0

    def find_newer(self) -> UpdateNotice | None:
        """Return the notice if it is of a version above this program's."""
        if not self.notice:
            return None
        notice = parse_notice(self.notice)
        return notice if parse_version(notice.version) > parse_version(__version__) else None


class UpdateService:
    """Asks the source, and keeps what it said. Nothing is downloaded but the notice."""

    def __init__(
        self,
        store: Store,
        network: NetworkSettingsRepository,
        source: UpdateSource | None,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._network = network
        self._now = now
        self.source = source

    def load(self) -> UpdateState:
        """Return the state; what cannot be read counts as never asked for."""
        try:
            value: object = json.loads(self._store.settings.get(_KEY) or "{}")
            fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
            names = ("asked_at", "notice", "dismissed", "problem")
            texts = {name: str(fields.get(name, "")) for name in names}
            state = UpdateState(is_wanted=fields.get("is_wanted") is True, **texts)
            _ = state.is_due(self._now()), state.find_newer()
        except (ValueError, TypeError):
            return UpdateState()
        return state

    def set_wanted(self, *, wanted: bool) -> UpdateState:
        """Ask from now on, or no more; return the new state."""
        return self.save(replace(self.load(), is_wanted=wanted))

    def dismiss(self, version: str) -> UpdateState:
        """Say no more of this version; return the new state."""
        return self.save(replace(self.load(), dismissed=version))

    def check(self) -> UpdateState:
        """Ask the source if that is due; return the new state, with the problem if there was one.

        That it was asked is saved first, so that a failure or a crash does not ask again at once.
        """
        from twauth_gui.xapi.update_file import (  # noqa: PLC0415 - loads requests
            UpdateFileUnreachableError,
            download_update_file,
            verify_update_file,
        )

        state, now = self.load(), self._now()
        if self.source is None or not state.is_due(now):
            return state
        state = self.save(replace(state, asked_at=now.isoformat(), problem=""))
        last = parse_notice(state.notice).issued if state.notice else None
        try:
            data = download_update_file(self.source.address, self._network.load())
            text = verify_update_file(data, self.source.keys)
            require_current(parse_notice(text), now, last)
        except (UpdateFileUnreachableError, UpdateNoticeError) as error:
            return self.save(replace(self.load(), problem=str(error)))
        return self.save(replace(self.load(), notice=text))

    def save(self, state: UpdateState) -> UpdateState:
        """Keep the state, and return it."""
        self._store.settings.set(_KEY, json.dumps(asdict(state)))
        return state
