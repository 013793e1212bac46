"""Scenes of the window with tags, notes and favourites."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tests.journeys.stage_steps import wait_idle
from twauth_gui.domain.accounts import AccountId
from twauth_gui.gui.annotations.annotation_dialogs import open_note_dialog, open_tag_dialog
from twauth_gui.gui.annotations.note_editor import NoteEditor
from twauth_gui.gui.window import MainWindow

_NOTE = "Posts at 07:00 and 18:00 from the CMS. Owner: Kim, kim@example.org"
_LONG_NOTE = "\n".join(f"{line}. {_NOTE}" for line in range(1, 13))
_RTL = "\u0623\u062e\u0628\u0627\u0631 \u0627\u0644\u0635\u0628\u0627\u062d"
_FEW = ("daily", "cms", "UK")
_MANY = (
    *(f"customer {number}" for number in range(26)),
    "a very long tag that is a whole sentence",
    _RTL,
    "ニュース",
    "R&D",
)


def annotation_scenes(
    window: MainWindow, accounts: Mapping[str, AccountId]
) -> dict[str, Callable[[], None]]:
    """Return the scenes by name. accounts: ids by handle."""
    some = [accounts["fernwick_news"], accounts["fernwick_live"], accounts["oldquay_arts"]]
    return {
        "tagged": partial(_show, window, some[0], _FEW, _NOTE),
        "tagged-much": partial(_show, window, some[0], _MANY, _LONG_NOTE),
        "tagged-rtl": partial(_show, window, some[0], (_RTL, "UK"), f"{_RTL}. {_RTL}."),
        "note-edit": partial(_edit_note, window, some[0]),
        "tag-dialog": partial(_open_tags, window, some, _FEW),
        "tag-dialog-many": partial(_open_tags, window, some, _MANY),
        "tag-dialog-none": partial(_open_tags, window, some, ()),
        "note-dialog": partial(_open_note, window, some),
    }


def _show(window: MainWindow, account_id: AccountId, tags: tuple[str, ...], note: str) -> None:
    annotations = window.context.services.annotations
    _ = annotations.add_tags([account_id], tags)
    _ = annotations.set_note([account_id], note)
    _ = annotations.set_favourite([account_id], is_favourite=True)
    window.context.snapshots.reload()
    window.select_account(account_id)


def _edit_note(window: MainWindow, account_id: AccountId) -> None:
    _show(window, account_id, _FEW, _NOTE)
    wait_idle(window)
    editor = window.findChild(NoteEditor)
    assert editor is not None
    editor.edit()


def _open_tags(window: MainWindow, ids: list[AccountId], tags: tuple[str, ...]) -> None:
    annotations = window.context.services.annotations
    _ = annotations.add_tags(ids, tags[:1])
    _ = annotations.add_tags(ids[:2], tags[1:2])
    _ = annotations.add_tags(ids[2:], tags[2:])
    known = window.context.snapshots
    known.reload(
        on_done=lambda: open_tag_dialog(
            window.context, [known.current.accounts[one] for one in ids]
        )
    )


def _open_note(window: MainWindow, ids: list[AccountId]) -> None:
    _ = window.context.services.annotations.set_note(ids[:1], _NOTE)
    known = window.context.snapshots
    known.reload(
        on_done=lambda: open_note_dialog(
            window.context, [known.current.accounts[one] for one in ids]
        )
    )
