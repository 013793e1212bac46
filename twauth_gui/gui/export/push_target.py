"""The target of a push: which secret store, and where in it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.gui.parts.surfaces import clear_layout
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import M, S, TextStyle
from twauth_gui.services.push_service import PushService
from twauth_gui.store.settings_repository import SettingsRepository
from twauth_gui.transfer.destinations.definition import HANDLE, Destination, System, TargetField

_LAST = "last-destination"
_TARGET = "push-target."
_MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class KnownDestination:
    """A destination with what is remembered of it. target: the fields as they were filled last."""

    destination: Destination
    is_approved: bool
    target: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownDestinations:
    """All of them that work on this system. last: the id of the one used last, or ""."""

    found: tuple[KnownDestination, ...]
    problems: tuple[str, ...]
    last: str


def read_destinations(push: PushService, settings: SettingsRepository) -> KnownDestinations:
    """Read the destinations with what is remembered; on a worker."""
    collection = push.destinations()
    system = System.current()
    found = tuple(
        KnownDestination(
            one,
            push.sources.is_approved(one),
            _parse_target(settings.get(f"{_TARGET}{one.id}") or ""),
        )
        for one in collection.destinations
        if system in one.systems
    )
    return KnownDestinations(found, collection.problems, settings.get(_LAST) or "")


def remember_target(
    settings: SettingsRepository, destination_id: str, target: Mapping[str, str]
) -> None:
    """Note which destination was used, and how its fields were filled; on a worker."""
    settings.set(_LAST, destination_id)
    settings.set(f"{_TARGET}{destination_id}", json.dumps(dict(target)))


def _parse_target(text: str) -> dict[str, str]:
    try:
        values: object = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(values, dict):
        return {}
    return {str(name): str(value) for name, value in cast("dict[object, object]", values).items()}


class TargetForm(QWidget):
    """The choice of a destination, its fields, what its own file would run.

    Signals:
        changed: another destination was chosen, or a field was edited.
        destination_chosen: carries the Destination.
        approved: the user agrees to the commands of the chosen one; carries the Destination.
    """

    changed = Signal()
    destination_chosen = Signal(object)
    approved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._known: list[KnownDestination] = []
        self._fields: dict[str, tuple[TargetField, LineField, FieldBlock]] = {}
        self._box = ComboBox()
        self._box.setMaxVisibleItems(14)
        self._holder = QVBoxLayout()
        self._holder.setSpacing(M)
        self._note = Text(style=TextStyle.SMALL, role="text-3", wrap=True)
        self._problems = Text(style=TextStyle.SMALL, role="warn", wrap=True)
        self._approval = QWidget()
        self._commands = Text(style=TextStyle.MONO, role="text-2", wrap=True)
        self._lay_out()
        self._box.currentIndexChanged.connect(self._show_destination)

    def _lay_out(self) -> None:
        agree = secondary_button("Allow these commands", size=ButtonSize.SMALL)
        agree.clicked.connect(self._approve)
        words = Text(
            "This destination is a file of your own that is new or was changed. It starts:",
            style=TextStyle.SMALL,
            role="text-2",
            wrap=True,
        )
        inner = QVBoxLayout(self._approval)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(S)
        inner.addWidget(words)
        inner.addWidget(self._commands)
        inner.addWidget(agree, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(FieldBlock("Secret store", self._box))
        column.addLayout(self._holder)
        column.addWidget(self._approval)
        column.addWidget(self._note)
        column.addWidget(self._problems)
        self._approval.hide()
        self._problems.hide()

    # -- what is chosen ----------------------------------------------------------------------------

    @property
    def destination(self) -> Destination | None:
        known = self._current()
        return None if known is None else known.destination

    def target(self) -> dict[str, str]:
        """Return the fields that are filled, by name."""
        texts = {name: line.text().strip() for name, (_, line, _) in self._fields.items()}
        return {name: text for name, text in texts.items() if text}

    def is_ready(self) -> bool:
        """Whether all fields fit and the destination may be used; shows beside each what is not."""
        known = self._current()
        # The patterns of a file that is not allowed yet are not tried: one could take hours.
        if known is None or not known.is_approved:
            return False
        return not any(self._check_field(*parts) for parts in self._fields.values())

    def _check_field(self, field: TargetField, line: LineField, block: FieldBlock) -> bool:
        """Show what is wrong with a field; return whether something is."""
        text = line.text().strip()
        sample = text.replace(HANDLE, "x")
        is_wrong = bool(text) and not field.pattern.fullmatch(sample)
        block.set_error(f"This does not fit: {field.hint}." if is_wrong and field.hint else "")
        if is_wrong and not field.hint:
            block.set_error("This does not fit.")
        is_missing = field.is_required and not text
        block.set_help("This is needed." if is_missing else "")
        return is_wrong or is_missing

    def _current(self) -> KnownDestination | None:
        number = self._box.currentIndex()
        return self._known[number] if 0 <= number < len(self._known) else None

    # -- showing -----------------------------------------------------------------------------------

    def show_destinations(self, known: KnownDestinations, chosen: str = "") -> None:
        """Offer these; select the chosen one, else the one used last."""
        self._known = list(known.found)
        self._problems.setText("\n".join(known.problems))
        self._problems.setVisible(bool(known.problems))
        self._box.blockSignals(True)
        self._box.clear()
        for one in self._known:
            self._box.addItem(one.destination.title, one.destination.id)
        self._box.setCurrentIndex(max(0, self._box.findData(chosen or known.last)))
        self._box.blockSignals(False)
        self._show_destination()

    def set_locked(self, *, on: bool) -> None:
        """Keep the target as it is while something is under way."""
        self._box.setEnabled(not on)
        for _field, line, _block in self._fields.values():
            line.setEnabled(not on)

    def _show_destination(self, *_: object) -> None:
        known = self._current()
        if known is None:
            return
        clear_layout(self._holder)
        self._fields = {}
        for field in known.destination.target:
            self._add_field(field, known.target.get(field.name, ""))
        told = (known.destination.note, known.destination.tried)
        self._note.setText(" ".join(filter(None, told)))
        self._note.setVisible(bool(self._note.text()))
        self._approval.setVisible(not known.is_approved)
        self._commands.setText(_list_commands(known.destination))
        self.destination_chosen.emit(known.destination)
        self.changed.emit()

    def _add_field(self, field: TargetField, text: str) -> None:
        line = LineField()
        line.setMaxLength(_MAX_TEXT)
        line.setPlaceholderText(field.hint)
        block = FieldBlock(field.ask, line)
        line.setText(text)
        line.textChanged.connect(self.changed)
        self._fields[field.name] = (field, line, block)
        self._holder.addWidget(block)

    def _approve(self) -> None:
        known = self._current()
        if known is not None:
            self.approved.emit(known.destination)


def _list_commands(destination: Destination) -> str:
    """Return what the commands of a destination are, a line for each."""
    if destination.commands is None:
        return ""
    return "\n".join(_join(words) for _name, words in destination.commands.list_runs())


def _join(words: Sequence[str | Sequence[str]]) -> str:
    return " ".join(
        shlex.quote(one) if isinstance(one, str) else f"[{shlex.join(one)}]" for one in words
    )
