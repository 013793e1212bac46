"""The palette: type to find an account, an action, a setting; Enter does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.palette.fuzzy_search import MatchTier, SearchIndex, SearchText
from twauth_gui.gui.palette.palette_items import (
    FoundItem,
    ItemSource,
    PaletteAction,
    PaletteItem,
    PaletteItemKind,
)
from twauth_gui.gui.palette.palette_list import Group, PaletteView
from twauth_gui.gui.palette.palette_parts import (
    PREFIXES,
    STRIP_ACTIONS,
    ActionStrip,
    Bar,
    KeyButton,
    PrefixHints,
    scale_mark,
)
from twauth_gui.gui.palette.palette_sources import PaletteSources, StoredChoices, read_choices
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.buttons import IconButton
from twauth_gui.gui.parts.dialog import Dialog
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.metrics import (
    XL,
    L,
    M,
    S,
    TextStyle,
    scale_height,
    text_font,
)
from twauth_gui.gui.workspace.main_menu import PALETTE_SHORTCUT

_WIDTH, _TOP, _FIELD_HEIGHT = 600, 88, 56
_STRIP_MIN_WINDOW = 560  # pixels: in a lower window the list needs the room
_GROUP_LIMIT = {PaletteItemKind.ACCOUNT: 8}
_OTHER_LIMIT = 5
_NARROWED_LIMIT = 50
_RECENT_LIMIT = 6
_WEAK = MatchTier.SCATTERED
_REPEATED_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
"""Keys that go on while they are held; another would act on what was not chosen."""


class PaletteDialog(Dialog):
    """A field above the list of what was found; the focus stays in the field.

    Args:
        context: the window's context.
        actions: on accounts.
        chosen: the account that presets are used with; None if there is none.
        switching: whether it is for choosing the active account.
    """

    def __init__(
        self,
        context: AppContext,
        actions: AccountActions,
        chosen: Account | None,
        *,
        switching: bool = False,
    ) -> None:
        name = "Choose the active account" if switching else "Find and do"
        super().__init__(name, width=_WIDTH, has_header=False, top=_TOP, is_light=True)
        self._context = context
        self._actions = actions
        self._chosen = chosen
        self._switching = switching
        self._choices = StoredChoices()
        self._subject: PaletteItem | None = None
        self._query_before = ""
        self._sources = self._make_sources()
        self._tagged: ItemSource | None = None
        self._back = IconButton("arrow-left", "Back")
        self._icon = IconLabel("search", "text-2", scale_mark(20))
        self._field = QLineEdit()
        self._escape = KeyButton("Esc", "Close")
        self._view = PaletteView()
        self._action_strip = ActionStrip()
        self._hints = PrefixHints()
        self._nothing = Text("", role="text-2", wrap=True)
        self._build()
        self._connect()
        self._refresh()
        context.run_in_store(self, lambda _job: read_choices(context), self._take_choices)

    def _build(self) -> None:
        self._field.setObjectName("paletteField")
        self._field.setFont(text_font(TextStyle.TITLE))
        self._view.setAccessibleName("Results")
        self._nothing.setContentsMargins(XL, M, XL, L)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        for button in (self._back, self._escape):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout()
        row.setContentsMargins(XL, 0, XL, 0)
        row.setSpacing(S)
        for part in (self._back, self._icon):
            row.addWidget(part)
        row.addWidget(self._field, 1)
        row.addWidget(self._escape)
        top = Bar(bottom=True)
        top.setFixedHeight(scale_height(_FIELD_HEIGHT, TextStyle.TITLE))
        top.setLayout(row)
        body = QWidget()
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._view, 1)
        column.addWidget(self._nothing)
        column.addWidget(self._action_strip)
        column.addWidget(self._hints)
        self.set_body(body)
        self.set_initial_focus(self._field)

    def _connect(self) -> None:
        self._field.installEventFilter(self)
        self._field.textEdited.connect(self._on_edited)
        self._back.clicked.connect(self._go_back)
        self._escape.clicked.connect(self.reject)
        self._view.current_changed.connect(self._show_current)
        self._view.chosen.connect(self._choose)
        self._action_strip.chosen.connect(self._run_for_current)
        self._action_strip.all_requested.connect(self._open_actions)
        self._hints.chosen.connect(self._narrow)
        self._context.snapshots.changed.connect(self._on_snapshot_changed)

    # -- sources -----------------------------------------------------------------------------------

    def _make_sources(self) -> PaletteSources:
        return PaletteSources(
            self._context,
            self._actions,
            self._chosen,
            recent=self._context.preferences.current.recent_items,
            choices=self._choices,
            switching=self._switching,
        )

    def _take_choices(self, choices: StoredChoices) -> None:
        self._choices = choices
        self._sources.take_choices(choices)
        self._refresh(keep=True)

    def _on_snapshot_changed(self) -> None:
        """Show what is there now; the current row stays."""
        self._sources = self._make_sources()
        self._tagged = None
        if self._subject is not None:
            source = self._sources.all[self._subject.kind]
            self._subject = source.find(self._subject.key)
            if self._subject is None:
                self._go_back()
                return
        self._refresh(keep=True)

    def _on_edited(self, _text: str) -> None:
        self._refresh(is_typed=True)

    # -- finding -----------------------------------------------------------------------------------

    def _refresh(self, *, keep: bool = False, is_typed: bool = False) -> None:
        """Show what matches the field. keep: the current row stays, if it still matches."""
        text = self._field.text()
        current = self._view.current_item
        if self._subject is not None:
            groups, query = self._find_actions(self._subject, text), text
        else:
            groups, query = self._find_items(text)
        key = current.key if keep and current is not None else ""
        self._view.show_groups(groups, query, key)
        count = len(self._view.items)
        self._view.setVisible(bool(count))
        self._nothing.setVisible(not count)
        if not count:
            self._nothing.setText(f"Nothing matches “{text.strip()}”.")
        self._hints.setVisible(self._subject is None and not self._switching and not text)
        self._show_level()
        if is_typed:
            self._announce(f"{pluralize(count, 'result')}. " if count else self._nothing.text())

    def _find_items(self, text: str) -> tuple[list[Group], str]:
        prefix, query = (text[0], text[1:]) if text[:1] in dict(PREFIXES) else ("", text)
        prefix = prefix or ("@" if self._switching else "")
        if prefix:
            found = [(dict(PREFIXES)[prefix], self._search_narrowed(prefix, query))]
            if prefix == "#":
                found.append(("Tagged accounts", self._search_tagged(query)))
            return _make_groups(found), query
        if not query.strip():
            return self._suggest(), ""
        limits = ((one, _GROUP_LIMIT.get(one.kind, _OTHER_LIMIT)) for one in self._all_sources())
        return _make_groups(
            [(one.kind.value, one.search(query, limit)) for one, limit in limits]
        ), query

    def _all_sources(self) -> list[ItemSource]:
        return [self._sources.all[kind] for kind in PaletteItemKind]

    def _search_narrowed(self, prefix: str, query: str) -> list[FoundItem]:
        kinds = {
            "@": PaletteItemKind.ACCOUNT,
            ">": PaletteItemKind.ACTION,
            "#": PaletteItemKind.TAG,
        }
        source = self._sources.all[kinds.get(prefix, PaletteItemKind.SETTING)]
        return source.search(query, _NARROWED_LIMIT)

    def _search_tagged(self, query: str) -> list[FoundItem]:
        if self._tagged is None:
            self._tagged = self._sources.make_tagged_source()
        return self._tagged.search(query, _NARROWED_LIMIT)

    def _suggest(self) -> list[Group]:
        """Return what is shown before anything is typed: recent items, else some of each."""
        sources = self._all_sources()
        keys = self._context.preferences.current.recent_items
        recent = [item for key in keys for one in sources if (item := one.find(key)) is not None]
        known = {item.key for item in recent[:_RECENT_LIMIT]}
        kinds = (
            (PaletteItemKind.ACTION,)
            if recent
            else (PaletteItemKind.ACCOUNT, PaletteItemKind.ACTION)
        )
        groups = [Group("Recent", recent[:_RECENT_LIMIT])]
        for kind in kinds:
            found = self._sources.all[kind].search("", _OTHER_LIMIT + len(known))
            items = [one.item for one in found if one.item.key not in known]
            groups.append(Group(kind.value, items[:_OTHER_LIMIT]))
        return groups

    def _find_actions(self, subject: PaletteItem, query: str) -> list[Group]:
        offers = list(subject.more())
        if not query.strip():
            offers = [one for one in offers if not one.is_searched_only]
        index = SearchIndex([SearchText(one.label) for one in offers])
        found = index.search(query, len(offers)) if offers else []
        items = [_make_action_row(offers[hit.number]) for hit in found]
        return [Group(f"With {subject.title}", items)]

    # -- levels ------------------------------------------------------------------------------------

    def _open_actions(self) -> None:
        """Show all actions of the current item in the place of the items."""
        item = self._view.current_item
        if self._subject is not None or item is None or not item.more():
            return
        self._query_before = self._field.text()
        self._subject = item
        self._field.clear()
        self._refresh()
        self._announce(f"With {item.title}. ")

    def _go_back(self) -> None:
        """Go back from the actions of an item to the items."""
        subject, self._subject = self._subject, None
        self._field.setText(self._query_before)
        self._refresh()
        if subject is not None:
            self._view.select_key(subject.key)
        self._announce()

    def _show_level(self) -> None:
        inner = self._subject is not None
        self._back.setVisible(inner)
        self._icon.setVisible(not inner)
        hint = "Make active…" if self._switching else "Search accounts, actions, settings…"
        name = hint.rstrip("…")
        if self._subject is not None:
            hint, name = "Search actions…", f"Actions with {self._subject.title}"
        self._field.setPlaceholderText(hint)
        self._field.setAccessibleName(name)

    @override
    def reject(self) -> None:
        """Go back one level, else close."""
        if self._subject is not None:
            self._go_back()
        else:
            super().reject()

    def _narrow(self, prefix: str) -> None:
        self._field.setText(prefix)
        self._refresh(is_typed=True)

    # -- the current item --------------------------------------------------------------------------

    def _show_current(self) -> None:
        item = self._view.current_item
        is_typed = bool(self._field.text()) or self._switching
        roomy = is_typed and self.window().height() >= scale_height(
            _STRIP_MIN_WINDOW, *[TextStyle.BODY] * 12
        )
        offers = list(item.more()) if item is not None and self._subject is None else []
        shown = [one for one in offers if not one.why_not][:STRIP_ACTIONS] if roomy else []
        self._action_strip.show_offers(item.title if item is not None else "", shown)

    def _announce(self, before: str = "") -> None:
        item = self._view.current_item
        announce(self._field, f"{before}{item.spoken if item is not None else ''}".strip())

    def _choose(self, item: PaletteItem) -> None:
        self._run(item, item.enter)

    def _run_for_current(self, offer: PaletteAction) -> None:
        item = self._view.current_item
        if item is not None:
            self._run(item, offer)

    def _run(self, item: PaletteItem, offer: PaletteAction) -> None:
        """Close, and do it; what cannot be done now is said."""
        if offer.why_not:
            announce(self._field, offer.why_not)
            return
        key = item.key if self._subject is None else self._subject.key
        if key:
            self._context.preferences.add_recent_item(key)
        self.close_dialog()
        offer.run()

    # -- keys --------------------------------------------------------------------------------------

    @override
    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if watched is self._field and event.type() is QEvent.Type.KeyPress:
            return isinstance(event, QKeyEvent) and self._handle_key(event)
        return super().eventFilter(watched, event)

    def _handle_key(self, event: QKeyEvent) -> bool:
        """Do what a key means here; return False if it is the field's own."""
        keys = QKeySequence(event.keyCombination())
        action = self._key_action(event, keys)
        if action is not None:
            if not event.isAutoRepeat() or event.key() in _REPEATED_KEYS:
                action()
            return True
        is_copy = event.matches(QKeySequence.StandardKey.Copy) and self._field.hasSelectedText()
        has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        is_typed = bool(event.text()) and event.text().isprintable() and not has_ctrl
        return not is_typed and not is_copy and self._run_shortcut(keys)

    def _key_action(self, event: QKeyEvent, keys: QKeySequence) -> Callable[[], None] | None:
        page = self._view.page_size()
        simple: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Down: lambda: self._move(1),
            Qt.Key.Key_Up: lambda: self._move(-1),
            Qt.Key.Key_PageDown: lambda: self._move(max(2, page)),
            Qt.Key.Key_PageUp: lambda: self._move(-max(2, page)),
            Qt.Key.Key_Return: self._enter,
            Qt.Key.Key_Enter: self._enter,
            Qt.Key.Key_Tab: self._open_actions,
            Qt.Key.Key_Backtab: self._leave_actions,
        }
        if keys == QKeySequence(PALETTE_SHORTCUT):
            return self.dismiss
        if (
            event.modifiers()
            & ~Qt.KeyboardModifier.KeypadModifier
            & ~Qt.KeyboardModifier.ShiftModifier
        ):
            return None
        field, key = self._field, Qt.Key(event.key())
        if key is Qt.Key.Key_Right and field.cursorPosition() == len(field.text()):
            return None if field.hasSelectedText() else self._open_actions
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Backspace} and not field.text():
            return self._leave_actions
        return simple.get(key)

    def _move(self, steps: int) -> None:
        self._view.move_current(steps)
        self._announce()

    def _enter(self) -> None:
        item = self._view.current_item
        if item is not None:
            self._choose(item)

    def _leave_actions(self) -> None:
        if self._subject is not None:
            self._go_back()

    def _run_shortcut(self, keys: QKeySequence) -> bool:
        """Run the action of the current item that has these keys; return whether one has."""
        item = self._subject or self._view.current_item
        if item is None:
            return False
        offers = [one for one in item.more() if not one.why_not]
        wanted = [one for one in offers if one.shortcut and QKeySequence(one.shortcut) == keys]
        offer = next(iter(wanted), None)
        if offer is not None:
            self._run(item, offer)
        return offer is not None


def _make_groups(found: Sequence[tuple[str, list[FoundItem]]]) -> list[Group]:
    """Return groups, that with the best hit first.

    What has the letters scattered over a word is left out if anything matches better.
    """
    hits = [(title, some) for title, some in found if some]
    hits.sort(key=lambda one: one[1][0].tier)
    if hits and hits[0][1][0].tier is not _WEAK:
        strong = ((title, [one for one in some if one.tier is not _WEAK]) for title, some in hits)
        hits = [one for one in strong if one[1]]
    return [Group(title, [one.item for one in some]) for title, some in hits]


def _make_action_row(offer: PaletteAction) -> PaletteItem:
    return PaletteItem(
        PaletteItemKind.ACTION, offer.id, offer.label, replace(offer, label=""), icon=offer.icon
    )
