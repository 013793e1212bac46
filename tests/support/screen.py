"""One program's window as a person with a screen reader, a mouse and a keyboard has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from typing_extensions import override

from tests.support.atspi import Accessibility, Box, Ref, Seen
from tests.support.bus import Bus, BusError
from tests.support.desktop import Desktop
from tests.support.eventually import eventually
from tests.support.pointer import Pointer

PATIENCE = 10.0  # seconds until a node must be there


class Screen(Pointer):
    """A context over one program of a desktop, found by process id or by name.

    Roles are the words Qt gives a screen reader: "push button", "text" (a field), "label",
    "check box", "radio button", "combo box", "list", "list item", "menu item", "page tab",
    "dialog", "heading", "web document". Web pages shown in the window are part of the tree.
    """

    def __init__(self, desktop: Desktop, app: int | str) -> None:
        super().__init__(desktop)
        self._app = app
        self._bus = Bus(desktop.a11y_address)
        self.tree = Accessibility(self._bus)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bus.close()

    def find(
        self,
        role: str | None = None,
        name: str | None = None,
        *,
        name_contains: str | None = None,
        within: Node | None = None,
        seconds: float = PATIENCE,
    ) -> Node:
        """Return the first node, in reading order, that shows and fits everything given.

        Raises:
            AssertionError: none came in time; the text holds the tree as it is then.
        """

        def look() -> list[Node]:
            return self.all(role, name, name_contains=name_contains, within=within)

        what = f"role={role!r}, name={name!r}, name_contains={name_contains!r}"
        try:
            return eventually(look, seconds, what)[0]
        except AssertionError as missing:
            raise AssertionError(f"{missing}; on the screen:\n{self.dump()}") from None

    def all(
        self,
        role: str | None = None,
        name: str | None = None,
        *,
        name_contains: str | None = None,
        within: Node | None = None,
    ) -> list[Node]:
        """Every node that shows now and fits everything given, in reading order."""
        return [
            Node(self, seen)
            for seen in self._nodes(within)
            if (role is None or seen.role == role)
            and (name is None or seen.name == name)
            and (name_contains is None or name_contains in seen.name)
        ]

    def focused(self) -> Node | None:
        """The node that gets the keys now."""
        found = [seen for seen in self._nodes(None) if "focused" in seen.states]
        return Node(self, found[-1]) if found else None

    def dump(self) -> str:
        """The tree of what shows, one line per node, with what fields hold."""
        nodes = self._nodes(None)
        texts = self.tree.texts(nodes)
        return "\n".join(
            f"{seen}{f' = {text!r}' if text and text != seen.name else ''}"
            for seen, text in zip(nodes, texts, strict=True)
        )

    def said(self) -> list[str]:
        """Every name, description and content in the tree, hidden nodes included."""
        nodes = self._nodes(None, hidden=True)
        words = {word for seen in nodes for word in (seen.name, seen.description)}
        return sorted((words | set(self.tree.texts(nodes))) - {""})

    def _nodes(self, within: Node | None, *, hidden: bool = False) -> list[Seen]:
        root = within.ref if within else self.tree.application(self._app)
        top = self.tree.walk(root, hidden=hidden) if root else None
        return top.flat() if top else []


class Node:
    """One widget, list row, or part of a web page; every question is asked anew."""

    def __init__(self, screen: Screen, seen: Seen) -> None:
        self._screen = screen
        self._seen = seen

    @override
    def __repr__(self) -> str:
        return f"<{str(self._seen).strip()}>"

    @property
    def ref(self) -> Ref:
        return self._seen.ref

    @property
    def role(self) -> str:
        return self._seen.role

    @property
    def name(self) -> str:
        return self._now().name

    @property
    def description(self) -> str:
        return self._now().description

    @property
    def states(self) -> frozenset[str]:
        """Words such as "focused", "checked", "sensitive" (can be used); empty once it is gone."""
        now = self._look()
        return now.states if now else frozenset()

    @property
    def text(self) -> str:
        """What a field holds; a password field gives its dots."""
        return self._screen.tree.text(self.ref)

    @property
    def value(self) -> float:
        return self._screen.tree.value(self.ref)

    @property
    def extents(self) -> Box:
        """x, y, width and height in screen pixels."""
        return self._screen.tree.box(self.ref)

    @property
    def children(self) -> list[Node]:
        """The direct children that show."""
        top = self._screen.tree.walk(self.ref)
        return [Node(self._screen, seen) for seen in top.children] if top else []

    def click(self, *, button: int = 1, times: int = 1) -> None:
        """Click its middle once it shows, can be used and does not move."""
        x, y, width, height = self._steady_box()
        self._screen.click_at(x + width // 2, y + height // 2, button=button, times=times)

    def type(self, text: str) -> None:
        """Click it, wait for its focus, then type."""
        self._take_focus()
        self._screen.type(text)

    def retype(self, text: str) -> None:
        """Replace what a field holds."""
        self._take_focus()
        self._screen.keys("ctrl+a", "BackSpace")
        self._screen.type(text)

    def wait_for(self, condition: Callable[[Node], object], what: str) -> Node:
        """Return this node once condition(node) holds; AssertionError with the tree if never."""
        try:
            eventually(lambda: bool(condition(self)), PATIENCE, f"{what} of {self!r}")
        except AssertionError as missing:
            raise AssertionError(f"{missing}; on the screen:\n{self._screen.dump()}") from None
        return self

    def wait_state(self, state: str) -> Node:
        """Return this node once it has the state."""
        return self.wait_for(lambda node: state in node.states, f"state {state!r}")

    def wait_gone(self, seconds: float = PATIENCE) -> None:
        """Return once it no longer shows."""
        eventually(lambda: "showing" not in self.states, seconds, f"{self!r} is gone")

    def _take_focus(self) -> None:
        self.click()
        self.wait_state("focused")

    def _steady_box(self) -> Box:
        boxes: list[Box] = []

        def steady() -> Box | None:
            if not {"showing", "sensitive"} <= self.states:
                return None
            try:
                boxes.append(self.extents)
            except BusError:
                return None  # it has just gone; the deadline tells
            size = boxes[-1][2:]
            return boxes[-1] if min(size) > 0 and boxes[-2:-1] == boxes[-1:] else None

        return eventually(steady, PATIENCE, f"{self!r} shows, can be used, stands still")

    def _look(self) -> Seen | None:
        return self._screen.tree.look([self.ref])[0]

    def _now(self) -> Seen:
        now = self._look()
        assert now, f"{self!r} is gone"
        return now
