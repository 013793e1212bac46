"""The tree of widgets as a screen reader gets it: AT-SPI over D-Bus.

Names of interfaces, members and the numbers of states are from the AT-SPI 2 specification
(atspi-constants.h).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from tests.support.bus import Bus, BusError, Call, property_call

ACCESSIBLE = "org.a11y.atspi.Accessible"
COMPONENT = "org.a11y.atspi.Component"
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
class Seen:
    """One node as it was at one moment."""

    ref: Ref
    role: str
    name: str
    description: str
    states: frozenset[str]
    child_count: int
    depth: int = 0
    children: list[Seen] = field(default_factory=list["Seen"])

    @property
    def is_long_view(self) -> bool:
        return self.child_count > MANY_ROWS and self.role in VIEWS

    def flat(self) -> list[Seen]:
        """This node and all below it, in reading order."""
        nodes: list[Seen] = [self]
        for child in self.children:
            nodes += child.flat()
        return nodes

    @override
    def __str__(self) -> str:
        shown = self.states & {"focused", "checked", "selected", "expanded", "modal"}
        marks = sorted(shown) + ([] if "sensitive" in self.states else ["disabled"])
        more = f" ({self.description})" if self.description else ""
        tail = f" [{', '.join(marks)}]" if marks else ""
        return f"{'  ' * self.depth}{self.role} {self.name!r}{more}{tail}"


class Accessibility:
    """Questions to the programs on an accessibility bus."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus

    def listen(self) -> None:
        """Ask every program for its events, as a screen reader does; they go to bus.signals."""
        self.bus.subscribe(EVENTS)
        asked: tuple[object, ...] = ("object:", [], "")
        _ = self.bus.call(Call(*EVENT_REGISTRY, "sass", asked))

    def application(self, wanted: int | str) -> Ref | None:
        """The program with that process id or name; None while it is not there."""
        for ref in self.child_refs(REGISTRY):
            found = self.process_of(ref) if isinstance(wanted, int) else self.name_of(ref)
            if found == wanted:
                return ref
        return None

    def process_of(self, ref: Ref) -> int | None:
        """The process id behind a node; None when it has just gone."""
        try:
            return self.bus.process_id(ref[0])
        except BusError:
            return None

    def name_of(self, ref: Ref) -> str | None:
        """The node's name; None when it has just gone."""
        seen = self.look([ref])[0]
        return seen.name if seen else None

    def child_refs(self, ref: Ref) -> list[Ref]:
        """Every direct child."""
        try:
            return [(name, path) for name, path in self.bus.call(_ask(ref, "GetChildren"))[0]]
        except BusError:
            return []

    def look(self, refs: Sequence[Ref]) -> list[Seen | None]:
        """Each node's facts, None for one that has gone; all of them in one round."""
        calls = [call for ref in refs for call in _facts(ref)]
        answers = self.bus.call_many(calls)
        width = len(_facts(REGISTRY))
        rows = [answers[start : start + width] for start in range(0, len(answers), width)]
        return [_seen(ref, row) for ref, row in zip(refs, rows, strict=True)]

    def box(self, ref: Ref) -> Box:
        """Where the node lies on the screen; BusError when it has no place or is gone."""
        x, y, width, height = self.bus.call(_at(ref, "GetExtents", "u", 0))[0]
        return x, y, width, height

    def text(self, ref: Ref) -> str:
        """The content of a text node; BusError when it has none."""
        return str(self.bus.call(Call(*ref, TEXT, "GetText", "ii", (0, -1)))[0])

    def value(self, ref: Ref) -> float:
        """The number of a slider, spin box or progress bar; BusError when it has none."""
        return float(self.bus.call(property_call(*ref, VALUE, "CurrentValue"))[0][1])

    def walk(self, root: Ref, *, hidden: bool = False) -> Seen | None:
        """The tree below root; what does not show is left out with all below it unless hidden."""
        top = self.look([root])[0]
        level = [top] if top else []
        known = {root}
        while level:
            below: list[tuple[Seen, Ref]] = []
            for parent, refs in zip(level, self._children_of(level), strict=True):
                fresh = [ref for ref in refs if ref not in known]
                known.update(fresh)
                below += [(parent, ref) for ref in fresh]
            looks = self.look([ref for _, ref in below])
            level = [
                _attach(parent, child)
                for (parent, _), child in zip(below, looks, strict=True)
                if child and (hidden or "showing" in child.states)
            ]
        return top

    def texts(self, nodes: Iterable[Seen]) -> list[str]:
        """What each node would read out as its content; "" for nodes without text."""
        calls = [Call(*node.ref, TEXT, "GetText", "ii", (0, -1)) for node in nodes]
        answers = self.bus.call_many(calls)
        return ["" if isinstance(answer, BusError) else str(answer[0]) for answer in answers]

    def _children_of(self, nodes: Sequence[Seen]) -> list[list[Ref]]:
        few = [node for node in nodes if node.child_count and not node.is_long_view]
        answers = self.bus.call_many([_ask(node.ref, "GetChildren") for node in few])
        found = {
            node.ref: [] if isinstance(answer, BusError) else [(n, p) for n, p in answer[0]]
            for node, answer in zip(few, answers, strict=True)
        }
        for node in few:
            if node.role == "application":
                found[node.ref] = self._own(node.ref, found[node.ref])
        return [
            self._showing_children(node.ref) if node.is_long_view else found.get(node.ref, [])
            for node in nodes
        ]

    def _own(self, program: Ref, refs: list[Ref]) -> list[Ref]:
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
                    name, path = self.bus.call(_at(ref, "GetAccessibleAtPoint", "iiu", x, y, 0))[0]
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


def _ask(ref: Ref, member: str) -> Call:
    return Call(*ref, ACCESSIBLE, member)


def _at(ref: Ref, member: str, signature: str, *body: int) -> Call:
    return Call(*ref, COMPONENT, member, signature, body)


def _facts(ref: Ref) -> list[Call]:
    return [
        _ask(ref, "GetRoleName"),
        _ask(ref, "GetState"),
        property_call(*ref, ACCESSIBLE, "Name"),
        property_call(*ref, ACCESSIBLE, "Description"),
        property_call(*ref, ACCESSIBLE, "ChildCount"),
    ]


def _seen(ref: Ref, answers: Sequence[tuple[Any, ...] | BusError]) -> Seen | None:
    values: list[Any] = [answer[0] for answer in answers if not isinstance(answer, BusError)]
    if len(values) < len(answers):
        return None
    role, (low, high), (_, name), (_, description), (_, count) = values
    bits = low | high << 32
    states = frozenset(word for bit, word in STATES.items() if bits >> bit & 1)
    return Seen(ref, role, name, description, states, count)


def _attach(parent: Seen, child: Seen) -> Seen:
    child.depth = parent.depth + 1
    parent.children.append(child)
    return child
