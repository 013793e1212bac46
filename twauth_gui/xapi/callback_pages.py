"""The pages that the browser shows at the end of a sign-in; they repeat nothing of the request."""

from __future__ import annotations

import base64
import hashlib
from http import HTTPStatus

_STYLE = (
    ":root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#16181d;--soft:#5b6270;"
    "--line:#e2e5ea;--mark:#1a7f4b}"
    "@media(prefers-color-scheme:dark){:root{--ground:#15171c;--card:#1e2128;--ink:#eceef2;"
    "--soft:#a2a9b6;--line:#2e323b;--mark:#4cc38a}}"
    "*{box-sizing:border-box;margin:0}"
    "body{min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);"
    "color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
    "main{width:100%;max-width:26rem;padding:32px;background:var(--card);border:1px solid "
    "var(--line);border-radius:12px;text-align:center}"
    "svg{width:40px;height:40px;margin-bottom:16px;fill:none;stroke:var(--soft);stroke-width:2;"
    "stroke-linecap:round;stroke-linejoin:round}"
    "svg.done{stroke:var(--mark)}"
    "h1{font-size:1.25rem;font-weight:600;margin-bottom:8px}"
    "p{color:var(--soft);text-wrap:balance}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_TICK = '<svg class="done" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 13l4 4 10-10"/></svg>'
_BAR = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 12h12"/></svg>'
_CLOCK = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8"/>'
    '<path d="M12 8v4l3 2"/></svg>'
)

_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    "<title>{title} - Twauth</title><style>{style}</style></head>"
    "<body><main>{mark}<h1>{title}</h1><p>{text}</p></main></body></html>"
)


def _page(mark: str, title: str, text: str) -> bytes:
    return _PAGE.format(mark=mark, title=title, text=text, style=_STYLE).encode()


SUCCESS = _page(_TICK, "Access was granted", "Twauth continues by itself. You can close this tab.")
DENIED = _page(_BAR, "Access was denied", "Nothing was changed. You can close this tab.")
REFUSED = _page(
    _BAR,
    "This is not an answer to a sign-in",
    "Twauth is still waiting for the right one. You can close this tab.",
)
TOO_LATE = _page(
    _CLOCK,
    "This sign-in has already been answered",
    "Nothing is left to do. You can close this tab.",
)

_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
_HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    f"Content-Security-Policy: {_POLICY}",
    "X-Content-Type-Options: nosniff",
    "X-Frame-Options: DENY",
    "Cross-Origin-Opener-Policy: same-origin",
    "Connection: close",
)


def http_response(status: int, page: bytes) -> bytes:
    """Return the whole HTTP response: status line, headers, page."""
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *_HEADERS,
        f"Content-Length: {len(page)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + page
