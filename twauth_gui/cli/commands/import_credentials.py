"""twauth import."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from twauth_gui.cli.completers import complete_app
from twauth_gui.cli.errors import CliError, ExitCode, exit_code_of
from twauth_gui.cli.prompts import confirm
from twauth_gui.cli.session import Session
from twauth_gui.domain.diagnosis import DiagnosedError
from twauth_gui.domain.display_text import to_printable_line

if TYPE_CHECKING:
    from twauth_gui.cli.console import Console
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.domain.apps import AppId
    from twauth_gui.domain.cancel_token import CancelToken
    from twauth_gui.services.container import Services
    from twauth_gui.services.import_plan import (
        ImportAppItem,
        ImportItem,
        ImportOptions,
        ImportPlan,
        ImportResult,
        OriginalFile,
    )
    from twauth_gui.services.import_service import ImportService
    from twauth_gui.transfer.found_credentials import FoundFile

_STDIN = Path("-")
_HOW = "To do without a file, start its bot with the command below it, then delete it."
_EPILOG = """\b
Examples:
  twauth import --dry-run
  twauth import ~/bots/daily/.env --app Newsroom
  ssh pi cat bots/.env | twauth import -

A FILE can be a folder: every file in it is read. - stands for standard input. Named files are
imported without a question.

Without a FILE it searches the files of twurl, t, x-cli, xurl, twarc, python-twitter-tools,
rainbowstream, oysttyer, TTYtter, Cawbird, Corebird, NLTK, Twitter4J, elizaOS and rtweet, and .env
in the current folder.

Each account is imported as a whole or not at all, and once, however many files it is in. If there
are other credentials for it in another file, or in Twauth, none are taken over: import the right
file alone, with --replace. If a file leaves open which app an account belongs to, the apps are
listed; choose with --app.

Afterwards the files that still hold the credentials in plain text are listed. On a terminal
Twauth asks for each whether to delete it, with no as the default; --yes deletes none. Deleting
does not wipe the disk.

Exit code: 0 if everything found is here now; 3 if nothing was found; else the highest code of what
was skipped: 1 for a value that may be a key and is not used, and for an account that waits for a
decision. A placeholder, a reference or code in place of a key counts only if an account beside
others that are complete lacks it, or if the named file has nothing else. A file that cannot be
read counts if it was named.
"""


@click.command("import", epilog=_EPILOG)
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(path_type=Path))
@click.option(
    "--dry-run",
    is_flag=True,
    help="Only show what would be imported. X is not asked, and nothing is created.",
)
@click.option(
    "--app",
    "label",
    metavar="LABEL",
    shell_complete=complete_app,
    help="The app of credentials whose file does not name one: a saved app, or one in the files.",
)
@click.option(
    "--replace", is_flag=True, help="Replace the credentials of accounts that are already here."
)
@click.option(
    "--api-url",
    metavar="URL",
    help="API host of new apps to use instead of X's, such as a sandbox.",
)
@click.option(
    "--yes",
    "-y",
    is_flag=True,
    help="Do not ask for confirmation, and delete no file. Required without a terminal if no FILE"
    " is named.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.pass_obj
def import_(  # noqa: PLR0917 - click passes them by name
    session: Session,
    files: tuple[Path, ...],
    dry_run: bool,
    label: str | None,
    replace: bool,
    api_url: str | None,
    yes: bool,
    as_json: bool,
) -> int:
    """Import the credentials that other tools keep on this computer.

    Twauth asks X which account each one belongs to. If X cannot be reached, they are still saved,
    under the user ID at the start of the token, as never checked. What is already here stays the
    same.
    """
    from twauth_gui.cli import import_report
    from twauth_gui.cli.commands.apps import parse_hosts
    from twauth_gui.cli.lookup import NameLookup
    from twauth_gui.services.import_plan import ImportOptions

    console = session.console
    session.harden_process()
    base = ImportOptions(replace_existing=replace, hosts=parse_hosts(api_url))
    found, named = _find_credentials(files, console)
    with session.open_preview() if dry_run else session.open_services() as services:
        plan = console.jobs.fetch(lambda _cancel: services.importer.plan(found))
        chooser = _OptionChooser(plan, base, label, NameLookup(services.store, console))
        _print_skipped(console, plan, as_json=as_json)
        if plan.is_empty:
            _refuse_empty_plan(console, plan, as_json=as_json)
        if dry_run:
            return _finish_dry_run(console, plan, chooser, named, as_json=as_json)
        _confirm_plan(console, plan, yes=yes or bool(files) or plan.is_already_kept)
        results = _run_import(services, console, plan, chooser)
        code = import_report.exit_code_of_import(results, plan, named)
        if as_json:
            rows = import_report.serialize_results(results, plan.apps, plan.skipped)
            console.print_json_array(rows)
            return code
        _print_results(console, results, plan)
        console.jobs.raise_if_interrupted()
        return max(code, _offer_removal(services.importer, console, results, plan.apps, yes=yes))


def _find_credentials(
    files: Sequence[Path], console: Console
) -> tuple[list[FoundFile], Collection[Path | None]]:
    """Return what was found, and the files that were named; None stands for standard input."""
    from twauth_gui.services.import_service import read_files, read_stdin, scan_known_places

    paths = list(dict.fromkeys(one for one in files if one != _STDIN))
    found: list[FoundFile] = []
    if _STDIN in files and sys.stdin is not None:  # None: it was closed before Python started
        stream = sys.stdin.buffer
        if console.can_ask:
            console.note("Type or paste the text, then press Ctrl+D (on Windows Ctrl+Z, Enter).")
        found.append(console.jobs.fetch(lambda cancel: read_stdin(stream, cancel)))
    home = None if files else _find_folders()
    with console.show_growing_progress("Reading") as tell:

        def read(cancel: CancelToken) -> list[FoundFile]:
            if home is None:
                return read_files(paths, cancel, tell) if paths else []
            return scan_known_places(*home, Path.cwd(), cancel=cancel, progress=tell)

        found += console.jobs.fetch(read)
    return found, {None if one == _STDIN else one for one in files}


def _find_folders() -> tuple[Path, Path]:
    from twauth_gui.services.platform_dirs import find_config_base

    config = find_config_base()
    if config is None:
        raise CliError(
            ExitCode.USAGE,
            "There is no home folder to search.",
            "Name the files: twauth import FILE",
        )
    return Path("~").expanduser(), Path(config)


def _print_skipped(console: Console, plan: ImportPlan, *, as_json: bool) -> None:
    from twauth_gui.cli.import_report import format_skipped_items

    if not as_json:
        for line in format_skipped_items(plan.skipped):
            console.note(line)


def _refuse_empty_plan(console: Console, plan: ImportPlan, *, as_json: bool) -> NoReturn:
    from twauth_gui.cli.import_report import serialize_plan

    if as_json:
        console.print_json_array(serialize_plan(plan))
    raise CliError(
        ExitCode.NOT_FOUND,
        "There is nothing to import.",
        "Name a file with X credentials: twauth import FILE",
    )


def _finish_dry_run(
    console: Console,
    plan: ImportPlan,
    chooser: _OptionChooser,
    named: Collection[Path | None],
    *,
    as_json: bool,
) -> ExitCode:
    from twauth_gui.cli import import_report

    open_items = [one for one in plan.accounts if chooser.is_open(one)]
    if as_json:
        console.print_json_array(import_report.serialize_plan(plan))
    else:
        console.print_result(import_report.format_plan_table(plan))
        for line in import_report.format_reasons(open_items):
            console.note(line)
    return import_report.exit_code_of_plan(open_items, plan, named)


def _confirm_plan(console: Console, plan: ImportPlan, *, yes: bool) -> None:
    from twauth_gui.cli.import_report import format_plan_table

    if not yes and console.can_ask:
        console.note_lines(format_plan_table(plan))
    confirm(console, "Import them?", yes=yes)


def _run_import(
    services: Services, console: Console, plan: ImportPlan, chooser: _OptionChooser
) -> list[ImportResult]:
    from twauth_gui.cli.jobs import map_parallel
    from twauth_gui.domain.cancel_token import CancelledError

    results: list[ImportResult] = []

    def job(cancel: CancelToken) -> list[ImportResult]:
        def import_one(item: ImportItem) -> ImportResult:
            result = services.importer.import_account(item, chooser.options_for(item), cancel)
            results.append(result)
            return result

        for app in plan.apps:
            _ = services.importer.import_app(app, chooser.base)
        return map_parallel(plan.accounts, import_one, cancel, step)

    try:
        with console.show_progress("Importing", len(plan.accounts)) as step:
            return console.jobs.run(job)
    except CancelledError:
        _print_results(console, results, plan)
        raise


def _print_results(console: Console, results: Sequence[ImportResult], plan: ImportPlan) -> None:
    from twauth_gui.cli.import_report import OPEN_STATUSES, format_reasons, format_result_table
    from twauth_gui.services.import_plan import ImportStatus

    if results or plan.apps:
        console.print_result(format_result_table(results, plan.apps))
    for line in format_reasons([one.item for one in results if one.outcome in OPEN_STATUSES]):
        console.note(line)
    for one in results:
        if one.diagnosis is not None and one.outcome is not ImportStatus.SAME:
            console.note(f"{one.item.name}: {one.diagnosis.to_sentence()}")


# -- options ---------------------------------------------------------------------------------------


class _OptionChooser:
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
        from twauth_gui.services.import_plan import name_apps

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


# -- plain-text files ------------------------------------------------------------------------------


def _offer_removal(
    importer: ImportService,
    console: Console,
    results: Sequence[ImportResult],
    apps: Sequence[ImportAppItem],
    *,
    yes: bool,
) -> ExitCode:
    """List the files, and ask for each whether to delete it, if there is a terminal.

    Args:
        importer: knows the files.
        console: asks.
        results: what was imported.
        apps: those that were imported without an account.
        yes: whether the user answers no questions; then no file is deleted.

    Returns:
        The exit code: that of a file that was to be deleted and was not, else 0.
    """
    if console.quiet:
        return ExitCode.DONE
    originals = console.jobs.fetch(lambda _cancel: importer.find_originals(results, apps))
    if not originals:
        return ExitCode.DONE
    console.note("In plain text the credentials are still in:")
    for one in originals:
        console.note_lines(_format_original(one))
    if any(one.command for one in originals):
        console.note(_HOW)
    if yes or not console.can_ask:
        return ExitCode.DONE
    return max(_ask_and_delete(importer, console, one) for one in originals)


def _format_original(original: OriginalFile) -> str:
    place = to_printable_line(original.place)
    first = f"  {place} ({original.summary}). {_list_doubts(original)}"
    return "\n    ".join([first.rstrip(), *original.command.splitlines()])


def _list_doubts(original: OriginalFile) -> str:
    """Return what speaks against deleting it."""
    is_of_tool = not original.tool.startswith("a ")  # such as "a file"
    tool = f"{original.tool} may still read it." if is_of_tool else ""
    return f"{tool} {original.others}".strip()


def _ask_and_delete(importer: ImportService, console: Console, original: OriginalFile) -> ExitCode:
    place = to_printable_line(original.place)
    doubts = _list_doubts(original)
    question = f"{place}: {doubts} Delete it?" if doubts else f"Delete {place}?"
    if original.others:
        question = f"{place}: {doubts} Delete it with everything in it?"
    if not click.confirm(question, default=False, err=True):
        return ExitCode.DONE
    force = bool(original.others)
    try:
        console.jobs.run(lambda _cancel: importer.delete_original(original, force=force))
    except DiagnosedError as error:
        console.warn(f"{place}: {error.diagnosis.to_sentence()}")
        return exit_code_of(error.diagnosis)
    console.note(f"{place} is deleted. The disk may keep its content until it is overwritten.")
    return ExitCode.DONE
