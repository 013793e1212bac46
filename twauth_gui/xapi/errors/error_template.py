"""Template of a diagnosis: its texts, with places to fill in."""

from __future__ import annotations

from dataclasses import dataclass

from twauth_gui.domain.diagnosis import Diagnosis, Evidence, ProblemKind, Remedy


@dataclass(frozen=True, slots=True)
class ErrorTemplate:
    """The words for one failure; {callback}, {skew}, {until} and the like are filled in."""

    kind: ProblemKind
    title: str
    advice: str
    causes: tuple[str, ...] = ()
    remedy: Remedy = Remedy.NONE

    def to_diagnosis(self, evidence: Evidence, **fill: str) -> Diagnosis:
        """Fill the places of the words; a place that is not given raises KeyError."""
        return Diagnosis(
            kind=self.kind,
            title=self.title.format(**fill),
            advice=self.advice.format(**fill),
            causes=tuple(cause.format(**fill) for cause in self.causes),
            remedy=self.remedy,
            evidence=evidence,
        )
