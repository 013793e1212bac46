"""The choice of the app under which an account is signed in."""

from __future__ import annotations

from collections.abc import Sequence

from twauth_gui.domain.apps import App, AppId
from twauth_gui.gui.parts.choices import ComboBox


class AppChoice(ComboBox):
    """Lists the apps by their labels; app_id: the one that is chosen at first, if it is there."""

    def __init__(self, apps: Sequence[App], app_id: AppId | None) -> None:
        super().__init__()
        self._apps = {app.id: app for app in apps}
        for app in apps:
            self.addItem(app.label, app.id)
        if app_id is not None and app_id in self._apps:
            self.setCurrentIndex(list(self._apps).index(app_id))

    @property
    def app(self) -> App | None:
        chosen: object = self.currentData()
        return self._apps.get(AppId(chosen)) if isinstance(chosen, str) else None
