"""Every code block of the documentation runs, and none is overlooked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.docs.blocks import ROOT, Block, blocks, pages, run

RUN: dict[Path, int] = {}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_the_blocks_of(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the page, in one namespace and one folder of its own."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page):
        run(block, names)
        RUN[page] = RUN.get(page, 0) + 1
    fences = re.findall(r"(?m)^\s*(?:```+|~~~+)", page.read_text(encoding="utf-8"))
    assert 2 * RUN.get(page, 0) == len(fences), f"{page} has fences that are no blocks"


def written(tmp_path: Path, text: str) -> list[Block]:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    return blocks(page)


@pytest.mark.parametrize(
    "text",
    [
        "```python\nassert 1 == 2\n```",
        "```python\n>>> 1 + 1\n3\n```",
        "```console\n$ detente --version\nsomething else\n```",
        "```console\n$ detente no-such-command\n```",
        "```console\n$ rm -r everything\n```",
        "```console\nno prompt\n```",
        "```yaml\na: [1\n```",
        "```csv\na,b\n1\n```",
        "```\nwithout a language\n```",
    ],
)
def test_a_wrong_block_fails(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.docs.blocks.ROOT", tmp_path)
    (block,) = written(tmp_path, text)
    with pytest.raises((AssertionError, yaml.YAMLError)):
        run(block, {})


RIGHT = """
- in a list

  ```python
  x = 2
  ```

```python
>>> x + 1
3
```

```console
$ detente --version
detente, ...
$ detente no # exit 2
```
"""


def test_right_blocks_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.docs.blocks.ROOT", tmp_path)
    names: dict[str, object] = {}
    for block in written(tmp_path, RIGHT):
        run(block, names)


def test_an_open_block_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nothing closes"):
        written(tmp_path, "```python\nx = 1\n")
