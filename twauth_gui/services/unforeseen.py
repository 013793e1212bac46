"""What is told of a failure that nobody foresaw: where it happened, and never its text."""

from __future__ import annotations

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind

_FRAMES = 6


def unforeseen(error: BaseException) -> Diagnosis:
    """Put words to it, without the text of the exception: that may hold a secret."""
    return Diagnosis(
        ProblemKind.UNKNOWN,
        "Something unforeseen happened.",
        "What was under way may be done in part. See what is there, then try again. If it happens "
        "again, copy the details into a report.",
        evidence=Evidence(code=trace_of(error)),
    )


def trace_of(error: BaseException) -> str:
    """Name the kind of the failure with the last places it came through: no text, no locals."""
    frames: list[str] = []
    place = error.__traceback__
    while place is not None:
        frames.append(f"{place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}")
        place = place.tb_next
    return f"{type(error).__name__} at {' > '.join(frames[-_FRAMES:]) or 'no place'}"
