"""The dialog that makes or changes an export preset, with a preview that follows each key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.export_preview import ExportPreview, make_preview, with_every_value
from twauth_gui.gui.export.preset_draft import leave_out_wrong, make_preset_id
from twauth_gui.gui.export.preset_form import PresetForm
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import XXL, M, S, TextStyle, line_height
from twauth_gui.services.preset_service import PresetChangedError, PresetTakenError
from twauth_gui.transfer.export_presets import ExportPreset
from twauth_gui.transfer.export_renderer import PreviewEntry
from twauth_gui.transfer.preset_files import format_preset

_HEIGHT = 600
_CHARACTERS_BESIDE = 110
_SHOWN_ACCOUNTS = 3
_STACKED_LINES = 14
_COMMENTS_NOTE = "The file has comments of its own. They are removed when you save here."


class PresetEditor(Dialog):
    """Edits a preset; nothing is written before it is saved.

    original: the text of the file that is edited, or None for a new preset.

    Signals:
        saved: carries the id of the preset.
    """

    saved = Signal(str)

    def __init__(
        self,
        context: AppContext,
        preset: ExportPreset,
        entries: Sequence[PreviewEntry],
        *,
        original: str | None = None,
    ) -> None:
        super().__init__(
            "New preset" if original is None else f"Edit {preset.title}",
            width=DialogWidth.W944,
            height=_HEIGHT,
        )
        self._context = context
        self._preset = preset
        self._original = original
        self._entries = [with_every_value(one) for one in entries[:_SHOWN_ACCOUNTS]]
        self._form = PresetForm()
        self._scroll_area = QScrollArea()
        self._preview = ExportPreview()
        self._problem = ProblemBanner()
        self._command = ElidedLabel(style=TextStyle.SMALL, role="text-2")
        self._save = primary_button("Save preset")
        self._build()
        self._form.show_preset(preset)
        self._start = self._form.draft()
        self._form.changed.connect(self._refresh)
        self._save.clicked.connect(self._save_preset)
        self._refresh()

    def _build(self) -> None:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(XXL, XXL, XXL, XXL)
        column.setSpacing(M)
        column.addWidget(self._problem)
        column.addWidget(self._form)
        self._scroll_area.setWidgetResizable(True)
        self._scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll_area.viewport().setAutoFillBackground(False)
        self._scroll_area.setWidget(form)
        form.setAutoFillBackground(False)
        body = ResponsiveRow(
            self._scroll_area,
            self._build_preview(),
            stack_below=_CHARACTERS_BESIDE * self.fontMetrics().averageCharWidth(),
            spacing=0,
            stretch=(1, 1),
        )
        body.stacked.connect(self._resize_form)
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.set_body(body)
        self.add_left(self._command)
        self.add_cancel_and(self._save)
        self.set_initial_focus(self._form.title)

    def _build_preview(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(XXL, XXL, XXL, XXL)
        column.setSpacing(S)
        column.addWidget(Text("Preview", style=TextStyle.SMALL, strong=True, heading=True))
        self._preview.setMinimumHeight(6 * line_height(TextStyle.MONO))
        column.addWidget(self._preview, 1)
        note = "Values are never in a preset."
        if self._original is not None and _has_comments(self._original):
            note = f"{note} {_COMMENTS_NOTE}"
        column.addWidget(Text(note, style=TextStyle.SMALL, role="text-3", wrap=True))
        return side

    def _resize_form(self, stacked: bool) -> None:  # noqa: FBT001 - a slot
        """Give the form its own room above the preview."""
        self._scroll_area.setMinimumHeight(_STACKED_LINES * line_height() if stacked else 0)

    # -- showing -----------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Show the preview, and beside each field what is wrong."""
        draft = self._form.draft()
        errors = self._form.check()
        usable = leave_out_wrong(draft, errors)
        preview = make_preview(
            usable, self._entries, accounts=len(self._entries), comment=True, bearer=True
        )
        self._preview.show_text(preview.text)
        preset_id = make_preset_id(draft.title) if self._original is None else self._preset.id
        self._command.setText(f"twauth export --preset {preset_id}" if draft.title else "")
        self._problem.clear()
        self._save.setEnabled(not errors)

    @override
    def dismiss(self) -> None:
        """Ask first if something was typed."""
        if self._form.draft() == self._start:
            super().dismiss()
            return
        dialog = ask_confirmation(
            self._context.dialogs,
            "Discard the changes?",
            "They are not saved yet.",
            safe_text="Keep editing",
            danger_text="Discard",
        )
        dialog.accepted.connect(super().dismiss)

    # -- saving ------------------------------------------------------------------------------------

    def _save_preset(self) -> None:
        self._write(self._original)

    def _write(self, original: str | None, *, overwrite: bool = False) -> None:
        draft, presets = self._form.draft(), self._context.services.presets
        is_new = self._original is None

        def work(_job: Job) -> str | None:
            """Return the preset's id, or None if it was changed elsewhere meanwhile."""
            if not is_new and presets.has_own(draft.id):
                try:
                    expected = None if overwrite else original
                    _ = presets.save_text(draft.id, format_preset(draft), original=expected)
                except PresetChangedError:
                    return None
                return draft.id
            for number in count(1):
                preset = draft
                if is_new or number > 1:
                    preset = replace(draft, id=make_preset_id(draft.title, number))
                try:
                    _ = presets.add(format_preset(preset).encode(), "")
                except PresetTakenError:
                    continue
                return preset.id
            return None

        self._save.setEnabled(False)
        _ = self._context.run_in_store(self, work, self._on_saved, self._show_failure)

    def _on_saved(self, preset_id: str | None) -> None:
        if preset_id is None:
            self._save.setEnabled(True)
            dialog = ask_confirmation(
                self._context.dialogs,
                f"Replace {self._preset.title}?",
                "Its file was changed elsewhere since you opened it. That change is lost when you"
                " replace it.",
                safe_text="Keep",
                danger_text="Replace",
            )
            dialog.accepted.connect(lambda: self._write(None, overwrite=True))
            return
        self._context.window.show_status(f"Saved the preset {self._form.draft().title.strip()}")
        self.close_dialog()
        self.saved.emit(preset_id)

    def _show_failure(self, diagnosis: Diagnosis) -> None:
        self._save.setEnabled(True)
        self._problem.show_diagnosis(diagnosis)


def _has_comments(text: str) -> bool:
    return any(line.lstrip().startswith("#") for line in text.splitlines())
