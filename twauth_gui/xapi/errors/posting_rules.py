"""Classification of X's error responses to posts, replies, likes, messages and uploads."""

from __future__ import annotations

from twauth_gui.xapi.errors.error_response import ErrorResponse
from twauth_gui.xapi.errors.error_template import ErrorTemplate
from twauth_gui.xapi.errors.messages import posting_errors

# X's numbers (docs.x.com, "Response codes").
CODES: dict[int, ErrorTemplate] = {
    38: posting_errors.INVALID_REQUEST,
    44: posting_errors.ATTACHMENTS,
    50: posting_errors.TARGET_MISSING,
    63: posting_errors.TARGET_SUSPENDED,
    108: posting_errors.TARGET_MISSING,
    136: posting_errors.BLOCKED,
    139: posting_errors.ALREADY_DONE,
    144: posting_errors.POST_GONE,
    150: posting_errors.MESSAGE_NOT_ALLOWED,
    151: posting_errors.MESSAGE_FAILED,
    160: posting_errors.ALREADY_DONE,
    161: posting_errors.FOLLOW_LIMIT,
    179: posting_errors.NOT_VISIBLE,
    185: posting_errors.POSTING_LIMIT,
    186: posting_errors.TOO_LONG,
    187: posting_errors.DUPLICATE,
    193: posting_errors.MEDIA_TOO_BIG,
    195: posting_errors.BAD_LINK,
    226: posting_errors.LOOKS_AUTOMATED,
    323: posting_errors.ATTACHMENTS,
    324: posting_errors.MEDIA_INVALID,
    325: posting_errors.MEDIA_INVALID,
    327: posting_errors.ALREADY_DONE,
    349: posting_errors.MESSAGE_NOT_ALLOWED,
    354: posting_errors.MESSAGE_TOO_LONG,
    385: posting_errors.POST_GONE,
    386: posting_errors.ATTACHMENTS,
    407: posting_errors.BAD_LINK,
}

# X's messages, in lower case. All parts of a row must occur; the first row wins.
TEXTS: tuple[tuple[tuple[str, ...], ErrorTemplate], ...] = (
    (("duplicate content",), posting_errors.DUPLICATE),
    (("status is a duplicate",), posting_errors.DUPLICATE),
    (("text is too long",), posting_errors.TOO_LONG),
    (("needs to be a bit shorter",), posting_errors.TOO_LONG),
    (("exceeds the maximum number of characters",), posting_errors.TOO_LONG),
    (("maximum of one cashtag",), posting_errors.CASHTAGS),
    (("contains an invalid url",), posting_errors.BAD_LINK),
    (("quoting this post is not allowed",), posting_errors.QUOTE_NOT_ALLOWED),
    (("only reply to or quote posts where you are mentioned",), posting_errors.REPLY_NOT_ALLOWED),
    (("reply to this conversation is not allowed",), posting_errors.REPLY_NOT_ALLOWED),
    (("not been mentioned or otherwise engaged",), posting_errors.REPLY_NOT_ALLOWED),
    (("deleted or not visible to you",), posting_errors.POST_GONE),
    (("no status found with that id",), posting_errors.POST_GONE),
    (("could not find tweet with",), posting_errors.POST_GONE),
    (("could not find user with",), posting_errors.TARGET_MISSING),
    (("not authorized to see this status",), posting_errors.NOT_VISIBLE),
    (("blocked from the author of this",), posting_errors.BLOCKED),
    (("already retweeted this",), posting_errors.ALREADY_DONE),
    (("already favorited this",), posting_errors.ALREADY_DONE),
    (("already liked this",), posting_errors.ALREADY_DONE),
    (("already requested to follow",), posting_errors.ALREADY_DONE),
    (("looks like it might be automated",), posting_errors.LOOKS_AUTOMATED),
    (("over daily status update limit",), posting_errors.POSTING_LIMIT),
    (("daily limit for sending",), posting_errors.POSTING_LIMIT),
    (("unable to follow more people",), posting_errors.FOLLOW_LIMIT),
    (("cannot send messages to",), posting_errors.MESSAGE_NOT_ALLOWED),
    (("not have permission to dm",), posting_errors.MESSAGE_NOT_ALLOWED),
    (("error sending your message",), posting_errors.MESSAGE_FAILED),
    (("direct message is over the max",), posting_errors.MESSAGE_TOO_LONG),
    (("media ids are invalid",), posting_errors.MEDIA_INVALID),
    (("validation of media ids failed",), posting_errors.MEDIA_INVALID),
    (("media id was not found",), posting_errors.MEDIA_INVALID),
    (("media type unrecognized",), posting_errors.MEDIA_TYPE),
    (("file size exceeds",), posting_errors.MEDIA_TOO_BIG),
    (("exceeds the maximum allowed size",), posting_errors.MEDIA_TOO_BIG),
    (("allowed to post a video longer",), posting_errors.MEDIA_TOO_LONG),
    (("video longer than", "cannot be uploaded"), posting_errors.MEDIA_TOO_LONG),
    (("invalidmedia",), posting_errors.MEDIA_PROCESSING),
    (("unsupported video format",), posting_errors.MEDIA_PROCESSING),
    (("number of allowed attachment types",), posting_errors.ATTACHMENTS),
    (("animated gifs are not allowed",), posting_errors.ATTACHMENTS),
    (("one or more parameters to your request was invalid",), posting_errors.INVALID_REQUEST),
    (("user has been suspended",), posting_errors.TARGET_SUSPENDED),
    (("not permitted to perform this action",), posting_errors.NOT_PERMITTED),
)

POSTS = frozenset({"/2/tweets", "/1.1/statuses/update.json"})
"""Where a bot posts. The same address read with GET searches posts."""

_MEDIA = ("/2/media/", "/1.1/media/")
_OLD_MEDIA = "/1.1/media/"
_NO_CREDITS, _FORBIDDEN, _NOT_FOUND = 402, 403, 404
_TOO_LARGE, _GONE = 413, 410

# What classify_posting_response decides beyond the tables, described for docs/diagnoses.md.
SPECIAL: tuple[tuple[ErrorTemplate, str], ...] = (
    (posting_errors.LINK_COSTS, "status 402 at an address that posts"),
    (posting_errors.MEDIA_TOO_BIG, "status 413"),
    (posting_errors.MEDIA_OLD_ADDRESS, "status 403, 404 or 410 at /1.1/media/"),
    (posting_errors.MEDIA_SCOPE, "status 403 at /2/media/ without a reason"),
    (posting_errors.INVALID_REQUEST, "status 400 with `invalid-request`"),
)


def classify_posting_response(response: ErrorResponse) -> ErrorTemplate | None:
    """Return the template for a call that only bots make; None for any other response."""
    if response.code is not None and response.code in CODES:
        return CODES[response.code]
    if (template := _by_text(response)) is not None:
        return template
    if response.type_segment == "invalid-request":
        return posting_errors.INVALID_REQUEST
    return _by_endpoint(response)


def _by_text(response: ErrorResponse) -> ErrorTemplate | None:
    if response.html:
        return None
    text = response.text.lower()
    return next(
        (template for parts, template in TEXTS if all(part in text for part in parts)), None
    )


def _by_endpoint(response: ErrorResponse) -> ErrorTemplate | None:
    status, endpoint = response.status, response.endpoint
    if status == _NO_CREDITS and endpoint in POSTS:
        return posting_errors.LINK_COSTS
    if status == _TOO_LARGE:
        return posting_errors.MEDIA_TOO_BIG
    if not endpoint.startswith(_MEDIA) or response.code is not None:
        return None
    if endpoint.startswith(_OLD_MEDIA) and status in {_FORBIDDEN, _NOT_FOUND, _GONE}:
        return posting_errors.MEDIA_OLD_ADDRESS
    is_bare = response.type_segment in {"", "about:blank"}
    return posting_errors.MEDIA_SCOPE if status == _FORBIDDEN and is_bare else None
