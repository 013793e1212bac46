"""Opens the sheet in which a sign-in begins, with the ways that lead on from it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.signin.add_account_sheet import AddAccountSheet
from twauth_gui.services.requests import SignInRequest

# What the sheet leads to is imported when somebody goes there.


def open_add_account(
    desk: AppContext,
    parent: QObject,
    app_id: AppId | None,
    *,
    again: Account | None = None,
    kind: CredentialKind = CredentialKind.OAUTH1,
) -> None:
    """Ask for app, handle, kind and way. again: an account that is to be signed in again."""

    def sign_in(request: SignInRequest) -> None:
        from twauth_gui.gui.signin.flow import SignInFlow  # noqa: PLC0415 - see above

        SignInFlow(desk, request, parent).start()

    def check(chosen: str) -> None:
        from twauth_gui.gui.apps.check_sheet import open_app_check  # noqa: PLC0415 - see above

        open_app_check(desk, AppId(chosen))

    def several(chosen: str) -> None:
        from twauth_gui.gui.signin.walk import open_several  # noqa: PLC0415 - see above

        open_several(desk, AppId(chosen), parent)

    apps = sorted(desk.library.snapshot.apps.values(), key=lambda app: app.label.casefold())
    sheet = AddAccountSheet(apps, app_id=app_id, again=again, kind=kind)
    sheet.chosen.connect(sign_in)
    sheet.check_wanted.connect(check)
    sheet.several_wanted.connect(several)
    desk.sheets.open(sheet)
