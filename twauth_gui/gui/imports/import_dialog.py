"""The dialog that imports credentials from files, folders and pasted text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QMenu, QSizePolicy
from typing_extensions import override

from twauth_gui.domain.apps import App
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.imports.import_drop import DroppedItems, read_dropped
from twauth_gui.gui.imports.import_rows import (
    FoundRows,
    PlanRow,
    count_results,
    label_of_choice,
)
from twauth_gui.gui.imports.import_run import ImportRun
from twauth_gui.gui.imports.import_search import ImportSearch
from twauth_gui.gui.imports.import_tabs import (
    EmptyImport,
    ImportTabs,
    Tab,
)
from twauth_gui.gui.imports.originals_page import OriginalsPage
from twauth_gui.gui.parts.accessibility import PopupMenu, announce
from twauth_gui.gui.parts.activity_strip import ActivityStrip
from twauth_gui.gui.parts.buttons import (
    ButtonSize,
    primary_button,
    quiet_button,
    secondary_button,
)
from twauth_gui.gui.parts.choice_table import ChoiceTable, ChoiceTableCard
from twauth_gui.gui.parts.choice_table_model import ChoiceTableModel, Column
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import M
from twauth_gui.gui.vault.vault_dialogs import offer_unlock
from twauth_gui.services.import_plan import ImportItem, OriginalFile
from twauth_gui.transfer.found_credentials import FoundApp

_HOW = "Twauth asks X which account each one belongs to. The files stay as they are."
_LOOKING = "Looking where other tools keep their keys…"
_READING = "Reading…"
_COMPARING = "Comparing with what is here…"
_NOTHING = "Nothing to import was found"
_NOTHING_KNOWN = (
    "twurl, t, x-cli, xurl, twarc and other tools have left no keys on this computer. Drop files or"
    " folders here, paste text with Ctrl+V, or choose a file."
)
_NOTHING_NAMED = "There are no keys of X in it. Drop something else here, or choose a file."
_LINK = "That was a link. Download what it leads to, then drop the file."
_BECOMES, _RESULT = "What it becomes", "Result"
_HEIGHT = 600
_Menu = Sequence[tuple[str, Callable[[], None]]]


class ImportDialog(Dialog):
    """Shows what was found as a table to choose from, then how each import ended.

    What is dropped, pasted or chosen while it is open adds to the table.
    """

    def __init__(self, context: AppContext) -> None:
        super().__init__("Import", width=DialogWidth.W880, height=_HEIGHT)
        self._context = context
        self._search = ImportSearch(context, self)
        self._run: ImportRun | None = None
        self._looks_in_known_places = False
        self._has_ended = False
        self._make_tables()
        self._make_buttons()
        self._intro = Text(_HOW, role="text-2", wrap=True)
        self._activity = ActivityStrip("Stop reading", "Files read")
        self._problem = ProblemBanner()
        self._build_body()
        self._connect()
        self._show_plan(FoundRows((), ()))

    def _make_tables(self) -> None:
        self._found = ChoiceTableModel(("Account", "App", _BECOMES), self)
        self._skipped = ChoiceTableModel(("Entry", "", "Why it is skipped"), self)
        self._found_table = ChoiceTable(self._found, "What can be imported")
        self._skipped_table = ChoiceTable(self._skipped, "What is skipped", has_choices=False)
        self._found_card = ChoiceTableCard(self._found_table)
        self._skipped_card = ChoiceTableCard(self._skipped_table)
        self._originals = OriginalsPage(self._context)
        self._empty = EmptyImport()

    def _make_buttons(self) -> None:
        self._import = primary_button("Import")
        self._add = quiet_button("Add…", "plus")
        self._cancel = secondary_button("Cancel")
        self._app_for_all = secondary_button("", size=ButtonSize.SMALL)
        self.add_left(self._add)
        self.add_right(self._cancel)
        self.add_right(self._import)
        self.set_default(self._import)
        self.set_initial_focus(self._cancel)

    def _build_body(self) -> None:
        self._tabs = ImportTabs(self._app_for_all)
        body, column = make_dialog_body(M)
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        column.addWidget(self._intro)
        column.addWidget(self._activity)
        column.addWidget(self._tabs, 1)
        column.addWidget(self._problem)
        self.set_body(body)

    def _connect(self) -> None:
        search = self._search
        search.planned.connect(self._show_plan)
        search.failed.connect(self._show_search_failure)
        search.progressed.connect(self._show_progress)
        search.state_changed.connect(self._show_state)
        self._activity.stopped.connect(search.stop)
        self._found.checked.connect(self._on_checked)
        self._found_table.row_changed.connect(self._found_card.show_row)
        self._found_table.choice_requested.connect(self._show_choices)
        self._skipped_table.row_changed.connect(self._skipped_card.show_row)
        self._originals.count_changed.connect(self._show_tabs)
        self._tabs.changed.connect(self._update_count)
        self._empty.pressed.connect(self._choose_files)
        self._import.clicked.connect(self._import_checked)
        self._cancel.clicked.connect(self.dismiss)
        self._add.clicked.connect(self._show_add_menu)
        self._app_for_all.clicked.connect(self._show_choices_for_all)
        self.closed.connect(self._on_closed)
        where = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (
            (QKeySequence.StandardKey.Paste, self.paste),
            (QKeySequence.StandardKey.Open, self._choose_files),
        ):
            shortcut = QShortcut(QKeySequence(keys), self, context=where)
            shortcut.activated.connect(act)

    # -- sources -----------------------------------------------------------------------------------

    @property
    def takes_items(self) -> bool:
        """Whether more can be added now: not while an import is under way."""
        return self._run is None or self._has_ended

    def look_in_known_places(self) -> None:
        """Search where other tools keep their keys."""
        self._looks_in_known_places = True
        self._begin()
        self._search.look_in_known_places()

    def take(self, items: DroppedItems) -> None:
        """Read what was dropped or pasted; after an import it begins anew."""
        if not self.takes_items or items.is_empty:
            return
        self._begin()
        if items.has_links:
            self._problem.show_text(_LINK)
        if items.paths:
            self._search.read_paths(items.paths)
        if items.text.strip():
            self._search.read_text(items.text)

    def paste(self) -> None:
        """Read the text, or the files, on the clipboard."""
        self.take(read_dropped(QGuiApplication.clipboard().mimeData()))

    def _begin(self) -> None:
        self._problem.clear()
        if self._has_ended:
            self._has_ended = False
            self._run = None
            self._search.clear()
            self._found.set_rows([])
            self._originals.show_originals([])
            self._found.set_title(Column.STATUS, _BECOMES)
            self._intro.setText(_HOW)
            self._cancel.setText("Cancel")
            self._add.show()
            self._import.show()

    def _show_add_menu(self) -> None:
        place = self._add.mapToGlobal(QPoint(0, 0))
        entries: _Menu = (
            ("Files…", self._choose_files),
            ("A folder…", self._choose_folder),
            ("What is on the clipboard", self.paste),
            ("Known places of other tools", self.look_in_known_places),
        )
        menu = self._make_menu(entries)
        menu.popup(place - QPoint(0, menu.sizeHint().height() + 4))

    def _choose_files(self) -> None:
        self._choose("Choose files with keys of X", QFileDialog.FileMode.ExistingFiles)

    def _choose_folder(self) -> None:
        self._choose("Choose a folder", QFileDialog.FileMode.Directory)

    def _choose(self, title: str, mode: QFileDialog.FileMode) -> None:
        if not self.takes_items:
            return
        dialog = QFileDialog(self, title, str(self._context.home))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(self._take_names)
        dialog.open()

    def _take_names(self, names: Iterable[str]) -> None:
        self.take(DroppedItems(tuple(Path(name) for name in names)))

    # -- search ------------------------------------------------------------------------------------

    def _show_state(self) -> None:
        search = self._search
        if search.is_reading:
            text = _LOOKING if self._looks_in_known_places else _READING
            self._activity.show_text(text)
        elif search.is_comparing:
            self._activity.show_text(_COMPARING, can_stop=False)
        else:
            self._activity.hide()
        self._looks_in_known_places &= search.is_reading
        self._empty.set_busy(on=search.is_reading or search.is_comparing)
        self._update_count()

    def _show_progress(self, done: int, known: int) -> None:
        if known > 1:
            text = f"Read {done:,} of {pluralize(known, 'file')}"
            self._activity.show_progress(text, done, known)

    def _show_search_failure(self, diagnosis: Diagnosis) -> None:
        if not offer_unlock(self._context, diagnosis, self._search.plan):
            self._problem.show_diagnosis(diagnosis)

    # -- choice ------------------------------------------------------------------------------------

    @property
    def _rows(self) -> list[PlanRow]:
        return [row for row in self._found.rows if isinstance(row, PlanRow)]

    def _show_plan(self, rows: FoundRows) -> None:
        known = {row.key: row for row in self._rows}
        current = self._found_table.current_row()
        current_key = current.key if isinstance(current, PlanRow) else None
        for row in rows.found:
            if row.key in known:
                row.adopt(known[row.key])
        self._found.set_rows(rows.found)
        self._skipped.set_rows(rows.skipped)
        self._show_tabs()
        open_rows = (row.is_checkable or row.has_app_choice for row in rows.found)
        first = next((number for number, is_open in enumerate(open_rows) if is_open), 0)
        keys = [row.key for row in self._rows]
        self._found_table.select_number(keys.index(current_key) if current_key in keys else first)
        self._skipped_table.select_number(0)
        if rows.found and self.focusWidget() in {None, self._cancel, self._add}:
            self._found_table.setFocus()
        if rows.found or rows.skipped:
            announce(self, f"{len(rows.found)} found, {len(rows.skipped)} skipped")

    @property
    def _has_apps(self) -> bool:
        return bool(self._context.snapshots.current.apps)

    def _show_tabs(self) -> None:
        rows, skipped = len(self._found.rows), len(self._skipped.rows)
        line = _NOTHING_NAMED if skipped else _NOTHING_KNOWN
        self._empty.show_texts(_NOTHING, line)
        tabs = [Tab("found", f"Found {rows:,}", self._found_card if rows else self._empty)]
        if skipped:
            tabs.append(Tab("skipped", f"Skipped {skipped:,}", self._skipped_card))
        if self._originals.count:
            title = f"Files {self._originals.remaining:,}"
            tabs.append(Tab("originals", title, self._originals))
        self._tabs.set_tabs(tabs)
        self._update_count()

    def _on_checked(self, changed: list[PlanRow]) -> None:
        """Keep one checked of several credentials for the same account."""
        chosen = {row.rival_key: row for row in changed if row.is_checked}
        chosen.pop(None, None)
        rivals = [row for row in self._rows if chosen.get(row.rival_key, row) is not row]
        for row in rivals:
            row.is_checked = False
        self._found.refresh(rivals)
        self._update_count()

    def _update_count(self, *_: object) -> None:
        rows = self._rows
        count = sum(row.is_checked for row in rows)
        busy = self._search.is_reading or self._search.is_comparing
        self._import.setText(f"Import {count:,}" if count else "Import")
        self._import.setEnabled(bool(count) and not busy)
        self._intro.setVisible(bool(rows))
        without = sum(_lacks_app(row) for row in rows)
        self._app_for_all.setText(f"App for {without:,} accounts…")
        is_asked = without > 1 and self._has_apps and self._tabs.shown_key == "found"
        self._app_for_all.setVisible(is_asked)

    def _show_choices(self, area: QRect) -> None:
        row = self._found_table.current_row()
        if not isinstance(row, PlanRow) or not isinstance(row.item, ImportItem):
            return
        rows = [one for one in self._found_table.selected_rows() if isinstance(one, PlanRow)]
        entries = [
            (
                f"{label_of_choice(row.item, one)} (from the file)",
                partial(self._choose_app, rows, one),
            )
            for one in row.item.app_choices
        ]
        self._popup(entries, rows, area)

    def _show_choices_for_all(self) -> None:
        rows = [row for row in self._rows if _lacks_app(row)]
        area = self._app_for_all.rect()
        area.moveTo(self._app_for_all.mapToGlobal(area.topLeft()))
        self._popup([], rows, area)

    def _popup(
        self, first: Sequence[tuple[str, Callable[[], None]]], rows: list[PlanRow], area: QRect
    ) -> None:
        """Open the menu of apps below an area of the screen, at least as wide."""
        apps = sorted(self._context.snapshots.current.apps.values(), key=lambda app: app.label)
        stored = [(app.label, partial(self._choose_app, rows, app)) for app in apps]
        menu = self._make_menu([*first, *stored])
        menu.setMinimumWidth(area.width())
        menu.popup(area.bottomLeft() + QPoint(0, 1))

    def _make_menu(self, entries: _Menu) -> QMenu:
        menu = PopupMenu(self, "Choices")
        for title, act in entries:
            action = menu.addAction(title.replace("&", "&&"))
            action.triggered.connect(partial(_call, act))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])
        return menu

    def _choose_app(self, rows: Iterable[PlanRow], app: App | FoundApp) -> None:
        keys = {row.key for row in rows}  # the menu can outlive its rows
        chosen = [row for row in self._rows if row.key in keys and row.can_choose(app)]
        for row in chosen:
            row.choose_app(app)
        self._found.refresh(chosen)
        self._update_count()

    # -- import ------------------------------------------------------------------------------------

    def _import_checked(self) -> None:
        if self._run is not None:
            self._import.hide()
            self._run.resume()
            return
        chosen = [row for row in self._rows if row.is_checked]
        for row in self._rows:
            row.freeze(chosen=row.is_checked)
        self._found.refresh_all()
        self._found.set_title(Column.STATUS, _RESULT)
        self._run = ImportRun(self._context, chosen, self)
        self._run.changed.connect(self._show_run_row)
        self._run.paused.connect(self._show_pause)
        self._run.ended.connect(self._show_end)
        self._add.hide()
        self._import.hide()
        self._cancel.setText("Stop")
        self._tabs.show_tab("found")
        self._found_table.select_row(chosen[0])
        self._run.resume()

    def _show_run_row(self, row: PlanRow) -> None:
        self._found.refresh([row])

    def _show_pause(self, diagnosis: Diagnosis) -> None:
        """Offer to unlock the vault; if the user does not, a button goes on later."""
        self._import.setText("Continue")
        self._import.setEnabled(True)
        self._import.show()
        offer_unlock(self._context, diagnosis, self._import_checked)

    def _show_end(self) -> None:
        run = self._run
        if run is None:
            return
        self._has_ended = True
        self._cancel.setText("Done")
        self._cancel.setFocus()
        self._import.hide()
        words = count_results(run.rows)
        self._intro.setText(words)
        announce(self, words)
        self._context.snapshots.reload()
        # Not on the store's worker: it reads the files once more.
        self._context.run_over_network(
            self,
            lambda _job: self._context.services.importer.find_originals(run.results, run.apps),
            self._show_originals,
            self._problem.show_diagnosis,
        )

    def _show_originals(self, originals: Sequence[OriginalFile]) -> None:
        self._originals.show_originals(originals)
        if originals:
            files = pluralize(len(originals), "plain-text file")
            verb = "holds" if len(originals) == 1 else "hold"
            self._intro.setText(f"{self._intro.text()} {files} still {verb} credentials.")
        self._show_tabs()

    @override
    def dismiss(self) -> None:
        """Stop an import that is under way; else close."""
        if self._run is not None and not self._has_ended:
            self._run.stop()
        else:
            super().dismiss()

    def _on_closed(self) -> None:
        """Drop what is under way; what is saved stays whole."""
        self._search.clear()
        if self._run is not None and not self._has_ended:
            self._run.stop()
            self._context.snapshots.reload()


def _lacks_app(row: PlanRow) -> bool:
    return row.has_app_choice and row.choice is None


def _call(act: Callable[[], None], _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a slot
    act()
