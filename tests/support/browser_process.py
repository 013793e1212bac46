"""The browser of a private desktop, whose visitor signs in and decides; run as a program.

``python -m tests.support.browser_process URL`` with these environment variables:

TWAUTH_PERSON_HANDLE    who logs in
TWAUTH_PERSON_PASSWORD  with what; "password" if unset
TWAUTH_PERSON_DECISION  allow or deny
TWAUTH_PERSON_OUT       the file that gets the result, as JSON: "ended" (callback, pin or page),
                        "url" (without query), "address" (whole), "text" of the last page, "pin"

Exit code 0 when the flow came to an end, 1 when it did not in 45 seconds.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QKeyEvent
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

DEADLINE_MS = 45_000  # milliseconds
PAUSE_MS = 50  # milliseconds between two looks at whether keys had their effect
ATTEMPTS = 10
WORLD = 1  # QWebEngineScript.ApplicationWorld: the page's own scripts do not see ours

READ_PAGE = """(() => {
  const words = node => (node.innerText || node.value || "").trim();
  const all = what => [...document.querySelectorAll(what)];
  const pin = document.querySelector('kbd[aria-labelledby="code-desc"] > code');
  return JSON.stringify({
    fields: all("label").filter(label => label.control).map(words),
    buttons: all("button, input[type=submit]").map(words),
    links: all("a[href]").map(words),
    pin: pin ? words(pin) : "",
    text: document.body ? document.body.innerText : "",
  });
})()"""

FOCUS = """(() => {
  const wanted = %s;
  const words = node => (node.innerText || node.value || "").trim();
  const labelled = [...document.querySelectorAll("label")].find(label => words(label) === wanted);
  const plain = [...document.querySelectorAll("button, input[type=submit], a[href]")];
  const target = labelled ? labelled.control : plain.find(node => words(node) === wanted);
  target.focus();
  if (target.select) target.select();
})()"""

FIELD_VALUE = """(() => {
  const node = document.activeElement;
  return node && node.matches("input:not([type=submit])") ? node.value : "";
})()"""


@dataclass(frozen=True)
class PageContent:
    """What the user sees of one page."""

    fields: list[str] = field(default_factory=list[str])
    buttons: list[str] = field(default_factory=list[str])
    links: list[str] = field(default_factory=list[str])
    pin: str = ""
    text: str = ""


@dataclass(frozen=True)
class Visitor:
    """Who sits there, what they want."""

    handle: str
    password: str
    decision: str
    out: Path

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Visitor:
        return cls(
            handle=env["TWAUTH_PERSON_HANDLE"],
            password=env.get("TWAUTH_PERSON_PASSWORD", "password"),
            decision=env.get("TWAUTH_PERSON_DECISION", "allow"),
            out=Path(env["TWAUTH_PERSON_OUT"]),
        )

    def next_steps(self, page: PageContent) -> list[tuple[str, str]]:
        """What to focus, each with what to type there; Enter follows the last. [] is the end."""
        if page.pin:
            return []
        if "Password" in page.fields:
            return [("Handle", self.handle), ("Password", self.password)]
        button = "Allow" if self.decision == "allow" else "Do not allow"
        if button in page.buttons:
            return [(button, "")]
        back = [link for link in page.links if link.startswith("Return to")]
        return [(back[0], "")] if back else []


class BrowserWindow(QObject):
    """One window of the browser, from the first page to the last."""

    def __init__(self, app: QApplication, person: Visitor, url: QUrl) -> None:
        super().__init__(app)
        self._app = app
        self._person = person
        self._origin = _origin(url)
        self._profile = QWebEngineProfile(self)  # no name: nothing of it reaches the disk
        self._view = QWebEngineView()
        self._done: list[list[tuple[str, str]]] = []
        self._page = QWebEnginePage(self._profile, self._view)
        self._view.setPage(self._page)
        self._has_left = False
        self._page.loadStarted.connect(self._mark_left)
        self._page.loadFinished.connect(self._read)
        self._view.resize(700, 500)
        self._view.show()
        self._page.load(url)
        QTimer.singleShot(DEADLINE_MS, self, self._give_up)

    def close(self) -> None:
        """Close the window; the page goes before its profile, as the engine demands."""
        shiboken6.delete(self._view)
        shiboken6.delete(self._profile)

    def _read(self) -> None:
        self._run_script(READ_PAGE, self._act)

    def _run_script(self, script: str, then: Callable[[object], None]) -> None:
        """Run a script; then gets its answer from the event loop.

        What a callback of the engine itself raises is lost without a word.
        """

        def handle_result(answer: object) -> None:
            QTimer.singleShot(0, self, lambda: then(answer))

        self._page.runJavaScript(script, WORLD, handle_result)

    def _act(self, answer: object) -> None:
        # A page that could not load has no document to read.
        fields: dict[str, Any] = json.loads(answer) if isinstance(answer, str) and answer else {}
        page = PageContent(**fields)
        if _origin(self._page.url()) != self._origin:
            self._finish("callback", page)
            return
        steps = self._person.next_steps(page)
        if steps and steps not in self._done:
            self._done.append(steps)
            self._run_steps(steps)
        else:  # the same page again means it did not help
            self._finish("pin" if page.pin else "page", page)

    def _run_steps(self, steps: list[tuple[str, str]]) -> None:
        """Do the first step, then the others; Enter in the end."""
        name, text = steps[0]

        def focused(_: object) -> None:
            for letter in text:
                self._press(Qt.Key.Key_unknown, letter)
            self._check_field(steps, ATTEMPTS)

        self._run_script(FOCUS % json.dumps(name), focused)

    def _check_field(self, steps: list[tuple[str, str]], looks: int) -> None:
        """Go on once the field holds what was typed: a page not yet painted loses keys."""

        def handle_result(value: object) -> None:
            if value == steps[0][1]:
                self._run_next_step(steps)
            elif looks:
                self._later(lambda: self._check_field(steps, looks - 1))
            else:
                self._run_steps(steps)

        self._run_script(FIELD_VALUE, handle_result)

    def _run_next_step(self, steps: list[tuple[str, str]]) -> None:
        if steps[1:]:
            self._run_steps(steps[1:])
            return
        self._has_left = False
        self._press(Qt.Key.Key_Return, "\r")
        self._retry_until_left(steps, ATTEMPTS)

    def _retry_until_left(self, steps: list[tuple[str, str]], looks: int) -> None:
        """Press again when the page stays."""
        if self._has_left:
            return
        if looks:
            self._later(lambda: self._retry_until_left(steps, looks - 1))
        else:
            self._run_steps(steps)

    def _later(self, then: Callable[[], None]) -> None:
        QTimer.singleShot(PAUSE_MS, self, then)

    def _mark_left(self) -> None:
        self._has_left = True

    def _press(self, key: Qt.Key, letter: str) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
            self._app.sendEvent(self._view.focusProxy() or self._view, event)

    def _finish(self, outcome: str, page: PageContent) -> None:
        address = self._page.url().toString()
        bare = address.partition("?")[0]
        result = {"ended": outcome, "url": bare, "address": address}
        # The reader waits for the file, so it appears whole.
        draft = self._person.out.with_suffix(".draft")
        draft.write_text(json.dumps(result | {"pin": page.pin, "text": page.text}), "utf-8")
        draft.replace(self._person.out)
        self._app.exit(0)

    def _give_up(self) -> None:
        sys.stderr.write(f"no end in sight at {self._page.url().path()}\n")
        self._app.exit(1)


def _origin(url: QUrl) -> tuple[str, str, int]:
    return url.scheme(), url.host(), url.port()


def main(address: str) -> int:
    # No name is looked up: whatever is not on this machine fails at once.
    flags = '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"'
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = flags
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)  # the flow ends the program, even if the window is closed
    visit = BrowserWindow(app, Visitor.from_environment(os.environ), QUrl(address))
    code = app.exec()
    visit.close()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
