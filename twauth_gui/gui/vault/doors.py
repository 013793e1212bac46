"""Opens the sheets about the vault from anywhere in the window."""

from __future__ import annotations

from collections.abc import Callable

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.gui.desk import AppContext

# Sheets are imported when they are opened: none of them is needed at the start.


def unlock_first(desk: AppContext, then: Callable[[], None] | None = None) -> None:
    """Offer to unlock the vault; then goes on with what needed it."""
    from twauth_gui.gui.vault.unlock_sheet import UnlockSheet  # noqa: PLC0415 - see above

    top = desk.sheets.top()
    if isinstance(top, UnlockSheet):
        return
    sheet = UnlockSheet(desk.vault)
    if then is not None:
        sheet.unlocked.connect(then)
    desk.sheets.open(sheet)


def offers_unlock(desk: AppContext, diagnosis: Diagnosis, again: Callable[[], None]) -> bool:
    """Offer to unlock where that is what the failure is about; again repeats what failed.

    Returns:
        Whether it was; else the failure has still to be shown.
    """
    if not desk.vault.note(diagnosis) or not desk.vault.locked:
        return False
    unlock_first(desk, again)
    return True


def create_file(desk: AppContext) -> None:
    """Ask for the passphrase of a new encrypted file."""
    from twauth_gui.gui.vault.create_sheet import CreateFileSheet  # noqa: PLC0415 - see above

    sheet = CreateFileSheet(desk)
    sheet.created.connect(lambda: desk.window.show_status("The encrypted file is created"))
    desk.sheets.open(sheet)


def change_passphrase(desk: AppContext) -> None:
    """Ask for the old and the new passphrase."""
    from twauth_gui.gui.vault.change_sheet import ChangePassphraseSheet  # noqa: PLC0415 - see above

    desk.sheets.open(ChangePassphraseSheet(desk))


def settle_move(desk: AppContext, diagnosis: Diagnosis) -> None:
    """Offer to tidy up after a move that was cut off."""
    from twauth_gui.gui.vault.settle_sheet import SettleSheet  # noqa: PLC0415 - see above

    if not isinstance(desk.sheets.top(), SettleSheet):
        desk.sheets.open(SettleSheet(desk, diagnosis))


def move_everything(desk: AppContext) -> None:
    """Offer to keep the credentials in the other vault; a locked one is unlocked first."""
    from twauth_gui.gui.vault.move_sheet import MoveSheet  # noqa: PLC0415 - see above

    if desk.vault.locked:
        unlock_first(desk, lambda: move_everything(desk))
    else:
        desk.sheets.open(MoveSheet(desk))
