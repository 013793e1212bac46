"""What can be done with export presets: make, edit, duplicate, share, import, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.preset_draft import looks_like_value, new_draft
from twauth_gui.gui.parts.accessibility import PopupMenu
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.tasks import Job
from twauth_gui.services.preset_service import PresetProblem
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.export_renderer import PreviewEntry
from twauth_gui.transfer.preset_files import OWN_GROUP, format_preset, read_presets


class PresetActions(QObject):
    """Actions on presets.

    Args:
        entries: returns the accounts for previews.
        owner: the dialog that offers them.

    Signals:
        changed: presets have changed; carries the id of the one to select, or "".
    """

    changed = Signal(str)

    def __init__(
        self, context: AppContext, entries: Callable[[], Sequence[PreviewEntry]], owner: QWidget
    ) -> None:
        super().__init__(owner)
        self._owner = owner
        self._context = context
        self._presets = context.services.presets
        self._entries = entries

    def open_menu(self, selected: ExportPreset | PresetProblem | None, place: QPoint) -> None:
        """Open the menu about the selected preset, with its actions first."""
        menu = PopupMenu(self._owner, "Presets")
        groups = [self._actions_on(selected), self._actions_for_all()]
        for number, actions in enumerate(groups):
            if number and groups[0]:
                menu.addSeparator()
            for title, act in actions:
                menu.addAction(title).triggered.connect(_ignore_checked(act))
        menu.setActiveAction(menu.actions()[0])
        menu.popup(place)

    def _actions_on(
        self, selected: ExportPreset | PresetProblem | None
    ) -> list[tuple[str, Callable[[], None]]]:
        if selected is None:
            return []
        actions: list[tuple[str, Callable[[], None]]]
        if isinstance(selected, PresetProblem):
            actions = [("Show in folder", partial(self.show_in_folder, selected.path))]
            if selected.path.suffix:
                actions.append(("Delete…", partial(self.delete, selected)))
            return actions
        actions = [
            ("Duplicate…", partial(self.duplicate, selected)),
            ("Copy as text", partial(self.copy_text, selected)),
            ("Save to share…", partial(self.save_text, selected)),
        ]
        if selected.is_own:
            actions.insert(0, ("Edit…", partial(self.edit, selected)))
            actions.append(("Delete…", partial(self.delete, selected)))
        return actions

    def _actions_for_all(self) -> list[tuple[str, Callable[[], None]]]:
        return [("New preset…", self.make), ("Import presets…", self.import_presets)]

    # -- editing -----------------------------------------------------------------------------------

    def make(self) -> None:
        """Open the editor for a new preset."""
        self._open_editor(new_draft())

    def duplicate(self, preset: ExportPreset) -> None:
        """Open the editor with a copy, which is not saved yet."""
        title = f"{preset.title} (copy)"
        self._open_editor(replace(preset, title=title, group=OWN_GROUP, is_own=True))

    def edit(self, preset: ExportPreset) -> None:
        """Open the editor for one of the user's presets, as its file is now."""
        name = f"{preset.id}.toml"

        def work(_job: Job) -> tuple[ExportPreset, str] | None:
            try:
                text = self._presets.read_text(preset.id)
                found = read_presets(text.encode("utf-8", "replace"), name, is_own=True)
            except (OSError, ValueError, LookupError):
                return None
            return found[0], text

        def done(found: tuple[ExportPreset, str] | None) -> None:
            if found is None:  # it was deleted or damaged meanwhile; the list says which
                self.changed.emit("")
            else:
                self._open_editor(found[0], original=found[1])

        _ = self._context.run_in_store(self, work, done)

    def _open_editor(self, preset: ExportPreset, *, original: str | None = None) -> None:
        # Loaded when it is first used, as the import below: hardly any export needs it.
        from twauth_gui.gui.export.preset_editor import PresetEditor  # noqa: PLC0415

        editor = PresetEditor(self._context, preset, self._entries(), original=original)
        editor.saved.connect(self.changed)
        self._context.dialogs.open(editor)

    def import_presets(self) -> None:
        """Open the dialog that adds presets from a file or a text."""
        from twauth_gui.gui.export.preset_import import PresetImportDialog  # noqa: PLC0415

        dialog = PresetImportDialog(self._context)
        dialog.added.connect(self.changed)
        self._context.dialogs.open(dialog)

    def delete(self, preset: ExportPreset | PresetProblem) -> None:
        """Ask, then delete one of the user's presets, or a file that cannot be used."""
        if isinstance(preset, PresetProblem):
            preset_id, title = preset.path.stem, preset.path.name
        else:
            preset_id, title = preset.id, preset.title

        def work(_job: Job) -> None:
            self._presets.remove(preset_id)

        def done(_nothing: None) -> None:
            self._context.window.show_status(f"Deleted the preset {title}")
            self.changed.emit("")

        dialog = ask_confirmation(
            self._context.dialogs,
            f"Delete {title}?",
            "Exported files stay as they are. Commands that name this preset will fail.",
            safe_text="Keep",
            danger_text="Delete",
        )
        dialog.accepted.connect(lambda: self._context.run_in_store(self, work, done))

    # -- sharing -----------------------------------------------------------------------------------

    def copy_text(self, preset: ExportPreset) -> None:
        """Copy the preset as TOML."""

        def copy(text: str) -> None:
            self._context.clipboard.copy_plain(text)
            self._context.window.show_status(f"Copied the preset {preset.title}")

        self._share(preset, copy)

    def save_text(self, preset: ExportPreset) -> None:
        """Save the preset as TOML to a file that is chosen."""
        self._share(preset, partial(self._choose_file, preset.id))

    def _share(self, preset: ExportPreset, share: Callable[[str], None]) -> None:
        """Share the preset without the comments of its file, which may say anything."""
        text = format_preset(preset)
        words = text.replace('"', " ").split()
        if not any(looks_like_value(word) for word in words):
            share(text)
            return
        dialog = ask_confirmation(
            self._context.dialogs,
            "Share this preset?",
            "A word in it looks like a credential. A preset needs names only, so look at it first.",
            safe_text="Keep",
            danger_text="Share",
        )
        dialog.accepted.connect(lambda: share(text))

    def _choose_file(self, preset_id: str, text: str) -> None:
        dialog = QFileDialog(self._owner, "Save preset", str(self._context.home))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(f"{preset_id}.toml")
        dialog.fileSelected.connect(partial(self._write_file, text))
        dialog.open()

    def _write_file(self, text: str, chosen: str) -> None:
        path = Path(chosen)
        files = self._context.services.private_files

        def done(_nothing: None) -> None:
            self._context.window.show_status(f"Saved {path.name} in {path.parent}")

        # The system's dialog has asked before it returned the name of an existing file.
        _ = self._context.run_in_store(
            self, lambda _job: files.write_text(path, Secret(text), overwrite=True), done
        )

    def show_in_folder(self, path: Path) -> None:
        """Open the folder of a file in the system's file manager."""
        show_in_folder(self._context, path)


def show_in_folder(context: AppContext, path: Path) -> None:
    """Open the folder of a file, or that folder itself, in the system's file manager."""
    folder = path if path.is_dir() else path.parent
    if not context.window.open_address(QUrl.fromLocalFile(str(folder)).toString()):
        context.window.show_status(f"The folder is {folder}")


def _ignore_checked(act: Callable[[], None]) -> Callable[..., None]:
    """Return a slot for a signal that carries whether an action is checked."""
    return lambda *_: act()
