"""Template of a diagnosis: its texts, with placeholders."""

from __future__ import annotations

from dataclasses import dataclass

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind, Remedy


@dataclass(frozen=True, slots=True)
class ErrorTemplate:
    """The texts for one failure, with placeholders such as {callback}, {skew} and {until}."""

    kind: ProblemKind
    title: str
    advice: str
    causes: tuple[str, ...] = ()
    remedy: Remedy = Remedy.NONE

    def to_diagnosis(self, evidence: Evidence, **fill: str) -> Diagnosis:
        """Return the diagnosis, with its placeholders filled in.

        Raises:
            KeyError: fill lacks a placeholder's value.
        """
        return Diagnosis(
            kind=self.kind,
            title=self.title.format(**fill),
            advice=self.advice.format(**fill),
            causes=tuple(cause.format(**fill) for cause in self.causes),
            remedy=self.remedy,
            evidence=evidence,
        )
