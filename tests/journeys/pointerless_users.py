"""Two users of the window without a pointer: one by a screen reader's actions, one by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from tests.journeys.window_user import WindowUser
from tests.support.dbus import Bus
from tests.support.desktop import Desktop
from tests.support.screen_reader import AccessibilityBus, NodeSnapshot, Ref, Screen, ScreenNode
from tests.support.wait import wait_until

_MOST_STOPS = 80
_EVENT_SECONDS = 10.0


class PointerlessUser(Protocol):
    """What the main job needs."""

    def press(self, name: str) -> None: ...
    def fill(self, field: str, text: str) -> None: ...
    def choose(self, radio: str) -> None: ...
    def select_row(self, name: str) -> None: ...
    def choose_entry(self, menu_button: str, entry: str) -> None: ...
    def choose_item(self, shown: str, item: str) -> None: ...
    def wait_for_announcement(self, words: str) -> None: ...


class _Listener:
    """A screen reader that hears the events of all programs."""

    def __init__(self, window: WindowUser, desktop: Desktop) -> None:
        self._screen: Screen = window.screen
        self._bus = Bus(desktop.a11y_address)
        self._tree = AccessibilityBus(self._bus)
        self._tree.request_events()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bus.close()

    def wait_for_announcement(self, words: str) -> None:
        """Wait until a text with these words is announced; once, from the last one on."""

        def take() -> bool:
            _ = self._bus.has_owner("org.a11y.atspi.Registry")  # what is under way arrives
            said = [one for one in self._bus.signals if one.member == "Announcement"]
            self._bus.signals.clear()
            return any(words in str(one.body) for one in said)

        wait_until(take, _EVENT_SECONDS, f"{words!r} is announced")


class ScreenReaderUser(_Listener):
    """Acts through AT-SPI alone: no key is pressed, nothing is clicked."""

    def press(self, name: str) -> None:
        self._act(self._screen.find("push button", name))

    def fill(self, field: str, text: str) -> None:
        self._tree.set_text(self._screen.find("text", field).wait_state("sensitive").ref, text)

    def choose(self, radio: str) -> None:
        self._act(self._screen.find("radio button", radio), "Toggle")

    def select_row(self, name: str) -> None:
        row = self._screen.find("list item", name_contains=name)
        if "selected" not in row.states:
            self._tree.select(row.ref)
        row.wait_state("selected")

    def choose_item(self, shown: str, item: str) -> None:
        """Choose an item of the drop-down list that shows another one."""
        box = self._screen.find("combo box", shown)
        self._act(box, "ShowMenu")
        self._tree.select(self._screen.find("list item", item, within=box).ref)
        self._screen.find("combo box", item)

    def choose_entry(self, menu_button: str, entry: str) -> None:
        """Choose an entry of the menu that a button opens."""
        self.press(menu_button)
        self._act(self._screen.find(None, entry))

    def _act(self, node: ScreenNode, action: str = "Press") -> None:
        self._tree.act(node.wait_state("sensitive").ref, action)


class KeyboardUser(_Listener):
    """Presses keys alone; the screen reader tells where the focus is."""

    def press(self, name: str) -> None:
        self._go_to("push button", name)
        self._screen.press_keys("space")

    def fill(self, field: str, text: str) -> None:
        self._go_to("text", field)
        self._screen.press_keys("ctrl+a", "BackSpace")
        self._screen.type_text(text)

    def choose(self, radio: str) -> None:
        wanted = self._screen.find("radio button", radio)
        group = self._tree.parent(wanted.ref)
        focused = self._tab_until(
            lambda ref, node: node.role == "radio button" and self._tree.parent(ref) == group, radio
        )
        while focused != wanted.ref:
            focused, _ = self._press_and_follow("Down")
        wanted.wait_state("checked")

    def select_row(self, name: str) -> None:
        row = self._screen.find("list item", name_contains=name)
        _ = self._tab_until(lambda _ref, node: node.role in {"list", "list item"}, name)
        while "selected" not in row.states:
            _ = self._press_and_follow("Down")

    def choose_entry(self, menu_button: str, entry: str) -> None:
        """Choose an entry of the menu that a button opens."""
        self.press(menu_button)
        name = ""
        while name != entry:
            _, node = self._press_and_follow("Down")
            name = node.name
        self._screen.press_keys("Return")

    def choose_item(self, shown: str, item: str) -> None:
        """Choose an item of the drop-down list that shows another one; by its first letter."""
        self._go_to("combo box", shown)
        self._screen.press_keys("space")
        box = self._screen.find("combo box", shown)
        _ = self._screen.find("list item", item, within=box)
        self._screen.press_keys(item[0].lower(), "Return")
        self._screen.find("combo box", item)

    def _go_to(self, role: str, name: str) -> None:
        wanted = self._screen.find(role, name).wait_state("sensitive")
        if "focused" not in wanted.states:
            _ = self._tab_until(lambda ref, _node: ref == wanted.ref, name)

    def _tab_until(self, is_there: Callable[[Ref, NodeSnapshot], bool], what: str) -> Ref:
        """Press Tab until the focus is there."""
        passed: list[str] = []
        for _ in range(_MOST_STOPS):
            ref, node = self._press_and_follow("Tab")
            if is_there(ref, node):
                return ref
            passed.append(node.name)
        raise AssertionError(f"Tab does not come to {what!r} but to {passed}")

    def _press_and_follow(self, key: str) -> tuple[Ref, NodeSnapshot]:
        """Press a key that moves the focus; return where it is then."""
        self._bus.signals.clear()
        self._screen.press_keys(key)

        def follow() -> NodeSnapshot | None:
            _ = self._bus.has_owner("org.a11y.atspi.Registry")  # what is under way arrives
            moves = [
                one.path
                for one in self._bus.signals
                if one.member == "StateChanged" and tuple(one.body[:2]) == ("focused", 1)
            ]
            return self._read(moves[-1]) if moves else None

        node = wait_until(follow, _EVENT_SECONDS, f"{key} moves the focus")
        return node.ref, node

    def _read(self, path: str) -> NodeSnapshot | None:
        program = self._screen.program_name
        return self._tree.read_nodes([(program, path)])[0]
