"""The pages of X that a remedy opens, with what their buttons say."""

from __future__ import annotations

from collections.abc import Mapping

from twauth_gui.domain.addresses import APPEAL_FORM, CONNECTED_APPS, CONSOLE
from twauth_gui.domain.diagnosis import Remedy

PAGES: Mapping[Remedy, tuple[str, str]] = {
    Remedy.OPEN_CONSOLE: ("Open console", CONSOLE),
    Remedy.OPEN_APPEAL: ("Open appeal form", APPEAL_FORM),
    Remedy.OPEN_X: ("Open x.com", "https://x.com"),
    Remedy.OPEN_CONNECTED_APPS: ("Open connected apps", CONNECTED_APPS),
}
