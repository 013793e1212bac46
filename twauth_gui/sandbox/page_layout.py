"""Layout and style sheet of the sandbox's pages."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape
from typing import Final
from urllib.parse import urlsplit

from twauth_gui.sandbox.accounts import SandboxAccount
from twauth_gui.sandbox.http_messages import Response, text_response

_LIGHT: Final = """
  --window: #F1F2F5; --base: #FFFFFF; --page: #F7F8FA; --inset: #ECEEF2; --hover: #F1F2F5;
  --line: #E2E4E9; --line-strong: #CBCFD7; --field-line: #7E8491;
  --text: #1A1C21; --text-2: #4D525D; --text-3: #626874;
  --accent: #2B59D1; --accent-hover: #234CB8; --accent-text: #2B59D1;
  --warn: #855500; --warn-soft: #FCF1D9; --bad: #B42A22;
  --a0: #FFD6D5; --a0t: #7F3437; --a1: #FEDBC4; --a1t: #7A3D02;
  --a2: #EDE3BE; --a2t: #624E00; --a3: #CCEDD2; --a3t: #175F2F;
  --a4: #BEEEEA; --a4t: #00615D; --a5: #C4E9FF; --a5t: #005781;
  --a6: #DFDFFF; --a6t: #4B4586; --a7: #F9D7F0; --a7t: #723766;
"""
_DARK: Final = """
  --window: #141619; --base: #1A1C20; --page: #16181B; --inset: #26292F; --hover: #23262B;
  --line: #2B2E34; --line-strong: #41464F; --field-line: #747B88;
  --text: #E8EAED; --text-2: #B2B7C0; --text-3: #949AA6;
  --accent: #3A69E0; --accent-hover: #335FD0; --accent-text: #8FB1FF;
  --warn: #EDB458; --warn-soft: #352A17; --bad: #FF8A80;
  --a0: #5C3232; --a0t: #FFCCCA; --a1: #59361E; --a1t: #FBD1B6;
  --a2: #4A3F14; --a2t: #E7DBAE; --a3: #26492E; --a3t: #C0E7C6;
  --a4: #054A47; --a4t: #ADE8E3; --a5: #19455C; --a5t: #B5E2FD;
  --a6: #3C3B5F; --a6t: #D6D6FF; --a7: #54334D; --a7t: #F5CCEB;
"""
_PARTS: Final = """
* { box-sizing: border-box; margin: 0; padding: 0; }
body { font: 400 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
  color: var(--text); background: var(--window); padding: 24px 16px 48px; }
.strip, main { max-width: 440px; margin: 0 auto; }
body.wide .strip, body.wide main { max-width: 800px; }
.strip { margin-bottom: 16px; padding: 8px 16px; border-radius: 8px; background: var(--inset);
  color: var(--text-2); font-size: 0.8125rem; }
.strip b { color: var(--text); }
main { background: var(--base); border: 1px solid var(--line-strong); border-radius: 12px;
  padding: 24px; overflow-wrap: anywhere; }
h1 { font-size: 1.25rem; line-height: 1.35; font-weight: 600; }
h2 { font-size: 1rem; font-weight: 600; margin: 32px 0 8px; }
p { margin-top: 12px; } b, strong, th { font-weight: 600; }
.cap { color: var(--text-3); font-size: 0.8125rem; }
.note { padding: 8px 12px; border-radius: 8px; background: var(--warn-soft); color: var(--warn); }
label { display: block; margin: 16px 0 4px; font-weight: 600; font-size: 0.8125rem; }
input[type=text], input[type=password] { width: 100%; min-height: 40px; padding: 8px 12px;
  font: inherit; color: var(--text); background: var(--base); border-radius: 6px;
  border: 1px solid var(--field-line); }
.go { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 24px; }
button, a.button { min-height: 40px; padding: 8px 16px; font: inherit; font-weight: 600;
  border-radius: 6px; border: 1px solid var(--line-strong); background: var(--base);
  color: var(--text); text-decoration: none; cursor: pointer; display: inline-block; }
button:hover, a.button:hover { background: var(--hover); }
button.primary, a.primary { background: var(--accent); border-color: var(--accent);
  color: #FFFFFF; }
button.primary:hover, a.primary:hover { background: var(--accent-hover); }
button.quiet { border-color: transparent; background: transparent; color: var(--accent-text);
  min-height: 32px; padding: 4px 8px; font-size: 0.8125rem; }
a { color: var(--accent-text); }
:focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px; }
ul { margin: 12px 0 0 20px; } li + li { margin-top: 4px; }
ul.rows { list-style: none; margin: 8px 0 0; } ul.rows li { margin: 0; }
.who { display: flex; align-items: center; gap: 12px; width: 100%; padding: 8px; text-align: left;
  border-radius: 8px; font-weight: 400; }
button.who { border-color: transparent; background: transparent; }
.who > span:last-of-type { flex: 1; min-width: 0; }
.who b, .who .cap { display: block; line-height: 1.35; }
.card { display: flex; align-items: center; margin-top: 16px; padding: 4px;
  border: 1px solid var(--line); border-radius: 8px; background: var(--page); }
.card form { flex: none; }
.av { flex: none; width: 36px; height: 36px; border-radius: 50%; display: flex;
  align-items: center; justify-content: center; font-size: 0.8125rem; font-weight: 600; }
code { font-family: ui-monospace, "Cascadia Mono", Menlo, "Noto Sans Mono", monospace;
  font-size: 0.875em; }
.pick { user-select: all; }
kbd { display: block; margin-top: 16px; padding: 16px; text-align: center; border-radius: 8px;
  background: var(--inset); }
kbd code { font-size: 2rem; letter-spacing: 0.15em; user-select: all; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; color: var(--text-2); font-weight: 400; width: 10rem; }
th, td { padding: 8px 12px 8px 0; border-top: 1px solid var(--line); vertical-align: top; }
td code + code { display: block; }
.people { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); }
.posts li { border-top: 1px solid var(--line); padding: 12px 0; display: flex; gap: 12px; }
.posts p { margin: 2px 0 0; white-space: pre-wrap; }
.bar { display: flex; flex-wrap: wrap; align-items: baseline; gap: 16px; }
.people .who { padding-left: 0; }
.faults { display: grid; gap: 8px 24px;
  grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); }
fieldset { border: 0; margin-top: 16px; min-width: 0; } legend { font-weight: 600; }
label.box { display: flex; gap: 8px; margin: 8px 0 0; font-weight: 400; cursor: pointer; }
label.box input { flex: none; width: 16px; height: 16px; margin-top: 2px;
  accent-color: var(--accent); }
label.box .cap { display: block; }
div.note { margin-top: 12px; } .note + form { margin-top: 16px; } form + form { margin-top: 12px; }
@media (max-width: 560px) { th, td { display: block; width: auto; }
  td { border: 0; padding-top: 0; } }
"""
_HUES: Final = "\n".join(
    f".h{hue} {{ background: var(--a{hue}); color: var(--a{hue}t); }}" for hue in range(8)
)

STYLE: Final = (
    f":root {{ color-scheme: light dark; {_LIGHT} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}\n{_PARTS}\n{_HUES}"
)
STYLE_HASH: Final = "sha256-" + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def render_page(
    title: str,
    main: str,
    *,
    status: int = 200,
    wide: bool = False,
    leads_to: str = "",
    refresh: int = 0,
) -> Response:
    """Return a whole page; main is markup, with everything in it escaped already.

    leads_to: the callback URL that its form may redirect the browser to. refresh: seconds after
    which it reloads by itself, 0 for never.
    """
    width = ' class="wide"' if wide else ""
    refresh_tag = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    body = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{refresh_tag}'
        f"<title>{escape(title)} · Sandbox</title><style>{STYLE}</style></head>\n"
        f"<body{width}>\n"
        '<p class="strip" role="note"><b>This is a pretend X.</b> Twauth runs it on this '
        "computer for trying things out. It is not X, and nothing here reaches X.</p>\n"
        f"<main>\n{main}\n</main>\n</body>\n</html>\n"
    )
    policy = (
        f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self'{_policy_source(leads_to)}"
    )
    return text_response(status, body).with_headers(
        ("content-security-policy", policy),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
    )


def render_avatar(account: SandboxAccount) -> str:
    """Return the HTML of an account's circle with initials."""
    return f'<span class="av h{account.hue}" aria-hidden="true">{account.initials}</span>'


def render_account(account: SandboxAccount) -> str:
    """Return an account's avatar, name and handle, as markup."""
    return (
        f"{render_avatar(account)}<span><b>{escape(account.name)}</b>"
        f'<span class="cap">@{account.handle}</span></span>'
    )


def _policy_source(url: str) -> str:
    """Return the content security policy's source for the address that a form redirects to."""
    if not url or url == "oob":
        return ""
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"}:
        return f" {parts.scheme}://{parts.netloc}"
    return f" {parts.scheme}:"
