"""The house rules as data, and the checker that reads Python by them (plain `ast`, no dependency).

`check` looks at one module and tells each rule it breaks; `circles` looks at all modules together.
`docs/architecture.md` tells the same map in words.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOMS = (
    "home", "respond", "findings", "stories", "toolkit", "facts", "platforms", "conference", "search",
    "feeds", "share", "accounts", "staff", "operators",
)  # fmt: skip

PUBLIC_ROOMS = ("home", "findings", "stories", "toolkit", "facts", "platforms", "conference", "search",
                "feeds", "share")  # fmt: skip
"""Rooms that show what was published: they never see an answer."""

ROOM_PATTERNS = " ".join(f"portal.{room} portal.{room}.*" for room in ROOMS)

STOREYS = f"""
surveys
surveys.questionnaire surveys.questionnaire.*
surveys.responses surveys.responses.*
surveys.findings surveys.findings.*
portal.*
{ROOM_PATTERNS}
portal portal.create_app portal.library portal.commands portal.commands*
app app.*
"""
"""From the ground up: a module imports from its storey and those below. The last line that fits counts."""

GUESTS = """
peewee playhouse: surveys.responses.* portal.content* portal.database portal.errors portal.migrations.* \
  portal.identity.* portal.jobs* portal.mail* portal.audit* portal.privacy* portal.backups* portal.searching*
psycopg: surveys.responses.connection
matplotlib numpy: surveys.findings.charts*
lxml: surveys.findings.charts* portal.*
regex: surveys.questionnaire.*
xlsxwriter: surveys.responses.*
yaml: surveys.* portal.*
flask flask_babel babel werkzeug jinja2 markupsafe click wtforms: portal portal.* app
markdown_it nh3 docx: portal.*
granian: portal.commands*
flask_security flask_login flask_principal libpass: portal.identity* portal.accounts* portal.audiences
flask_wtf: portal.identity* portal.accounts* portal.audiences portal.staff*
webauthn: portal.accounts*
segno: portal.accounts* portal.share*
flask_limiter limits: portal.limits portal.accounts*
flask_mailman email_validator: portal.mail*
itsdangerous: portal.mail* portal.identity* portal.accounts*
huey: portal.jobs*
cryptography: portal.backups* portal.identity*
snowballstemmer: portal.searching*
python_calamine: surveys.questionnaire.xlsform*
"""
"""Which package from outside may be imported where; one not named here needs a reason first."""

BEFORE_RELEASE = ("surveys.findings.tables", "surveys.findings.basis")
"""Exact figures: charts, exports and public rooms know nothing of them."""

OPEN_TO_PUBLIC_ROOMS = ("surveys.responses.releases", "surveys.responses.waves", "surveys.responses.model")
"""What the public rooms may see of `surveys.responses`: releases and waves, never answers."""

OURS = frozenset({"app", "portal", "surveys"})

VAGUE_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "core", "misc"})

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_CONFTEST = 150


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, as a dotted path (`from a.b import c` is `a.b.c`).

    Attributes:
        typing: under `if TYPE_CHECKING`, so never at run time.
    """

    target: str
    line: int
    typing: bool


def check(source: str, module: str) -> list[str]:
    """Every rule that one module breaks.

    Args:
        source: its text.
        module: its dotted name, `package.__init__` for a package's own file.

    Returns:
        Sentences, each beginning with the module's name and line.
    """
    tree = ast.parse(source)
    name = module.removesuffix(".__init__")
    faults = [*_shape(tree, source, name), *_names(name)]
    for imported in imports(tree, module):
        faults += [(imported.line, fault) for fault in _import_faults(name, imported.target)]
    return [f"{name}:{line}: {fault}" for line, fault in sorted(faults)]


def imports(tree: ast.AST, module: str) -> list[Import]:
    """Every import of a module, wherever it stands."""
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            around = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*around, *([node.module] if node.module else [])])
            targets = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        found += [Import(target, node.lineno, id(node) in typing) for target in targets]
    return found


def _shape(tree: ast.Module, source: str, name: str) -> Iterator[tuple[int, str]]:
    if not (ast.get_docstring(tree) or "").strip():
        yield 1, "opens with no sentence that says what it is for"
    lines = source.count("\n")
    longest = LONGEST_CONFTEST if name.endswith("conftest") else LONGEST_FILE
    if lines > longest:
        yield 1, f"has {lines} lines, more than {longest}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _length(node)
            if length > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name} has {length} lines, more than {LONGEST_FUNCTION}"


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, docstring not counted: explaining is free."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def _names(name: str) -> Iterator[tuple[int, str]]:
    for part in VAGUE_NAMES.intersection(name.split(".")):
        yield 1, f"“{part}” says nothing; name it after its subject"
    if name.partition(".")[0] in OURS and storey(name) < 0:
        yield 1, "stands on none of the STOREYS in tests/architecture.py"


def _import_faults(name: str, target: str) -> Iterator[str]:
    top = target.partition(".")[0]
    if name.partition(".")[0] in {"tests", "benchmarks"} or top in sys.stdlib_module_names:
        return
    if top in OURS:
        yield from _arrow_faults(name, target)
        yield from _secrecy_faults(name, target)
    else:
        yield from _guest_faults(name, top)


def _arrow_faults(name: str, target: str) -> Iterator[str]:
    if storey(target) > storey(name):
        yield f"imports {target} from a storey above"
    room, other = _room(name), _room(target)
    if room and other and room != other:
        yield f"imports {target}; rooms do not import each other, what both need moves down a floor"


def _secrecy_faults(name: str, target: str) -> Iterator[str]:
    public = _room(name) in PUBLIC_ROOMS
    drawing = fits(name, "surveys.findings.charts* surveys.findings.export*")
    if (public or drawing) and target.startswith(BEFORE_RELEASE):
        yield f"imports {target}; only released tables reach it"
    if public and target.startswith("surveys.responses") and not target.startswith(OPEN_TO_PUBLIC_ROOMS):
        yield f"imports {target}; a public room reads releases, never answers"


def _guest_faults(name: str, package: str) -> Iterator[str]:
    for line in GUESTS.strip().splitlines():
        packages, _, hosts = line.partition(":")
        if package in packages.split():
            if not fits(name, hosts):
                yield f"imports {package}, which is for {hosts.strip()}"
            return
    yield f"imports {package}, which GUESTS in tests/architecture.py gives to nobody"


def storey(name: str) -> int:
    """The storey a module or an imported name stands on: 0 is the ground, -1 is none."""
    lines = STOREYS.strip().splitlines()
    return max((n for n, patterns in enumerate(lines) if fits(name, patterns)), default=-1)


def _room(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "portal" and len(parts) > 1 and parts[1] in ROOMS else None


def fits(name: str, patterns: str) -> bool:
    """Whether a dotted name is one of the patterns, which are separated by spaces."""
    return any(fnmatchcase(name, pattern) for pattern in patterns.split())


def circles(sources: Mapping[str, str]) -> list[str]:
    """Circles of imports at run time, each as `a -> b -> a`; imports inside functions count.

    Args:
        sources: dotted module name (`package.__init__` for packages) -> text.
    """
    modules = {module.removesuffix(".__init__") for module in sources}
    arrows = {
        module.removesuffix(".__init__"): {
            _module_of(found.target, modules)
            for found in imports(ast.parse(source), module)
            if not found.typing
        }
        for module, source in sources.items()
    }
    found: dict[frozenset[str], str] = {}
    done: set[str] = set()

    def walk(module: str, trail: list[str]) -> None:
        if module in trail:
            circle = trail[trail.index(module) :]
            found.setdefault(frozenset(circle), " -> ".join([*circle, module]))
        elif module not in done:
            for target in sorted(arrows.get(module, set()) - {"", module}):
                walk(target, [*trail, module])
            done.add(module)

    for module in sorted(arrows):
        walk(module, [])
    return sorted(found.values())


def _module_of(target: str, modules: set[str]) -> str:
    """The module an imported name lives in; empty when it is none of ours."""
    parts = target.split(".")
    names = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((name for name in names if name in modules), "")
