"""Mouse and keyboard of a test desktop, as the X server gets them from real devices."""

from __future__ import annotations

from tests.support.desktop import Desktop


class Pointer:
    """One person's hands on one desktop."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop

    def click_at(self, x: int, y: int, *, button: int = 1, times: int = 1) -> None:
        """Click at a place given in screen pixels; button 1 is the left, 3 the right one."""
        clicks = ["click", "--repeat", str(times), "--delay", "40", str(button)]
        self._xdotool("mousemove", str(x), str(y), *clicks)

    def move_to(self, x: int, y: int) -> None:
        """Let the pointer rest at a place, as for a tool tip."""
        self._xdotool("mousemove", str(x), str(y))

    def keys(self, *chords: str) -> None:
        """Press chords such as "ctrl+k", "Tab", "Return" one after the other, where focus is."""
        self._xdotool("key", "--clearmodifiers", "--delay", "20", *chords)

    def type(self, text: str) -> None:
        """Type text where focus is.

        It goes to the tool through standard input: an argument could be read by other programs.
        ASCII only: other letters are on no key of this keyboard, and Qt loses them.
        """
        assert text.isascii(), "paste what is on no key"
        self._xdotool("type", "--clearmodifiers", "--delay", "4", "--file", "-", stdin=text)

    def _xdotool(self, *words: str, stdin: str = "") -> None:
        self._desktop.run(["xdotool", *words], stdin=stdin)
