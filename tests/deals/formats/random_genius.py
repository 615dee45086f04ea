"""Random small Genius files of each type of profile."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

HEAD = '<objective index="0" name="root" type="objective" etype="objective">'


def issue(index: int, kind: str, options: list[str]) -> str:
    tags = f'<issue index="{index}" name="i{index}" type="{kind}" etype="{kind}" vtype="{kind}"'
    if kind == "integer":
        return f'{tags} lowerbound="{options[0]}" upperbound="{options[-1]}"/>\n'
    return tags + ">" + "".join(f"<item value={quoteattr(o)}/>" for o in options) + "</issue>\n"


def save(folder: Path, issues: str, profiles: dict[str, str], kind: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = f'<negotiation_template><utility_space number_of_issues="2">{HEAD}\n{issues}</objective></utility_space></negotiation_template>'
    (folder / "domain.xml").write_text(text, "utf-8")
    mark = f' type="{kind}"' if kind else ""
    for name, body in profiles.items():
        inside, _, after = body.partition("|")
        text = f"<utility_space{mark}>{HEAD}\n{inside}</objective>\n{after}</utility_space>"
        (folder / f"{name}.xml").write_text(text, "utf-8")
    return folder


class ProfileMaker:
    """Random small profiles of each type; a seed tells all."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.count = int(self.rng.integers(1, 5))

    def pick(self, values: list[str]) -> str:
        return values[int(self.rng.integers(len(values)))]

    def boxes(self, folder: Path) -> Path:
        rng = self.rng
        ends = {i: sorted(int(v) for v in rng.integers(-3, 4, 2)) for i in range(1, self.count + 1)}
        issues = "".join(issue(i, "integer", [str(a), str(b)]) for i, (a, b) in ends.items())

        def rectangle() -> str:
            kind = self.pick(["INCLUDES", "INCLUDES", "EXCLUDES"])
            bounds = ""
            for i in rng.choice(self.count, int(rng.integers(0, self.count + 1)), replace=True) + 1:
                low, high = sorted(int(v) for v in rng.integers(-5, 6, 2))
                bounds += f'<{kind} index="{i}" min="{low}" max="{high}"/>'
            weight = f' weight="{rng.integers(0, 3)}"' if rng.random() < 0.3 else ""
            return f'<hyperRectangle utility="{rng.integers(-5, 30)}"{weight}>{bounds}</hyperRectangle>'

        def function(depth: int) -> str:
            parts = "".join(rectangle() for _ in range(int(rng.integers(0, 6))))
            if depth < 2 and rng.random() < 0.4:
                parts += function(depth + 1)
            return f'<ufun type="PlainUfun" weight="{rng.integers(1, 3)}" aggregation="sum">{parts}</ufun>'

        profiles = {
            name: f'{issues}<utility maxutility="{rng.integers(1, 60)}">{function(0)}</utility>|<reservation value="0.{rng.integers(0, 9)}"/>'
            for name in ("a", "b")
        }
        return save(folder, issues, profiles, "nonlinear")

    def rules(self, folder: Path) -> Path:
        rng = self.rng
        numbers = [str(v) for v in range(-2, 4)]
        words = ["x", "xy", "x+y", "y", "-1", "2"]
        options = {
            i: sorted(rng.choice(numbers, int(rng.integers(1, 5)), replace=False))
            if i % 2
            else sorted(rng.choice(words, int(rng.integers(1, 5)), replace=False))
            for i in range(1, self.count + 2)
        }
        options = {i + (17 if rng.random() < 0.2 else 0) * 2: [str(o) for o in v] for i, v in options.items()}
        issues = "".join(issue(i, "discrete", o) for i, o in options.items())
        every, whole = list(options), [i for i in options if i % 2]

        def one(indices: list[int]) -> int:
            return indices[int(rng.integers(len(indices)))]

        def some(indices: list[int], most: int) -> list[int]:
            return [int(i) for i in rng.permutation(indices)[: int(rng.integers(1, most + 1))]]

        def assigned() -> str:
            return "".join(
                f'<valueassignment index="{i}" value="{self.pick(options[i])}"/>' for i in some(every, 2)
            )

        def summed() -> str:
            low, high = sorted(int(v) for v in rng.integers(-4, 7, 2))
            items = "".join(f'<item index="{i}"/>' for i in some(whole, 3))
            return f'min="{low}" max="{high}">{items}'

        def rule() -> str:
            kind, at, word = int(rng.integers(7)), one(every), self.pick([*words, "zz"])
            if kind == 0:
                return f'<constraint type="zeroConstraint" index="{at}">{assigned()}</constraint>'
            if kind == 1:
                return f'<constraint type="conditionalZeroConstraint" index="{at}" value="{word}">{assigned()}</constraint>'
            if kind in (2, 3):
                name = ("sumZeroConstraint", "sumZeroNotConstraint")[kind - 2]
                return f'<constraint type="{name}" index="{at}" value="{word}" {summed()}</constraint>'
            if kind == 4:
                words_of = f'<condition value="{word}"/><condition value="{self.pick(words)}"/>'
                return (
                    f'<constraint type="sumZeroConstraintList" index="{at}" {summed()}{words_of}</constraint>'
                )
            sign = self.pick(["numeric=positive", "numeric=negative"])
            first = one(whole)
            if kind == 5:
                rest = "".join(
                    f'<checkassignment index="{i}" condition="{word}"/>' for i in some(every, 2) if i != first
                )
                return f'<constraint type="inclusiveZeroOutcomeConstraint">{rest}<checkassignment index="{first}" condition="{sign}"/></constraint>'
            second = [i for i in every if i % 16 > first % 16]
            if not second:
                return ""
            return f'<constraint type="conditionalZeroOutcomeConstraint"><checkassignment index="{one(second)}" condition="{word}"/><checkassignment index="{first}" condition="{sign}"/></constraint>'

        def profile() -> str:
            ranks = ""
            for i, names in options.items():
                told = "".join(
                    f'<item value="{o}" rank="{rng.integers(0, 5) + (k == 0)}"/>' for k, o in enumerate(names)
                )
                ranks += f'<issue index="{i}">{told}</issue>'
            told = "".join(rule() for _ in range(int(rng.integers(0, 6))))
            return f"{issues}<rules><ranks>{ranks}</ranks><constraints>{told}</constraints></rules>"

        return save(folder, issues, {"a": profile(), "b": profile()}, "constraint")
