"""The real readers of exported texts: shells, libraries, programs."""

from __future__ import annotations

import ast
import base64
import configparser
import csv
import io
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

import yaml

from tests.support.processes import require_program
from twauth_gui.transfer.export_presets import FileSyntax

Values = dict[str, str]
Reader = Callable[[str, Path, Sequence[str]], Values]
"""Takes the text, a folder for a file of it, and the names to ask for."""

SYSTEM_PYTHON = "/usr/bin/python3"
"""That of the system's packages, which has libraries that Twauth does not need."""
_SECONDS = 60
_QUOTES = "'\u2018\u2019\u201a\u201b"  # what ends a text in single quotes for PowerShell


def run(command: Sequence[str], *, cwd: Path | None = None) -> str:
    """Run a reader in an empty environment; it may print nothing to standard error."""
    ended = subprocess.run(
        ["env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", *command],
        check=True,
        capture_output=True,
        timeout=_SECONDS,
        cwd=cwd,
    )
    assert ended.stderr == b""
    return ended.stdout.decode()


def run_python(script: str, *arguments: str) -> str:
    """Run a script with the system's Python."""
    return run([require_program(SYSTEM_PYTHON), "-c", script, *arguments])


def _write(text: str, folder: Path, name: str = "rendered") -> str:
    path = folder / name
    path.write_bytes(text.encode())
    return str(path)


def _zip(names: Sequence[str], output: str) -> Values:
    return dict(zip(names, output.split("\0")[:-1], strict=True))


def make_shell_reader(shell: str) -> Reader:
    """Return a reader that sources the file, as "set -a; . ./.env" does."""

    def read(text: str, folder: Path, names: Sequence[str]) -> Values:
        shown = " ".join(f'"${{{name}}}"' for name in names)
        script = f"set -aeu; . '{_write(text, folder)}'; printf '%s\\0' {shown}"
        options = ["-f"] if shell == "zsh" else []
        return _zip(names, run([require_program(shell), *options, "-c", script]))

    return read


def read_with_fish(text: str, folder: Path, names: Sequence[str]) -> Values:
    shown = " ".join(f'"${name}"' for name in names)
    script = f"source '{_write(text, folder)}'; printf '%s\\0' {shown}"
    return _zip(names, run([require_program("fish"), "--no-config", "-c", script]))


def read_with_python_dotenv(text: str, folder: Path, _names: Sequence[str]) -> Values:
    script = "import dotenv, json, sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))"
    found: Values = json.loads(run_python(script, _write(text, folder)))
    return found


def read_with_node(text: str, folder: Path, names: Sequence[str]) -> Values:
    script = f"process.stdout.write({json.dumps(names)}.map(n => process.env[n] + '\\0').join(''))"
    return _zip(names, run(["node", f"--env-file={_write(text, folder)}", "-e", script]))


def read_as_docker(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read as docker --env-file: no quotes, no escapes, "#" at the start of a line."""
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def read_as_systemd(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read as parse_env_file_internal() of systemd does, for values of one line."""
    found: Values = {}
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        name, value = line.split("=", 1)
        found[name] = _read_systemd_value(value.strip(" \t"))
    return found


def _read_systemd_value(text: str) -> str:
    value, quote, at = "", "", 0
    while at < len(text):
        sign = text[at]
        escapes = quote != "'" and sign == "\\"
        if escapes and (not quote or text[at + 1] in '"\\`$'):
            at += 1
            value += text[at]
        elif sign == quote or (not quote and sign in "'\""):
            quote = "" if quote else sign
        else:
            value += sign
        at += 1
    assert not quote
    return value


def read_with_r(text: str, folder: Path, names: Sequence[str]) -> Values:
    shown = ", ".join(f'"{name}"' for name in names)
    path = _write(text, folder, ".Renviron")
    script = f"readRenviron('{path}'); cat(Sys.getenv(c({shown})), sep='\\n')"
    lines = run(["Rscript", "--vanilla", "-e", script]).split("\n")
    return dict(zip(names, lines, strict=False))


def read_as_powershell(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read texts in single quotes (about_Quoting_Rules)."""
    found: Values = {}
    for line in filter(None, text.split("\n")):
        whole = re.fullmatch(rf"\$env:(\w+) = '((?:[^{_QUOTES}]|[{_QUOTES}]{{2}})*)'", line)
        if not line.startswith("#"):
            assert whole
            found[whole[1]] = re.sub(f"([{_QUOTES}])[{_QUOTES}]", r"\1", whole[2])
    return found


_JAVA = """
import java.io.*; import java.nio.charset.StandardCharsets; import java.util.*;
class Read { public static void main(String[] a) throws Exception {
  Properties p = new Properties();
  try (InputStream in = new FileInputStream(a[0])) { p.load(in); }
  PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  for (int i = 1; i < a.length; i++) out.print(p.getProperty(a[i]) + "\\0"); } }
"""


def read_with_java(text: str, folder: Path, names: Sequence[str]) -> Values:
    source, path = _write(_JAVA, folder, "Read.java"), _write(text, folder)
    return _zip(names, run(["java", "-XX:-UsePerfData", source, path, *names]))


def read_with_terraform(text: str, folder: Path, names: Sequence[str]) -> Values:
    (folder / "main.tf").write_text("".join(f'variable "{name}" {{}}\n' for name in names))
    path = _write(text, folder, "x.auto.tfvars")
    every = ", ".join(f"{name} = var.{name}" for name in names)
    asked = f"echo 'base64encode(jsonencode({{{every}}}))'"
    script = f"{asked} | terraform console -no-color -var-file='{path}'"
    shown = run(["HOME=/nonexistent", "CHECKPOINT_DISABLE=1", "sh", "-c", script], cwd=folder)
    found: Values = json.loads(base64.b64decode(shown.strip().strip('"')))
    return found


def flatten(tree: object, above: str = "") -> Values:
    """Return the texts of a tree with the path to each, as a preset names it."""
    if not isinstance(tree, Mapping):
        return {above: str(tree)}
    members = cast("Mapping[str, object]", tree)
    return {
        path: text
        for key, value in members.items()
        for path, text in flatten(value, f"{above}.{key}" if above else key).items()
    }


def read_yaml(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    return flatten(yaml.safe_load(text))


def read_json(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    return flatten(json.loads(text))


def read_toml(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    return flatten(tomllib.loads(text))


def read_sections(text: str) -> dict[str, Values]:
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # as its documentation says
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


def read_ini(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    (section,) = read_sections(text).values()
    return section


def read_csv(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return dict(row)


def read_python(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    found: Values = {}
    for node in ast.parse(text).body:
        assert isinstance(node, ast.Assign)
        assert isinstance(node.targets[0], ast.Name)
        found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def read_configobj(text: str, folder: Path, _names: Sequence[str]) -> Values:
    script = (
        "import configobj, json, sys; "
        "print(json.dumps(configobj.ConfigObj(sys.argv[1], unrepr=True, encoding='utf-8')))"
    )
    found: Values = json.loads(run_python(script, _write(text, folder)))
    return found


def read_compose(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read one service; $ begins a variable unless it is doubled (compose-spec, 12)."""
    (service,) = yaml.safe_load(text)["services"].values()
    values: Values = service["environment"]
    assert not any(re.search(r"(?<!\$)\$(?:\$\$)*(?!\$)", value) for value in values.values())
    return {name: value.replace("$$", "$") for name, value in values.items()}


def read_kubernetes(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    secret = yaml.safe_load(text)
    assert (secret["kind"], secret["type"]) == ("Secret", "Opaque")
    data: Values = secret["data"]
    return {name: base64.b64decode(value).decode() for name, value in data.items()}


def read_with_kubectl(text: str, folder: Path, _names: Sequence[str]) -> Values:
    """Change a label without a server: kubectl reads the Secret and prints it."""
    path = _write(text, folder, "secret.yaml")
    shown = run(["kubectl", "label", "--local", "-f", path, "of=test", "-o", "json"], cwd=folder)
    data: Values = json.loads(shown)["data"]
    return {name: base64.b64decode(value).decode() for name, value in data.items()}


def read_with_ruby(text: str, folder: Path, _names: Sequence[str]) -> Values:
    script = "puts JSON.dump(YAML.safe_load(File.read(ARGV[0])))"
    shown = run(["ruby", "-ryaml", "-rjson", "-e", script, _write(text, folder)])
    return flatten(json.loads(shown))


def _node_reads_env_files() -> bool:
    node = shutil.which("node")
    version = "v0" if node is None else subprocess.check_output([node, "--version"], text=True)
    return int(version.strip("v\n").split(".")[0]) > 20 or version.startswith("v20.2")


SHELLS = ("sh", "bash", "zsh")
READERS: list[tuple[FileSyntax, str, Reader]] = [
    *((FileSyntax.DOTENV, shell, make_shell_reader(shell)) for shell in SHELLS),
    (FileSyntax.DOTENV, "python-dotenv", read_with_python_dotenv),
    (FileSyntax.DOTENV, "systemd's rules", read_as_systemd),
    (FileSyntax.DOCKER, "Docker's rules", read_as_docker),
    *((FileSyntax.SHELL, shell, make_shell_reader(shell)) for shell in SHELLS),
    (FileSyntax.FISH, "fish", read_with_fish),
    (FileSyntax.POWERSHELL, "PowerShell's rules", read_as_powershell),
    (FileSyntax.SYSTEMD, "systemd's rules", read_as_systemd),
    (FileSyntax.JSON, "json", read_json),
    (FileSyntax.YAML, "PyYAML", read_yaml),
    (FileSyntax.TOML, "tomllib", read_toml),
    (FileSyntax.INI, "configparser", read_ini),
    (FileSyntax.CSV, "csv", read_csv),
    (FileSyntax.PYTHON, "ast", read_python),
    (FileSyntax.CONFIGOBJ, "configobj", read_configobj),
    (FileSyntax.COMPOSE, "Compose's rules", read_compose),
    (FileSyntax.KUBERNETES, "PyYAML and base64", read_kubernetes),
]
"""Those that are there everywhere, and below them those that this computer happens to have."""
SLOW_TO_START = frozenset({"R", "java", "terraform"})
if _node_reads_env_files():
    READERS.append((FileSyntax.DOTENV, "node", read_with_node))
READERS.extend(
    (syntax, name, reader)
    for program, syntax, name, reader in (
        ("Rscript", FileSyntax.RENVIRON, "R", read_with_r),
        ("kubectl", FileSyntax.KUBERNETES, "kubectl", read_with_kubectl),
        ("ruby", FileSyntax.YAML, "Psych", read_with_ruby),
        ("java", FileSyntax.PROPERTIES, "java", read_with_java),
        ("terraform", FileSyntax.TFVARS, "terraform", read_with_terraform),
    )
    if shutil.which(program)
)
