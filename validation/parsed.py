"""A Python file as its source tells it: what it imports, what it defines at its top, what each definition names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Definition:
    """One definition at the top of a module: the names and texts in it, and the texts taken as defaults."""

    names: frozenset[str]
    texts: frozenset[str]
    defaults: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Module:
    """imports: name in the module → full name of what it stands for elsewhere."""

    imports: dict[str, str]
    definitions: dict[str, Definition]


@lru_cache(maxsize=512)
def parsed(path: Path) -> Module:
    """A module of the project; each part of its tree is looked at once."""
    imports: dict[str, str] = {}
    definitions: dict[str, Definition] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        parts = _parts(node)
        imports |= {name: full for part in parts if isinstance(part, ast.ImportFrom) for name, full in _imported(part)}
        definitions |= dict.fromkeys(_defined(node), _definition(node, parts))
    return Module(imports, definitions)


def _parts(node: ast.AST) -> list[ast.AST]:
    """A statement and all that it is made of, but whether a name is read or set: ast.walk takes twice as long."""
    parts = [node]
    for part in parts:
        for name in part._fields:
            inside = getattr(part, name, None)
            if isinstance(inside, list):
                parts += [one for one in inside if isinstance(one, ast.AST)]
            elif isinstance(inside, ast.AST) and name != "ctx":
                parts.append(inside)
    return parts


def _imported(node: ast.ImportFrom) -> Iterator[tuple[str, str]]:
    return ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names if node.module)


def _defined(node: ast.AST) -> list[str]:
    """The names that a statement at the top of a module defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
    return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]


def _definition(node: ast.AST, parts: list[ast.AST]) -> Definition:
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    names |= {part.attr for part in parts if isinstance(part, ast.Attribute)}
    taken = node.args.defaults + node.args.kw_defaults if isinstance(node, ast.FunctionDef) else []
    return Definition(frozenset(names), _texts(parts), _texts(taken))


def _texts(parts: list) -> frozenset[str]:
    return frozenset(one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))
