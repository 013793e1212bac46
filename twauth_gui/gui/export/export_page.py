"""The base of the export dialog's pages, one for each way out, and the clipboard's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.export.last_places import CLIPBOARD, remember_export
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import M, S
from twauth_gui.gui.vault.vault_dialogs import offer_unlock
from twauth_gui.transfer.export_presets import ExportPreset

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is exported. comment: whether accounts are named in comments."""

    accounts: tuple[Account, ...]
    preset: ExportPreset
    comment: bool

    @property
    def ids(self) -> list[AccountId]:
        return [account.id for account in self.accounts]

    @property
    def makes_folder(self) -> bool:
        return self.preset.makes_folder(len(self.accounts))


class ExportPage(QWidget):
    """One way out. The dialog's primary button starts it, and takes its words from here.

    has_preview: whether the preview stands below. has_presets: whether another preset can be chosen
    now. may_be_slow: whether the work may wait for a disk
    or a program, so that it must not keep the store's worker.

    Signals:
        changed: the words of the button, or whether it can be pressed, have changed.
        failed: carries a Diagnosis to show.
        finished: all is done, so that the dialog can close.
    """

    changed = Signal()
    failed = Signal(object)
    finished = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self.request: ExportRequest | None = None
        self.is_busy = False
        self.has_preview = True
        self.has_presets = True
        self.may_be_slow = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(S)

    def show_request(self, request: ExportRequest) -> None:
        """Take another preset, or whether there is a comment."""
        self.request = request

    def button_text(self, values: int | None) -> str:
        """Return the words of the primary button. values: how many are exported, if known."""
        raise NotImplementedError

    def footer_note(self) -> tuple[str, str]:
        """Return an icon and a sentence for the footer."""
        raise NotImplementedError

    def can_start(self) -> bool:
        """Whether the primary button can be pressed."""
        raise NotImplementedError

    def start(self) -> None:
        """Export; called for the primary button."""
        raise NotImplementedError

    def run(
        self, preset: ExportPreset, work: Callable[[Job], T], done: Callable[[T], None]
    ) -> None:
        """Run the work where it may ask X: OAuth 2.0 tokens near their end are renewed first."""
        self.set_busy(on=True)

        def finish(result: T) -> None:
            self.set_busy(on=False)
            done(result)

        if preset.names_oauth2 or self.may_be_slow:
            _ = self.context.run_over_network(self, work, finish, self.fail, must_finish=True)
        else:
            _ = self.context.run_in_store(self, work, finish, self.fail)

    def set_busy(self, *, on: bool) -> None:
        self.is_busy = on
        self.changed.emit()

    def fail(self, diagnosis: Diagnosis) -> None:
        """Offer to unlock the vault if that is why the work failed, else pass the failure on."""
        self.set_busy(on=False)
        if not offer_unlock(self.context, diagnosis, self.start):
            self.failed.emit(diagnosis)


class CopyPage(ExportPage):
    """The clipboard; of a preset that makes several files it says what to do instead.

    Signals:
        folder_requested: the files are to be written to a folder.
    """

    folder_requested = Signal()

    def __init__(self, context: AppContext, actions: AccountActions) -> None:
        super().__init__(context)
        self._actions = actions
        self._why_not = Text(
            "This preset makes several files, and the clipboard holds one text. Write them to a"
            " folder instead.",
            role="text-2",
            wrap=True,
        )
        choose = secondary_button("Write to a folder", size=ButtonSize.SMALL)
        choose.clicked.connect(self.folder_requested)
        self._advice = ResponsiveRow(self._why_not, choose, spacing=M, stretch=(1, 0), apart=True)
        self.column.addWidget(self._advice)

    @override
    def show_request(self, request: ExportRequest) -> None:
        super().show_request(request)
        self._advice.setVisible(request.makes_folder)

    @override
    def button_text(self, values: int | None) -> str:
        if self.request is not None and self.request.makes_folder:
            return "Copy"
        if values is None and self.request is not None:
            return f"Copy {len(self.request.accounts):,} accounts"
        return f"Copy {pluralize(values, 'value')}" if values else "Copy"

    @override
    def footer_note(self) -> tuple[str, str]:
        return "clock", f"The clipboard clears after {self.context.clipboard.seconds} s"

    @override
    def can_start(self) -> bool:
        return self.request is not None and not self.request.makes_folder

    @override
    def start(self) -> None:
        request = self.request
        if request is None:
            return
        services = self.context.services

        def work(_job: Job) -> Secret:
            remember_export(services, request.preset, CLIPBOARD)
            return services.exporter.export_text(
                request.ids, request.preset, comment=request.comment, copied=True
            )

        def done(text: Secret) -> None:
            _ = self._actions.copy_secret(text)
            self.finished.emit()

        self.run(request.preset, work, done)
