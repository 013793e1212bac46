"""Which handler answers which request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from twauth_gui.sandbox.error_responses import Refusal, RefusalReason, v1_error
from twauth_gui.sandbox.http_messages import Request, Response
from twauth_gui.sandbox.request_context import RequestContext
from twauth_gui.sandbox.settings import ErrorFormat

Handler = Callable[[RequestContext, Request], Response]
ErrorResponder = Callable[[RefusalReason, ErrorFormat], Response]


class RouteKind(Enum):
    """Who an endpoint is for.

    Pages are for a browser, so the Host header has to be ours. The sandbox's own page and its own
    line for programs are not X's, so that no fault reaches them.
    """

    API = auto()
    TOKEN = auto()
    PAGE = auto()
    OWN_PAGE = auto()
    OWN_LINE = auto()

    @property
    def is_page(self) -> bool:
        return self in {RouteKind.PAGE, RouteKind.OWN_PAGE}

    @property
    def is_own(self) -> bool:
        return self in {RouteKind.OWN_PAGE, RouteKind.OWN_LINE}


@dataclass(frozen=True)
class Route:
    """One line of the table.

    Attributes:
        method: GET or POST; GET answers HEAD too.
        pattern: the path; a part like {id} matches anything and is captured.
        handler: answers, or raises Refused.
        refuse: how this family of endpoints words a refusal.
    """

    method: str
    pattern: str
    handler: Handler
    refuse: ErrorResponder = v1_error
    kind: RouteKind = RouteKind.API

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """The captured parts when this line answers, else None."""
        wanted, given = self.pattern.split("/"), path.split("/")
        if len(wanted) != len(given) or self.method != ("GET" if method == "HEAD" else method):
            return None
        captures: dict[str, str] = {}
        for want, have in zip(wanted, given, strict=True):
            if want.startswith("{"):
                captures[want[1:-1]] = have
            elif want != have:
                return None
        return captures

    def respond(self, context: RequestContext, request: Request) -> Response:
        """Run the handler, wording its refusal."""
        try:
            return self.handler(context, request)
        except Refusal as refused:
            wording = context.settings.app_refusals
            answer = refused.answer or self.refuse(refused.reason, wording)
            return answer.with_headers(*refused.headers)


def find_route(table: Iterable[Route], request: Request) -> tuple[Route, Request] | None:
    """The first line that answers the request, with the parts of the path it captured."""
    for route in table:
        captures = route.match(request.method, request.path)
        if captures is not None:
            return route, replace(request, captures=captures)
    return None
