"""What the contract tests read: the files of the project and their syntax trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import which

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "detente"
ROOMS = tuple(sorted(p.name for p in PACKAGE.iterdir() if (p / "__init__.py").exists()))
NOT_OURS = {"out", "build", "dist", "__pycache__"}
HIDDEN_OURS = {".ci", ".gitignore"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def project_files() -> list[Path]:
    """Every file that belongs to the project; without git (an unpacked archive, a bare machine), every file here
    that is not made by a tool."""
    listed = (
        subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if (ROOT / ".git").exists() and which("git")
        else None
    )
    if listed is not None and listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
        return sorted(p for name in names if name and (p := ROOT / name).is_file())
    return sorted(_walk(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_OURS or (path.name.startswith(".") and path.name not in HIDDEN_OURS):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def modules() -> list[Path]:
    """Every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> set[str]:
    """Top-level names of everything that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def functions(path: Path) -> Iterator[tuple[str, Function]]:
    """Every function and method of a file, nested ones too, with its name for messages."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, Function):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def body_lines(node: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    first = node.body[0]
    quoted = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    spoken = (first.end_lineno or 0) - first.lineno + 1 if quoted else 0
    return (node.end_lineno or 0) - node.lineno + 1 - spoken


def builds_by_keyword(node: Function) -> bool:
    """A constructor whose parts are all named: splitting it would only spread the names."""
    made_by_class = any(isinstance(d, ast.Name) and d.id == "classmethod" for d in node.decorator_list)
    return (node.name == "__init__" or made_by_class) and len(node.args.kwonlyargs) > 2


def positional(node: Function) -> int:
    """Parameters that may be passed by place, `self` and `cls` aside."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def public_definitions(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """The module, and its public classes, functions and methods."""
    yield str(path.relative_to(ROOT)), syntax(path)
    for node in syntax(path).body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, Function) and not inner.name.startswith("_"):
                    yield f"{path.relative_to(ROOT)}:{inner.lineno} {node.name}.{inner.name}", inner
