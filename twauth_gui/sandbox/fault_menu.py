"""The menu of faults on the sandbox's own page."""

from __future__ import annotations

from html import escape
from typing import Final

from twauth_gui.sandbox import sign_in_pages as pages
from twauth_gui.sandbox.browsers import browser_of
from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.faults import FAULTS, GROUPS, Group, SandboxFault
from twauth_gui.sandbox.forms import Form
from twauth_gui.sandbox.messages import Request, Response, redirect
from twauth_gui.sandbox.routing import Route, RouteKind

PATH: Final = "/faults"


def menu(active: tuple[str, ...], form: Form) -> str:
    """A box to tick for each fault; markup."""
    groups = "".join(_group(group, active) for group in GROUPS)
    fields = (
        f'<div class="faults">{groups}</div>'
        '<p class="go"><button class="primary">Apply</button></p>'
    )
    clear = form.around("mend", "<button>Mend all</button>") if active else ""
    return (
        '<h2 id="faults">Break it</h2>'
        "<p>What is ticked goes wrong from the next request on. These pages of the sandbox go on "
        "working.</p>"
        f"{standing(active)}{form.around('break', fields)}{clear}"
    )


def standing(active: tuple[str, ...]) -> str:
    """What is wrong now; markup."""
    if not active:
        return ""
    listed = "".join(f"<li>{escape(fault.says)}</li>" for fault in FAULTS if fault.name in active)
    return f'<div class="note" role="status">Broken now:<ul>{listed}</ul></div>'


def submit(context: Context, request: Request) -> Response:
    """Turn on what is ticked, all else off."""
    browser = browser_of(context, request)
    if not browser.sends_its_own_form:
        return browser.keeping(pages.stale(Form("/", "", {})))
    ticked = [fault.name for fault in FAULTS if request.asked(fault.name)]
    context.board.put(ticked if request.asked("action") == "break" else ())
    return redirect(303, f"{context.base}/")


def _group(group: Group, active: tuple[str, ...]) -> str:
    boxes = "".join(_box(fault, active) for fault in FAULTS if fault.group == group)
    return f"<fieldset><legend>{group}</legend>{boxes}</fieldset>"


def _box(fault: SandboxFault, active: tuple[str, ...]) -> str:
    ticked = " checked" if fault.name in active else ""
    return (
        f'<label class="box" for="{fault.name}"><input type="checkbox" id="{fault.name}" '
        f'name="{fault.name}" value="on"{ticked}><span>{escape(fault.says)}'
        f'<code class="cap">{fault.name}</code></span></label>'
    )


ROUTES: Final = (Route("POST", PATH, submit, kind=RouteKind.OWN_PAGE),)
