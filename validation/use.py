"""Which displays use what a method computes: read from their source, so that a method nobody uses is called so."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from validation.methods import ROOT, Method
from validation.sources import module_file, read_by, sql_files

ROOMS = ("displays", "stats")
"""The rooms in which one definition is followed to those that it names."""

OWN = "methods"
"""The package that shows the record itself."""
PASSING = "-- Kept: no"
"""What the SQL of a table says that a cut does not keep."""
SELECTED = {"selected", "selected_treated"}
"""The subjects that the filters leave: read from adsl."""


@dataclass(frozen=True)
class Use:
    """Packages of displays that use the method ("Heart"), and which of its functions no display calls."""

    displays: tuple[str, ...]
    uncalled: tuple[str, ...]


@dataclass(frozen=True)
class Reached:
    """What the displays of one package reach: definitions by their full names, texts, questions and tables asked."""

    definitions: frozenset[str]
    texts: frozenset[str]
    asked: frozenset[str]


def use_of(method: Method, root: Path = ROOT) -> Use:
    """Who uses a method: by its SQL in a question that displays ask, or by a call of its first function."""
    packages = reached_by_package(root)
    used = [name for name, reached in packages.items() if _asks(reached, method, root) or _calls(reached, method, root)]
    called = frozenset().union(*(reached.definitions for reached in packages.values()))
    return Use(tuple(used), tuple(name for name in method.functions if home(name, root) not in called))


def _asks(reached: Reached, method: Method, root: Path) -> bool:
    """Whether a question of the method is asked, or one that reads a table of it (and a column, where it names any)."""
    tables = _kept(frozenset(method.sql), root)
    return any(_takes(name, tables, method.columns, root) for name in reached.asked)


@lru_cache(maxsize=4096)
def _takes(question: str, tables: frozenset[str], columns: tuple[str, ...], root: Path) -> bool:
    """Whether the answer to a question takes what these tables hold; a whole table asked for is counted, not read."""
    path = sql_files(root)[question]
    if path.parent.name == "staging":
        return question in tables and not columns
    read = read_by(path) | ({"adsl"} if read_by(path) & SELECTED else set())
    words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return question in tables or (bool(read & tables) and (not columns or bool(words & set(columns))))


def _calls(reached: Reached, method: Method, root: Path) -> bool:
    """A variant chosen by name counts only where a display names it, or where it is taken unless another is named."""
    if not method.functions or home(method.functions[0], root) not in reached.definitions:
        return False
    choice = method.where.get("method")
    return choice is None or choice in reached.texts or choice in _defaults(home(method.functions[0], root), root)


@lru_cache
def reached_by_package(root: Path = ROOT) -> dict[str, Reached]:
    """Package of displays ("Adverse events") → what its modules reach."""
    folders = [path for path in sorted((root / "displays").iterdir()) if any(path.glob("*.py")) and path.name != OWN]
    found = {folder.name.replace("_", " ").capitalize(): _reached(folder, root) for folder in folders}
    return {name: reached for name, reached in found.items() if reached.definitions}


def _reached(folder: Path, root: Path) -> Reached:
    modules = {f"displays.{folder.name}.{path.stem}": path for path in folder.glob("*.py")}
    names = _followed([f"{module}.{name}" for module, path in modules.items() for name in _definitions(path)], root)
    texts = {text for name in names if name.startswith("displays.") for text in _texts(name, root)}
    return Reached(frozenset(names), frozenset(texts), frozenset(texts & sql_files(root).keys()))


@lru_cache(maxsize=256)
def _kept(tables: frozenset[str], root: Path) -> frozenset[str]:
    """The tables and questions themselves; for steps that a cut does not keep, the tables that are made of them."""
    known, found, passing = sql_files(root), set(tables), set(tables)
    while passing := {name for name in passing if name in known and PASSING in known[name].read_text(encoding="utf-8")}:
        passing = {name for name, path in known.items() if read_by(path) & passing} - found
        found |= passing
    return frozenset(found)


def _followed(start: list[str], root: Path) -> set[str]:
    """Definitions and, from one to the next, all those that they name."""
    waiting, found = [home(name, root) for name in start], set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named_by(name, root)
    return found


@lru_cache(maxsize=4096)
def home(name: str, root: Path = ROOT) -> str:
    """Where a name is defined, wherever it is imported from: stats.escalation.BOIN is in stats.escalation.intervals."""
    module, _, own = name.rpartition(".")
    path = module_file(module, root)
    if path is None or own in _definitions(path):
        return name
    return home(_imports(path)[own], root) if own in _imports(path) else name


@lru_cache(maxsize=8192)
def _named_by(name: str, root: Path) -> tuple[str, ...]:
    """The definitions of the same rooms that one definition names in its body."""
    module, _, own = name.rpartition(".")
    path, node = module_file(module, root), _definition(name, root)
    if path is None or node is None:
        return ()
    used = _words(node)
    near = [f"{module}.{other}" for other in _definitions(path) if other in used and other != own]
    imported = {alias: full for alias, full in _imports(path).items() if alias in used}
    modules = [f"{full}.{part}" for alias, full in imported.items() if module_file(full, root) for part in used]
    far = [home(full, root) for full in [*imported.values(), *modules] if full.split(".")[0] in ROOMS]
    return tuple(near + [full for full in far if _definition(full, root) is not None])


def _definition(name: str, root: Path) -> ast.AST | None:
    module, _, own = name.rpartition(".")
    path = module_file(module, root)
    return _definitions(path).get(own) if path else None


def _defaults(name: str, root: Path) -> set[str]:
    """The texts that a function takes where it is given none."""
    node = _definition(name, root)
    arguments = node.args.defaults + node.args.kw_defaults if isinstance(node, ast.FunctionDef) else []
    return {one.value for one in arguments if _is_text(one)}


@lru_cache(maxsize=8192)
def _texts(name: str, root: Path) -> frozenset[str]:
    node = _definition(name, root)
    return frozenset(part.value for part in ast.walk(node) if _is_text(part)) if node else frozenset()


def _words(node: ast.AST) -> set[str]:
    """The names and attributes that a definition uses."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def _is_text(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@lru_cache(maxsize=512)
def _definitions(path: Path) -> dict[str, ast.AST]:
    """What a module defines at its top: name → where."""
    found: dict[str, ast.AST] = {}
    for node in _parsed(path).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            found |= {part.id: node for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return found


@lru_cache(maxsize=512)
def _imports(path: Path) -> dict[str, str]:
    """Name in a module → full name of what it imports from elsewhere."""
    froms = [node for node in ast.walk(_parsed(path)) if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.asname or alias.name: f"{node.module}.{alias.name}" for node in froms for alias in node.names}


@lru_cache(maxsize=512)
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
