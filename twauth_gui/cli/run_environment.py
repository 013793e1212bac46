"""Names of the variables that a command gets, for one account or several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twauth_gui.cli.errors import CliError, ExitCode
from twauth_gui.domain.secret import Secret
from twauth_gui.transfer.export_presets import ExportPreset, FileSyntax
from twauth_gui.transfer.export_renderer import name_prefixes


@dataclass(frozen=True, slots=True)
class RunEnvironment:
    """The variables of a command, with the names that belong to the accounts alone.

    credential_names: those whose values are secret. owned: fits every name that belongs to the
    accounts, whether they have a value for it or not.
    """

    variables: Mapping[str, Secret]
    credential_names: frozenset[str]
    owned: re.Pattern[str]

    def add_to(self, environment: Mapping[str, str], *, keep: bool) -> dict[str, str]:
        """Return the environment with the variables.

        keep: whether names that belong to the accounts stay if the accounts have no value.
        """
        others = {
            name: value
            for name, value in environment.items()
            if keep or self.owned.fullmatch(name) is None
        }
        return others | {name: value.reveal() for name, value in self.variables.items()}

    def list_credentials(self) -> list[str]:
        """Return the values that are secret."""
        return [
            value.reveal()
            for name, value in self.variables.items()
            if name in self.credential_names
        ]


def name_variables(
    preset: ExportPreset,
    handles: Sequence[str],
    variables: Sequence[Mapping[str, Secret]],
    *,
    number: bool,
) -> RunEnvironment:
    """Name the variables of accounts; several get their handles as prefixes, as in an export.

    number: put their place in the order behind each name instead, 1 for the first.

    Raises:
        CliError: two accounts would share a name, such as @a_b with the name C and @a with B_C.
    """
    affixes = _find_affixes(handles, number=number)
    named = {
        f"{prefix}{name}{suffix}": value
        for (prefix, suffix), values in zip(affixes, variables, strict=True)
        for name, value in values.items()
    }
    if len(named) < sum(map(len, variables)):
        raise CliError(
            ExitCode.USAGE,
            "Two accounts would share the name of a variable.",
            "Add --number, or choose another preset: twauth presets",
        )
    credentials = frozenset(
        f"{prefix}{name}{suffix}" for prefix, suffix in affixes for name in preset.names.values()
    )
    prefixes = "|".join(re.escape(prefix) for prefix, _ in affixes)
    names = "|".join(map(re.escape, preset.all_names))
    ending = r"(?:_[0-9]+)?" if number else ""
    return RunEnvironment(named, credentials, re.compile(f"(?:{prefixes})?(?:{names}){ending}"))


def _find_affixes(handles: Sequence[str], *, number: bool) -> list[tuple[str, str]]:
    """Return what stands before and behind each account's names."""
    if number:
        return [("", f"_{place}") for place in range(1, len(handles) + 1)]
    if len(handles) == 1:
        return [("", "")]
    return [(prefix, "") for prefix in name_prefixes(FileSyntax.DOTENV, handles)]
