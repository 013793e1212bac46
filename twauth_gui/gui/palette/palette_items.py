"""What the palette lists: items, and the sources that are searched for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from twauth_gui.domain.health import Severity
from twauth_gui.gui.palette.fuzzy_search import MatchTier, SearchIndex, SearchText


@dataclass(frozen=True, slots=True)
class PaletteAction:
    """What can be done with an item.

    shortcut: its keys while the item is the current one. why_not: one sentence on why it cannot be
    done now; "" if it can. is_searched_only: it is one of many, listed when something is typed.
    """

    id: str
    label: str
    icon: str
    run: Callable[[], object]
    shortcut: str = ""
    why_not: str = ""
    is_searched_only: bool = False


class PaletteItemKind(Enum):
    """Kinds of items, in the order of their groups; the value is the name of the group."""

    ACCOUNT = "Accounts"
    ACTION = "Actions"
    APP = "Apps"
    TAG = "Tags"
    SETTING = "Settings"
    PRESET = "Export presets"
    PLACE = "Places"


@dataclass(frozen=True, slots=True)
class ItemMark:
    """A circle with letters for an account, a rounded square with one for an app."""

    letters: str
    hue: int


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """One row of the list.

    key: tells it apart in the list of recent ones; "" if it is never one of them. enter: what Enter
    does; its label stands beside the row, "" if the title says it. mark: in the place of an icon.
    status: the account's health, or what is to be said at the row's end. keywords: in the place of
    the detail if they match and the title does not. more: returns what else can be done.
    """

    kind: PaletteItemKind
    key: str
    title: str
    enter: PaletteAction
    detail: str = ""
    icon: str = ""
    mark: ItemMark | None = None
    severity: Severity | None = None
    status: str = ""
    is_starred: bool = False
    keywords: str = ""
    more: Callable[[], Sequence[PaletteAction]] = tuple

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        star = "active" if self.is_starred else ""
        action = self.enter.why_not or (f"Enter: {self.enter.label}" if self.enter.label else "")
        parts = (self.title, self.detail, self.status.lower(), star, action)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item that matches the query, and how well."""

    item: PaletteItem
    tier: MatchTier


class ItemSource:
    """Items of one kind, made when they are shown: of 10,000 accounts only a few ever are.

    Args:
        kind: of all items.
        keys: of the items, in the order in which equally good ones are listed.
        texts: what is searched of each.
        make: returns the item of a number.
    """

    def __init__(
        self,
        kind: PaletteItemKind,
        keys: Sequence[str],
        texts: Sequence[SearchText],
        make: Callable[[int], PaletteItem],
    ) -> None:
        self.kind = kind
        self._numbers = {key: number for number, key in enumerate(keys)}
        self._index = SearchIndex(texts)
        self._make = make

    def search(self, query: str, limit: int) -> list[FoundItem]:
        """Return the best items, at most so many."""
        hits = self._index.search(query, limit)
        return [FoundItem(self._make(hit.number), hit.tier) for hit in hits]

    def find(self, key: str) -> PaletteItem | None:
        """Return the item of a key; None if it is gone."""
        number = self._numbers.get(key)
        return None if number is None else self._make(number)
