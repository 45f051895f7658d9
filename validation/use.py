"""Which displays use what a method computes: read from their source, so that a method nobody uses is called so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from validation.methods import ROOT, Method
from validation.parsed import Definition, Module, parsed
from validation.sources import module_file, read_by, sql_files

ROOMS = ("displays", "stats")
"""The rooms in which one definition is followed to those that it names."""

ELSEWHERE = {"methods", "catalogue"}
"""The packages that show the record itself, and that name every display and compute nothing."""
PASSING = "-- Kept: no"
"""What the SQL of a table says that a cut does not keep."""
SELECTED = {"selected", "selected_treated"}
"""The subjects that the filters leave: read from adsl."""
DOUBTED = "doubted"
"""The remissions that a later assessment leaves open: SQL that questions share, read with each of them."""


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
    paths = [path, *([sql_files(root)[DOUBTED]] if DOUBTED in read_by(path) else [])]
    read = {table for each in paths for table in read_by(each)}
    read |= {"adsl"} if read & SELECTED else set()
    if question in tables or not read & tables:
        return question in tables
    return not columns or any(_words(each) & set(columns) for each in paths)


@lru_cache(maxsize=512)
def _words(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", path.read_text(encoding="utf-8")))


def _calls(reached: Reached, method: Method, root: Path) -> bool:
    """A variant chosen by name counts only where a display names it, or where it is taken unless another is named."""
    if not method.functions or home(method.functions[0], root) not in reached.definitions:
        return False
    choice, definition = method.where.get("method"), _definition(home(method.functions[0], root), root)
    return choice is None or choice in reached.texts or (definition is not None and choice in definition.defaults)


@lru_cache
def reached_by_package(root: Path = ROOT) -> dict[str, Reached]:
    """Package of displays ("Adverse events") → what its modules reach."""
    rooms = [path for path in sorted((root / "displays").iterdir()) if path.name not in ELSEWHERE]
    folders = [path for path in rooms if any(path.glob("*.py"))]
    found = {folder.name.replace("_", " ").capitalize(): _reached(folder, root) for folder in folders}
    return {name: reached for name, reached in found.items() if reached.definitions}


def _reached(folder: Path, root: Path) -> Reached:
    modules = {f"displays.{folder.name}.{path.stem}": path for path in folder.glob("*.py")}
    names = _followed(
        [f"{module}.{name}" for module, path in modules.items() for name in parsed(path).definitions], root
    )
    inside = [_definition(name, root) for name in names if name.startswith("displays.")]
    texts = {text for definition in inside if definition for text in definition.texts}
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
    module, own = _module(name, root)
    if module is None or own in module.definitions:
        return name
    return home(module.imports[own], root) if own in module.imports else name


@lru_cache(maxsize=8192)
def _named_by(name: str, root: Path) -> tuple[str, ...]:
    """The definitions of the same rooms that one definition names in its body."""
    module, own = _module(name, root)
    if module is None or own not in module.definitions:
        return ()
    used = module.definitions[own].names
    near = [f"{name.rpartition('.')[0]}.{other}" for other in module.definitions.keys() & used if other != own]
    imported = [full for alias, full in module.imports.items() if alias in used and full.split(".")[0] in ROOMS]
    inside = [f"{full}.{part}" for full in imported if module_file(full, root) for part in used]
    far = [home(full, root) for full in imported + inside]
    return tuple(near + [full for full in far if _definition(full, root) is not None])


def _module(name: str, root: Path) -> tuple[Module | None, str]:
    """The module of a definition, where it is the project's, and the definition's own name."""
    module, _, own = name.rpartition(".")
    path = module_file(module, root)
    return (parsed(path) if path else None), own


def _definition(name: str, root: Path) -> Definition | None:
    module, own = _module(name, root)
    return module.definitions.get(own) if module else None
