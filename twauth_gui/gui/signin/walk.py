"""Walks a list of accounts, one sign-in after the other."""

from __future__ import annotations

from PySide6.QtCore import QObject

from twauth_gui.domain.apps import AppId
from twauth_gui.domain.several import BatchItem, BatchSignIn, BatchStatus
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.signin.flow import SignInFlow
from twauth_gui.gui.signin.several_sheet import SeveralSheet
from twauth_gui.gui.signin.walk_sheet import BatchRow, WalkSheet
from twauth_gui.services.requests import SignInRequest, request_of
from twauth_gui.services.several import end_list, keep_list, kept_list

_CANCELLED = "Cancelled"


def open_several(desk: AppContext, app_id: AppId | None, parent: QObject) -> None:
    """Go on with the list that is kept; where there is none, ask for one."""

    def ask() -> None:
        apps = sorted(desk.library.snapshot.apps.values(), key=lambda app: app.label.casefold())
        sheet = SeveralSheet(desk, apps, app_id)
        sheet.chosen.connect(begin)
        desk.sheets.open(sheet)

    def begin(several: BatchSignIn) -> None:
        BatchController(desk, several, parent).begin()

    def done(several: BatchSignIn | None) -> None:
        if several is None:
            ask()
        else:
            BatchController(desk, several, parent).show()

    desk.in_store(parent, lambda _job: kept_list(desk.services.store), done)


class BatchController(QObject):
    """Leads from one sign-in to the next, and notes how each went."""

    def __init__(self, desk: AppContext, several: BatchSignIn, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._several = several
        self._sheet: WalkSheet | None = None
        # A cancelled sign-in ends a moment after its sheet, and another process may finish one.
        desk.library.changed.connect(self._refresh)

    def begin(self) -> None:
        """Keep the list, then show it."""
        self._keep(self._several)
        self.show()

    def show(self) -> None:
        """Show who is in and who is not."""
        sheet = WalkSheet(self._desk.library.snapshot.label_of(self._several.app_id))
        sheet.sign_in_wanted.connect(self._sign_in)
        sheet.skip_wanted.connect(self._skip)
        sheet.end_wanted.connect(self._end)
        sheet.dismissed.connect(self._dismissed)
        self._sheet = sheet
        self._refresh()
        self._desk.sheets.open(sheet)

    def _lines(self) -> list[BatchRow]:
        return [self._line(one) for one in self._several.wishes]

    def _line(self, wish: BatchItem) -> BatchRow:
        standing = self._standing(wish)
        return BatchRow(wish.handle, standing, wish.why if standing is BatchStatus.OUT else "")

    def _standing(self, wish: BatchItem) -> BatchStatus:
        snapshot = self._desk.library.snapshot
        accounts, attempts = snapshot.accounts.values(), snapshot.attempts.values()
        return self._several.standing(wish, accounts, attempts, snapshot.tokens)

    def _refresh(self) -> None:
        if self._sheet is not None:
            self._sheet.show_lines(self._lines())

    def _wish(self, handle: str) -> BatchItem:
        return next(one for one in self._several.wishes if one.handle == handle)

    # -- one of them -------------------------------------------------------------------------------

    def _sign_in(self, handle: str) -> None:
        self._put_away()
        several, snapshot = self._several, self._desk.library.snapshot
        attempt = several.attempt(self._wish(handle), snapshot.attempts.values())
        request = SignInRequest(
            several.app_id,
            several.method,
            handle,
            several.options,
            kind=several.kind,
            scopes=several.scopes,
        )
        flow = SignInFlow(
            self._desk,
            request if attempt is None else request_of(attempt),
            self,
            after="Next" if self._more_after(handle) else "",
        )
        flow.ended.connect(lambda: self._ended(handle, flow))
        if attempt is None:
            flow.start()
        else:
            flow.resume(attempt)

    def _more_after(self, handle: str) -> bool:
        return any(
            one.handle != handle and self._standing(one) is BatchStatus.WAITS
            for one in self._several.wishes
        )

    def _ended(self, handle: str, flow: SignInFlow) -> None:
        why = "" if flow.account is not None else flow.trouble or _CANCELLED
        if flow.account is not None and flow.account.handle.casefold() != handle.casefold():
            why = f"{flow.account.at_handle} approved instead, and was kept"
        goes_on = flow.goes_on
        self._keep(self._several.changed(handle, why=why))

        def reloaded() -> None:
            following = next(
                (line.handle for line in self._lines() if line.standing is BatchStatus.WAITS), ""
            )
            if goes_on and following:
                self._sign_in(following)
            else:
                self.show()

        self._desk.library.reload(then=reloaded)

    def _skip(self, handle: str) -> None:
        self._keep(self._several.changed(handle, skipped=True))
        self._refresh()

    # -- the list ----------------------------------------------------------------------------------

    def _keep(self, several: BatchSignIn) -> None:
        self._several = several
        store = self._desk.services.store
        self._desk.in_store(self, lambda _job: keep_list(store, several), lambda _nothing: None)

    def _end(self) -> None:
        store, library = self._desk.services.store, self._desk.library
        self._desk.in_store(library, lambda _job: end_list(store), lambda _nothing: None)
        self._put_away()
        self.deleteLater()

    def _dismissed(self) -> None:
        if all(line.standing is BatchStatus.IN for line in self._lines()):
            store, library = self._desk.services.store, self._desk.library
            self._desk.in_store(library, lambda _job: end_list(store), lambda _nothing: None)
        self._sheet = None
        self.deleteLater()

    def _put_away(self) -> None:
        sheet, self._sheet = self._sheet, None
        if sheet is not None:
            sheet.close_sheet()
