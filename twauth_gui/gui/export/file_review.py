"""What an export would do to a file: merge or replace, names, back-up, warnings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.health import Severity
from twauth_gui.gui.parts.accessibility import announce, scroll_into_view
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.surfaces import clear_layout
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import M, S, TextStyle
from twauth_gui.services.export_files import FilePlan
from twauth_gui.services.file_warnings import FileWarning, FileWarningAction
from twauth_gui.transfer.merge.text_edits import ChangeKind

_MERGE, _REPLACE = "merge", "replace"
_NAMED = 12
_CHANGE_TITLES = {
    ChangeKind.ADDED: "Added",
    ChangeKind.CHANGED: "Changed",
    ChangeKind.SAME: "Same",
}


class WarningList(QWidget):
    """Warnings about the place of a file, each with the button that helps.

    Signals:
        gitignore_requested: git is to ignore the file.
    """

    gitignore_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self.hide()

    def show_warnings(self, warnings: Sequence[FileWarning]) -> None:
        clear_layout(self._column)
        for warning in warnings:
            has_action = warning.action is FileWarningAction.ADD_TO_GITIGNORE
            button = "Add to .gitignore" if has_action else ""
            banner = Banner(Severity.ATTENTION, "", warning.text, button)
            banner.pressed.connect(self.gitignore_requested)
            self._column.addWidget(banner)
        self.setVisible(bool(warnings))


class FileReview(QWidget):
    """Shows a plan for a file; for an existing one the choice between merging and replacing.

    Signals:
        merge_chosen: carries whether the export is to be merged into the file.
        gitignore_requested: git is to ignore the file.
    """

    merge_chosen = Signal(bool)
    gitignore_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = Text(strong=True, wrap=True, heading=True)
        self._way = SegmentedControl(
            [(_MERGE, "Merge into it", ""), (_REPLACE, "Replace it", "")], "What to do with it"
        )
        self._reason = Text(style=TextStyle.SMALL, role="text-2", wrap=True)
        self._names = Text(style=TextStyle.SMALL, role="text-2", wrap=True)
        self._backup = CheckBox("Keep a back-up beside it")
        self._warnings = WarningList()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, M, 0, 0)
        column.setSpacing(S)
        column.addWidget(self._title)
        column.addWidget(self._way, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._reason, self._names, self._backup, self._warnings):
            column.addWidget(part)
        self._warnings.gitignore_requested.connect(self.gitignore_requested)
        self._way.changed.connect(self._emit_choice)
        self.hide()

    def _emit_choice(self, key: str) -> None:
        self.merge_chosen.emit(key == _MERGE)

    @property
    def wants_backup(self) -> bool:
        return not self._backup.isHidden() and self._backup.isChecked()

    def show_plan(self, plan: FilePlan | None) -> None:
        """Show a plan; None hides the review."""
        self.setVisible(plan is not None)
        if plan is None:
            return
        scroll_into_view(self)
        is_blocked = bool(plan.blocked)
        self._title.setText(f"{plan.path.name} is there already." if plan.exists else "")
        self._title.setVisible(plan.exists)
        self._way.blockSignals(True)
        self._way.select(_MERGE if plan.merge else _REPLACE)
        self._way.blockSignals(False)
        self._way.setVisible(plan.can_merge)
        self._reason.setText(_explain(plan))
        self._reason.set_role("bad" if is_blocked else "text-2")
        self._reason.setVisible(bool(self._reason.text()))
        self._names.setText(_list_changes(plan) if plan.merge and not is_blocked else "")
        self._names.setVisible(bool(self._names.text()))
        self._backup.setVisible(plan.exists and not is_blocked and not plan.changes_nothing)
        self._warnings.show_warnings(() if is_blocked else plan.warnings)
        announce(self, f"{self._title.text()} {self._reason.text()} {self._names.text()}".strip())


def _explain(plan: FilePlan) -> str:
    """Return what is to be known about the way that is chosen."""
    if plan.blocked:
        return plan.blocked
    if plan.changes_nothing:
        return "It has all of this already."
    if plan.merge:
        return "Everything else in it stays as it is."
    if plan.exists:
        return " ".join(filter(None, (plan.merge_problem, "What it contains is replaced.")))
    return ""


def _list_changes(plan: FilePlan) -> str:
    """Return the names by what becomes of them, a line for each kind."""
    lines: list[str] = []
    for kind, title in _CHANGE_TITLES.items():
        names = [one.name for one in plan.changes if one.change is kind]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        if names:
            lines.append(f"{title}: {', '.join(names[:_NAMED])}{more}")
    return "\n".join(lines)
