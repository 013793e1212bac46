"""The dialog that opens another profile in a window of its own, or makes a new one."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QProcess, QProcessEnvironment
from PySide6.QtWidgets import QWidget

from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import ButtonSize, primary_button, secondary_button
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.gui.parts.responsive_row import SettingRow
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.session_end import find_own_command
from twauth_gui.gui.theme.metrics import L
from twauth_gui.services.app_paths import list_profiles
from twauth_gui.services.platform_dirs import (
    DATA_DIR_VARIABLE,
    DEFAULT_PROFILE,
    PROFILE_VARIABLE,
    ProfileNameError,
    find_profile_dir,
)

_INTRODUCTION = (
    "A profile has accounts, apps and settings of its own, and a window of its own: for example one"
    " for each customer."
)
_NAME_HELP = "In a terminal: twauth --profile NAME"


class ProfilesDialog(Dialog):
    """Lists the profiles of this computer; each opens in another window."""

    def __init__(self, context: AppContext) -> None:
        super().__init__("Profiles", width=DialogWidth.W440)
        self._context = context
        paths = context.services.paths
        self._current = paths.profile or ("" if paths.config is None else DEFAULT_PROFILE)
        self._card = Card()
        self._name = LineField("")
        self._name.returnPressed.connect(self._create)
        self._problem = ProblemBanner()
        self._build()
        context.run_in_store(self, lambda _job: list_profiles(), self._show)

    def _build(self) -> None:
        body, column = make_dialog_body(L)
        column.addWidget(Text(_INTRODUCTION, role="text-2", wrap=True))
        column.addWidget(self._card)
        create = secondary_button("Create and open")
        create.clicked.connect(self._create)
        self._block = FieldBlock("New profile", self._name, _NAME_HELP, beside=create)
        column.addWidget(self._block)
        column.addWidget(self._problem)
        self.set_body(body)
        done = primary_button("Done")
        done.clicked.connect(self.dismiss)
        self.add_right(done)
        self.set_initial_focus(self._name)

    def _show(self, names: list[str]) -> None:
        for name in (DEFAULT_PROFILE, *names):
            self._card.add_row(self._make_row(name))

    def _make_row(self, name: str) -> QWidget:
        title = "Default" if name == DEFAULT_PROFILE else name
        if name == self._current:
            return SettingRow(title, "In this window")
        button = secondary_button("Open", size=ButtonSize.SMALL)
        button.setAccessibleName(f"Open {title}")
        button.clicked.connect(partial(self._open, name))
        return SettingRow(title, control=button)

    def _create(self) -> None:
        name = self._name.text().strip()
        try:
            _ = find_profile_dir(name or "-")
        except ProfileNameError as error:
            self._block.set_error(str(error))
            self._name.setFocus()
            return
        self._open(name)

    def _open(self, name: str) -> None:
        """Start the window of a profile; one that is open comes to the front instead."""
        environment = QProcessEnvironment.systemEnvironment()
        for variable in (DATA_DIR_VARIABLE, PROFILE_VARIABLE):
            environment.remove(variable)
        program, *arguments = find_own_command()
        process = QProcess()
        process.setProgram(program)
        process.setArguments([*arguments, "--profile", name])
        process.setProcessEnvironment(environment)
        # Versions of PySide differ in whether the process id is part of it.
        if cast("object", process.startDetached()) not in {False, (False, 0)}:
            self.close_dialog()
        else:
            self._problem.show_text("The window of this profile could not be started.")
