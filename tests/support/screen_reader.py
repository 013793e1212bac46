"""A program's window as a screen reader (AT-SPI), a mouse and a keyboard reach it.

Names of interfaces, members and the numbers of states are from the AT-SPI 2 specification
(atspi-constants.h).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from typing_extensions import override

from tests.support.dbus import Bus, BusError, MethodCall, property_call
from tests.support.desktop import Desktop
from tests.support.wait import wait_until

ACCESSIBLE = "org.a11y.atspi.Accessible"
ACTION = "org.a11y.atspi.Action"
COMPONENT = "org.a11y.atspi.Component"
EDITABLE_TEXT = "org.a11y.atspi.EditableText"
SELECTION = "org.a11y.atspi.Selection"
TEXT = "org.a11y.atspi.Text"
VALUE = "org.a11y.atspi.Value"

# A view with more rows than this is read through what shows of it, as a person would.
MANY_ROWS = 100
VIEWS = frozenset({"list", "table", "tree", "tree table"})

STATES = {
    1: "active",
    3: "busy",
    4: "checked",
    7: "editable",
    8: "enabled",
    9: "expandable",
    10: "expanded",
    11: "focusable",
    12: "focused",
    16: "modal",
    17: "multi-line",
    20: "pressed",
    22: "selectable",
    23: "selected",
    24: "sensitive",
    25: "showing",
    30: "visible",
    36: "invalid entry",
    39: "default",
    43: "read-only",
}

Ref = tuple[str, str]  # unique bus name of the program, object path
Box = tuple[int, int, int, int]  # x, y, width, height in screen pixels

EVENTS = "org.a11y.atspi.Event.Object"
EVENT_REGISTRY = (
    "org.a11y.atspi.Registry",
    "/org/a11y/atspi/registry",
    "org.a11y.atspi.Registry",
    "RegisterEvent",
)
REGISTRY: Ref = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")


@dataclass
class NodeSnapshot:
    """One node as it was at one moment."""

    ref: Ref
    role: str
    name: str
    description: str
    states: frozenset[str]
    child_count: int
    depth: int = 0
    children: list[NodeSnapshot] = field(default_factory=list["NodeSnapshot"])

    @property
    def is_long_view(self) -> bool:
        return self.child_count > MANY_ROWS and self.role in VIEWS

    def flatten(self) -> list[NodeSnapshot]:
        """This node and all below it, in reading order."""
        nodes: list[NodeSnapshot] = [self]
        for child in self.children:
            nodes += child.flatten()
        return nodes

    @override
    def __str__(self) -> str:
        shown = self.states & {"focused", "checked", "selected", "expanded", "modal"}
        marks = sorted(shown) + ([] if "sensitive" in self.states else ["disabled"])
        more = f" ({self.description})" if self.description else ""
        tail = f" [{', '.join(marks)}]" if marks else ""
        return f"{'  ' * self.depth}{self.role} {self.name!r}{more}{tail}"


class AccessibilityBus:
    """Questions to the programs on an accessibility bus."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus

    def request_events(self) -> None:
        """Ask every program for its events, as a screen reader does; they go to bus.signals."""
        self.bus.subscribe(EVENTS)
        arguments: tuple[object, ...] = ("object:", [], "")
        _ = self.bus.call(MethodCall(*EVENT_REGISTRY, "sass", arguments))

    def find_application(self, wanted: int | str) -> Ref | None:
        """The program with that process id or name; None while it is not there."""
        for ref in self.child_refs(REGISTRY):
            found = self.process_id(ref) if isinstance(wanted, int) else self.node_name(ref)
            if found == wanted:
                return ref
        return None

    def process_id(self, ref: Ref) -> int | None:
        """The process id behind a node; None when it has just gone."""
        try:
            return self.bus.process_id(ref[0])
        except BusError:
            return None

    def node_name(self, ref: Ref) -> str | None:
        """The node's name; None when it has just gone."""
        node = self.read_nodes([ref])[0]
        return node.name if node else None

    def child_refs(self, ref: Ref) -> list[Ref]:
        """Every direct child."""
        try:
            return [
                (name, path)
                for name, path in self.bus.call(_accessible_call(ref, "GetChildren"))[0]
            ]
        except BusError:
            return []

    def read_nodes(self, refs: Sequence[Ref]) -> list[NodeSnapshot | None]:
        """Each node's facts, None for one that has gone; all of them in one round."""
        calls = [call for ref in refs for call in _snapshot_calls(ref)]
        answers = self.bus.call_many(calls)
        width = len(_snapshot_calls(REGISTRY))
        rows = [answers[start : start + width] for start in range(0, len(answers), width)]
        return [_snapshot(ref, row) for ref, row in zip(refs, rows, strict=True)]

    def box(self, ref: Ref) -> Box:
        """Where the node lies on the screen; BusError when it has no place or is gone."""
        x, y, width, height = self.bus.call(_component_call(ref, "GetExtents", "u", 0))[0]
        return x, y, width, height

    def text(self, ref: Ref) -> str:
        """The content of a text node; BusError when it has none."""
        return str(self.bus.call(MethodCall(*ref, TEXT, "GetText", "ii", (0, -1)))[0])

    def value(self, ref: Ref) -> float:
        """The number of a slider, spin box or progress bar; BusError when it has none."""
        return float(self.bus.call(property_call(*ref, VALUE, "CurrentValue"))[0][1])

    def act(self, ref: Ref, name: str) -> None:
        """Do an action of a node by its name, such as "Press"; BusError when it has none."""
        found = self.bus.call(MethodCall(*ref, ACTION, "GetActions"))[0]
        names = [str(one[0]).replace(" ", "") for one in found]  # "Show Menu" since Qt 6.12
        assert name in names, f"{name} is not among {names}"
        _ = self.bus.call(MethodCall(*ref, ACTION, "DoAction", "i", (names.index(name),)))

    def set_text(self, ref: Ref, text: str) -> None:
        """Replace the content of a field; BusError when it cannot be edited."""
        _ = self.bus.call(MethodCall(*ref, EDITABLE_TEXT, "SetTextContents", "s", (text,)))

    def select(self, ref: Ref) -> None:
        """Select a row of a list; BusError when it cannot be."""
        parent = self.parent(ref)
        number = self.bus.call(_accessible_call(ref, "GetIndexInParent"))[0]
        _ = self.bus.call(MethodCall(*parent, SELECTION, "SelectChild", "i", (number,)))

    def parent(self, ref: Ref) -> Ref:
        """The node that a node is in."""
        name, path = self.bus.call(property_call(*ref, ACCESSIBLE, "Parent"))[0][1]
        return name, path

    def read_tree(self, root: Ref, *, hidden: bool = False) -> NodeSnapshot | None:
        """The tree below root; what does not show is left out with all below it unless hidden."""
        top = self.read_nodes([root])[0]
        level = [top] if top else []
        known = {root}
        while level:
            below: list[tuple[NodeSnapshot, Ref]] = []
            for parent, refs in zip(level, self._children_of(level), strict=True):
                fresh = [ref for ref in refs if ref not in known]
                known.update(fresh)
                below += [(parent, ref) for ref in fresh]
            looks = self.read_nodes([ref for _, ref in below])
            level = [
                _attach(parent, child)
                for (parent, _), child in zip(below, looks, strict=True)
                if child and (hidden or "showing" in child.states)
            ]
        return top

    def read_texts(self, nodes: Iterable[NodeSnapshot]) -> list[str]:
        """What each node would read out as its content; "" for nodes without text."""
        calls = [MethodCall(*node.ref, TEXT, "GetText", "ii", (0, -1)) for node in nodes]
        answers = self.bus.call_many(calls)
        return ["" if isinstance(answer, BusError) else str(answer[0]) for answer in answers]

    def _children_of(self, nodes: Sequence[NodeSnapshot]) -> list[list[Ref]]:
        few = [node for node in nodes if node.child_count and not node.is_long_view]
        answers = self.bus.call_many([_accessible_call(node.ref, "GetChildren") for node in few])
        found = {
            node.ref: [] if isinstance(answer, BusError) else [(n, p) for n, p in answer[0]]
            for node, answer in zip(few, answers, strict=True)
        }
        for node in few:
            if node.role == "application":
                found[node.ref] = self._own_windows(node.ref, found[node.ref])
        return [
            self._showing_children(node.ref) if node.is_long_view else found.get(node.ref, [])
            for node in nodes
        ]

    def _own_windows(self, program: Ref, refs: list[Ref]) -> list[Ref]:
        """The true windows: Qt lists a web view among them once more, out of its place."""
        calls = [property_call(*ref, ACCESSIBLE, "Parent") for ref in refs]
        answers = self.bus.call_many(calls)
        return [
            ref
            for ref, answer in zip(refs, answers, strict=True)
            if not isinstance(answer, BusError) and tuple(answer[0][1]) == program
        ]

    def _showing_children(self, ref: Ref) -> list[Ref]:
        """The children in view, found by pointing at the area row by row, cell by cell."""
        try:
            left, top, width, height = self.box(ref)
            found: dict[Ref, None] = {}
            y = top + 2
            while y < top + height:
                x, row_end = left + 4, y + 8
                while x < left + width:
                    name, path = self.bus.call(
                        _component_call(ref, "GetAccessibleAtPoint", "iiu", x, y, 0)
                    )[0]
                    if path.endswith("/null") or (name, path) == ref:
                        x += 16
                        continue
                    found[(name, path)] = None
                    cell = self.box((name, path))
                    x, row_end = max(cell[0] + cell[2], x) + 1, max(row_end, cell[1] + cell[3])
                y = row_end + 1
        except BusError:
            return []  # the list has just gone
        return list(found)


# at-spi2-core 2.56 shortened the name of the role; Debian 12 has an older one.
_ROLES = {"button": "push button"}


def _accessible_call(ref: Ref, member: str) -> MethodCall:
    return MethodCall(*ref, ACCESSIBLE, member)


def _component_call(ref: Ref, member: str, signature: str, *body: int) -> MethodCall:
    return MethodCall(*ref, COMPONENT, member, signature, body)


def _snapshot_calls(ref: Ref) -> list[MethodCall]:
    return [
        _accessible_call(ref, "GetRoleName"),
        _accessible_call(ref, "GetState"),
        property_call(*ref, ACCESSIBLE, "Name"),
        property_call(*ref, ACCESSIBLE, "Description"),
        property_call(*ref, ACCESSIBLE, "ChildCount"),
    ]


def _snapshot(ref: Ref, answers: Sequence[tuple[Any, ...] | BusError]) -> NodeSnapshot | None:
    values: list[Any] = [answer[0] for answer in answers if not isinstance(answer, BusError)]
    if len(values) < len(answers):
        return None
    role, (low, high), (_, name), (_, description), (_, count) = values
    bits = low | high << 32
    states = frozenset(word for bit, word in STATES.items() if bits >> bit & 1)
    return NodeSnapshot(ref, _ROLES.get(str(role), str(role)), name, description, states, count)


def _attach(parent: NodeSnapshot, child: NodeSnapshot) -> NodeSnapshot:
    child.depth = parent.depth + 1
    parent.children.append(child)
    return child


# By its name, xdotool presses a function key with Alt since xkeyboard-config 2.48 (keycodes/evdev).
_KEY_CODES = {f"F{number}": str(66 + number) for number in range(1, 11)}


class InputDevices:
    """The mouse and keyboard of one desktop."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop

    def click_at(self, x: int, y: int, *, button: int = 1, times: int = 1) -> None:
        """Click at a place given in screen pixels; button 1 is the left, 3 the right one."""
        clicks = ["click", "--repeat", str(times), "--delay", "40", str(button)]
        self._xdotool("mousemove", str(x), str(y), *clicks)

    def move_to(self, x: int, y: int) -> None:
        """Move the pointer to a place and leave it there, as for a tooltip."""
        self._xdotool("mousemove", str(x), str(y))

    def press_button(self) -> None:
        """Press the left button where the pointer is, and hold it."""
        self._xdotool("mousedown", "1")

    def release_button(self) -> None:
        """Let go of the left button."""
        self._xdotool("mouseup", "1")

    def press_keys(self, *chords: str) -> None:
        """Press chords such as "ctrl+k", "Tab", "Return" one after the other, where focus is."""
        codes = ("+".join(_KEY_CODES.get(key, key) for key in chord.split("+")) for chord in chords)
        self._xdotool("key", "--clearmodifiers", "--delay", "20", *codes)

    def type_text(self, text: str) -> None:
        """Type text where focus is.

        It goes to the tool through standard input: an argument could be read by other programs.
        ASCII only: other letters are on no key of this keyboard, and Qt loses them.
        """
        assert text.isascii(), "paste what is on no key"
        self._xdotool("type", "--clearmodifiers", "--delay", "4", "--file", "-", stdin=text)

    def _xdotool(self, *words: str, stdin: str = "") -> None:
        self._desktop.run(["xdotool", *words], stdin=stdin)


_MAX_WHEEL_STEPS = 60
FIND_SECONDS = 10.0  # seconds until a node must be there


class Screen(InputDevices):
    """A context over one program of a desktop, found by process id or by name.

    Roles are the words Qt gives a screen reader: "push button", "text" (a field), "label",
    "check box", "radio button", "combo box", "list", "list item", "menu item", "page tab",
    "dialog", "heading", "web document". Web pages shown in the window are part of the tree.
    """

    def __init__(self, desktop: Desktop, app: int | str) -> None:
        super().__init__(desktop)
        self._app = app
        self._bus = Bus(desktop.a11y_address)
        self.tree = AccessibilityBus(self._bus)

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
        within: ScreenNode | None = None,
        seconds: float = FIND_SECONDS,
    ) -> ScreenNode:
        """Return the first node, in reading order, that shows and fits everything given.

        Raises:
            AssertionError: none came in time; the text holds the tree as it is then.
        """

        def look() -> list[ScreenNode]:
            return self.find_all(role, name, name_contains=name_contains, within=within)

        what = f"role={role!r}, name={name!r}, name_contains={name_contains!r}"
        try:
            return wait_until(look, seconds, what)[0]
        except AssertionError as missing:
            raise AssertionError(f"{missing}; on the screen:\n{self.dump()}") from None

    def find_all(
        self,
        role: str | None = None,
        name: str | None = None,
        *,
        name_contains: str | None = None,
        within: ScreenNode | None = None,
    ) -> list[ScreenNode]:
        """Every node that shows now and fits everything given, in reading order."""
        return [
            ScreenNode(self, node)
            for node in self._nodes(within)
            if (role is None or node.role == role)
            and (name is None or node.name == name)
            and (name_contains is None or name_contains in node.name)
        ]

    @property
    def program_name(self) -> str:
        """The program's name on the accessibility bus."""
        found = self.tree.find_application(self._app)
        assert found, "the program is not there"
        return found[0]

    def focused_node(self) -> ScreenNode | None:
        """The node that gets the keys now."""
        found = [node for node in self._nodes(None) if "focused" in node.states]
        return ScreenNode(self, found[-1]) if found else None

    def dump(self) -> str:
        """The tree of what shows, one line per node, with what fields hold."""
        nodes = self._nodes(None)
        texts = self.tree.read_texts(nodes)
        return "\n".join(
            f"{node}{f' = {text!r}' if text and text != node.name else ''}"
            for node, text in zip(nodes, texts, strict=True)
        )

    def all_texts(self) -> list[str]:
        """Every name, description and content in the tree, hidden nodes included."""
        nodes = self._nodes(None, hidden=True)
        words = {word for node in nodes for word in (node.name, node.description)}
        return sorted((words | set(self.tree.read_texts(nodes))) - {""})

    def _nodes(self, within: ScreenNode | None, *, hidden: bool = False) -> list[NodeSnapshot]:
        root = within.ref if within else self.tree.find_application(self._app)
        top = self.tree.read_tree(root, hidden=hidden) if root else None
        return top.flatten() if top else []


class ScreenNode:
    """One widget, list row, or part of a web page; every question is asked anew."""

    def __init__(self, screen: Screen, node: NodeSnapshot) -> None:
        self._screen = screen
        self._node = node

    @override
    def __repr__(self) -> str:
        return f"<{str(self._node).strip()}>"

    @property
    def ref(self) -> Ref:
        return self._node.ref

    @property
    def role(self) -> str:
        return self._node.role

    @property
    def name(self) -> str:
        return self._read().name

    @property
    def description(self) -> str:
        return self._read().description

    @property
    def states(self) -> frozenset[str]:
        """Words such as "focused", "checked", "sensitive" (can be used); empty once it is gone."""
        now = self._try_read()
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
    def children(self) -> list[ScreenNode]:
        """The direct children that show."""
        top = self._screen.tree.read_tree(self.ref)
        return [ScreenNode(self._screen, node) for node in top.children] if top else []

    def click(self, *, button: int = 1, times: int = 1) -> None:
        """Click its middle once it shows, can be used and does not move; scroll to it first."""
        x, y, width, height = self._scroll_to()
        self._screen.click_at(x + width // 2, y + height // 2, button=button, times=times)

    def type(self, text: str) -> None:
        """Click it, wait for its focus, then type."""
        self._take_focus()
        self._screen.type_text(text)

    def retype(self, text: str) -> None:
        """Replace what a field holds."""
        self._take_focus()
        self._screen.press_keys("ctrl+a", "BackSpace")
        self._screen.type_text(text)

    def wait_for(self, condition: Callable[[ScreenNode], object], what: str) -> ScreenNode:
        """Return this node once condition(node) holds; AssertionError with the tree if never."""
        try:
            wait_until(lambda: bool(condition(self)), FIND_SECONDS, f"{what} of {self!r}")
        except AssertionError as missing:
            raise AssertionError(f"{missing}; on the screen:\n{self._screen.dump()}") from None
        return self

    def wait_state(self, state: str) -> ScreenNode:
        """Return this node once it has the state."""
        return self.wait_for(lambda node: state in node.states, f"state {state!r}")

    def wait_gone(self, seconds: float = FIND_SECONDS) -> None:
        """Return once it no longer shows."""
        wait_until(lambda: "showing" not in self.states, seconds, f"{self!r} is gone")

    def _take_focus(self) -> None:
        self.click()
        self.wait_state("focused")

    def _scroll_to(self) -> Box:
        """Turn the wheel over what cuts it off until its middle is to be seen; return its box."""
        for _ in range(_MAX_WHEEL_STEPS):
            box = self._steady_box()
            middle = box[1] + box[3] // 2
            outer = [one for one in self._outer_boxes() if one[3] > 0]
            hidden_by = [one for one in outer if not one[1] <= middle < one[1] + one[3]]
            if not hidden_by:
                break
            left, top, width, height = hidden_by[0]
            button = 4 if middle < top else 5
            self._screen.click_at(left + width // 2, top + height // 2, button=button)
        return self._steady_box()

    def _outer_boxes(self) -> Iterator[Box]:
        """The boxes of what it is in, from the inside out."""
        ref, tree = self.ref, self._screen.tree
        with contextlib.suppress(BusError):  # the program itself has no box
            while (ref := tree.parent(ref))[0]:
                yield tree.box(ref)

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

        return wait_until(steady, FIND_SECONDS, f"{self!r} shows, can be used, stands still")

    def _try_read(self) -> NodeSnapshot | None:
        return self._screen.tree.read_nodes([self.ref])[0]

    def _read(self) -> NodeSnapshot:
        now = self._try_read()
        assert now, f"{self!r} is gone"
        return now
