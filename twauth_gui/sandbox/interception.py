"""What answers in X's place, on the way to it."""

from __future__ import annotations

from typing import Final

from twauth_gui.sandbox.context import Context
from twauth_gui.sandbox.messages import Request, Response, text
from twauth_gui.sandbox.routing import RouteKind

_PORTAL: Final = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Harbour Hotel Wi-Fi</title></head>
<body><h1>Welcome to Harbour Hotel</h1><p>Accept the terms of use to go online.</p>
<form method="post" action="http://wifi.example/accept"><button>Accept</button></form></body></html>
"""
_UNAVAILABLE: Final = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>503 Service Temporarily Unavailable</title>
</head><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr>
<center>cloudflare</center></body></html>
"""
_MOVED: Final = {"redirect-301": 301, "redirect-307": 307}


def intercept(context: Context, request: Request, kind: RouteKind | None) -> Response | None:
    """The answer to give instead of X's, if something stands in the way; kind as routed."""
    what = context.settings.interception
    if what == "captive-portal":
        return text(200, _PORTAL)
    if what == "html-503":
        return text(503, _UNAVAILABLE).plus(("retry-after", "30"))
    if what in _MOVED and kind is RouteKind.TOKEN:
        query = f"?{request.query}" if request.query else ""
        # Another host, as when X moved; it is still this computer, so that nothing gets out.
        moved = context.base.replace("127.0.0.1", "localhost")
        return text(_MOVED[what], "").plus(("location", f"{moved}{request.path}{query}"))
    return None
