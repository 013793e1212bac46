"""A row of a table with check boxes, and its status."""

from __future__ import annotations

from dataclasses import dataclass

from twauth_gui.domain.display_text import to_printable_line


@dataclass(frozen=True, slots=True)
class RowStatus:
    """A word with an icon in the colour of a role; reason: why it is so, as a sentence."""

    word: str
    icon: str
    role: str = "text-2"
    reason: str = ""


class TableRow:
    """One row: a title, the place below it, an app, a status, perhaps a check box.

    Attributes:
        is_checkable: whether it has a check box that can be changed now.
        has_app_choice: whether its app can be chosen.
        app_text: the app's label, or "" for none.
        notes: what else there is to know, such as other places, as sentences.
    """

    def __init__(self, title: str, place: str, status: RowStatus) -> None:
        self.title = to_printable_line(title)
        self.place = to_printable_line(place)
        self.status = status
        self.notes = ""
        self.is_checked = False
        self.is_checkable = False
        self.has_app_choice = False
        self.app_text = ""

    @property
    def spoken_text(self) -> str:
        """What a screen reader says of the whole row."""
        check = ("checked" if self.is_checked else "not checked") if self.is_checkable else ""
        app = "" if self.app_text == self.status.word else self.app_text
        parts = (self.title, app, self.place, self.status.word, check)
        spoken = ", ".join(part for part in parts if part)
        return ". ".join(part for part in (spoken, self.status.reason, self.notes) if part)
