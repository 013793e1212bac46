"""Decide with --app and --replace what is imported of each account."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.cli.errors import CliError
from twauth_gui.cli.lookup import NameLookup
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.services.import_plan import ImportItem, ImportOptions, ImportPlan, name_apps


class OptionChooser:
    """Gives each account its options: --app means one of its own choices before a saved app.

    Args:
        plan: what was found.
        base: the options that hold for all.
        label: the value of --app.
        lookup: finds saved apps.

    Raises:
        CliError: neither a saved app nor one in the files has the label.
    """

    def __init__(
        self, plan: ImportPlan, base: ImportOptions, label: str | None, lookup: NameLookup
    ) -> None:
        self.base = base
        self._wanted = "" if label is None else to_printable_line(label).casefold()
        self._in_files = name_apps((one.tool, one.found) for one in plan.apps)
        names = [*self._in_files]
        names += [name for one in plan.accounts for name in one.name_app_choices()]
        self._app_id = None if label is None else _find_saved_app(lookup, label, names)

    def options_for(self, item: ImportItem) -> ImportOptions:
        """Return the options for an account."""
        # Which of two files is right is no question that --replace answers.
        replaces = self.base.replace_existing and not item.rivals
        options = replace(self.base, app_id=self._app_id, replace_existing=replaces)
        for name, app in (item.name_app_choices() or self._in_files).items():
            if self._wanted and name.casefold() == self._wanted:
                return replace(options, app_id=None, found_app=app)
        return options

    def is_open(self, item: ImportItem) -> bool:
        """Whether the account is not imported, since the options do not decide about it."""
        options = self.options_for(item)
        if item.account.app is None and not (options.app_id or options.found_app):
            return item.needs_choice
        return item.needs_choice and item.account.app is not None and not options.replace_existing


def _find_saved_app(lookup: NameLookup, label: str, names: list[str]) -> AppId | None:
    """Return the saved app with the label; None if only one of these names is meant."""
    try:
        return lookup.find_app(label).id
    except CliError as error:
        if any(one.casefold() == to_printable_line(label).casefold() for one in names):
            return None
        choices = tuple(dict.fromkeys((*error.choices, *names)))
        advice = "There are:" if choices else error.advice
        raise CliError(error.code, error.title, advice, choices) from error
