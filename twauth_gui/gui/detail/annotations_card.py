"""The card with an account's tags and its note."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.annotations import count_tags
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis
from twauth_gui.gui.annotations.annotation_changes import AnnotationChanger
from twauth_gui.gui.annotations.note_editor import NoteEditor
from twauth_gui.gui.annotations.tag_editor import TagEditor
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.detail.credential_values import ValueName
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.services.annotations import AnnotationChange


class AnnotationsCard(Card):
    """Tags and note of an account, edited in place."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.setAccessibleName("Tags and note")
        self._context = context
        self._changer = AnnotationChanger(context, self)
        self._account: Account | None = None
        self._kept: list[Callable[[], None]] = []
        context.vault.changed.connect(self._show_kept)
        self._tags = TagEditor(self._known_tags)
        self._tags.changed.connect(self._change_tags)
        self._note = NoteEditor()
        self._note.edited.connect(self._save_note)
        self.body.setContentsMargins(0, 6, 0, 6)
        self.body.addWidget(_labelled_row("Tags", self._tags))
        self.body.addWidget(_labelled_row("Note", self._note))

    def show_account(self, account: Account) -> None:
        """Show an account as the snapshot has it; what is being edited stays."""
        if self._account is not None and self._account.id != account.id:
            self._note.commit()
            self._tags.start_over()
        self._account = account
        self._tags.set_tags(account.tags)
        self._note.set_note(account.note)

    def _known_tags(self) -> list[str]:
        accounts = self._context.snapshots.current.accounts.values()
        return [tag for tag, _count in count_tags(accounts)]

    # -- tags --------------------------------------------------------------------------------------

    def _change_tags(self, added: list[str], removed: list[str]) -> None:
        account = self._account
        if account is not None:
            self._changer.change_tags(
                [account], added, removed, on_failed=partial(self._on_tags_failed, account)
            )

    def _on_tags_failed(self, account: Account, diagnosis: Diagnosis) -> None:
        if self._is_shown(account):
            self._tags.set_tags(self._current(account).tags)
        self._context.window.show_problem(diagnosis)

    # -- note --------------------------------------------------------------------------------------

    def _save_note(self, before: str, text: str) -> None:
        account = self._account
        if account is None:
            return
        if self.window().isVisible():
            self._save(account, text, before, even_if_secret=False)
            return
        # The program ends, and would not wait for a worker; nobody is there to be asked or told.
        with suppress(DiagnosedError):
            _ = self._context.services.annotations.set_note([account.id], text, replaces=before)

    def _save(
        self, account: Account, text: str, replaces: str | None, *, even_if_secret: bool
    ) -> None:
        self._changer.set_note(
            [account],
            text,
            replaces=replaces,
            even_if_secret=even_if_secret,
            on_secret=partial(self._ask_about_secret, account, text, replaces),
            on_saved=partial(self._on_note_saved, account, text),
            on_failed=lambda diagnosis: self._keep_text(account, text, diagnosis.title),
        )

    def _ask_about_secret(self, account: Account, text: str, replaces: str | None) -> None:
        from twauth_gui.gui.annotations.annotation_dialogs import ask_about_secret  # noqa: PLC0415 - rare

        if self._context.vault.is_app_locked:
            self._keep_text(account, text, "")
            return
        question = ask_about_secret(self._context)
        question.accepted.connect(lambda: self._save(account, text, replaces, even_if_secret=True))
        question.dismissed.connect(lambda: self._keep_text(account, text, ""))

    def _on_note_saved(self, account: Account, text: str, change: AnnotationChange) -> None:
        if change.newer:
            self._keep_text(account, text, _NEWER)

    def _keep_text(self, account: Account, text: str, problem: str) -> None:
        """Show a text that was not saved in the dialog, where it can be changed or saved again.

        While Twauth is locked, nothing is shown: then it waits.
        """
        if self._context.vault.is_app_locked:
            self._kept.append(lambda: self._keep_text(account, text, problem))
            return
        from twauth_gui.gui.annotations.annotation_dialogs import open_note_dialog  # noqa: PLC0415 - rare

        if self._is_shown(account):
            self._note.set_note(self._current(account).note)
        open_note_dialog(self._context, [self._current(account)], text=text, problem=problem)

    def _show_kept(self) -> None:
        if self._kept and not self._context.vault.is_app_locked:
            self._kept.pop()()

    def _current(self, account: Account) -> Account:
        return self._context.snapshots.current.accounts.get(account.id, account)

    def _is_shown(self, account: Account) -> bool:
        return self._account is not None and self._account.id == account.id


_NEWER = "The note was changed elsewhere while you were writing. Saving replaces it."


def _labelled_row(label: str, editor: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(16, 5, 12, 5)
    line.setSpacing(0)
    line.addWidget(ValueName(label), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(editor, 1)
    return row
