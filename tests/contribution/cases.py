"""Small cases for these tests, built from values: two helpers, two tasks, claims on one measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from detente.case import (
    Case,
    Coding,
    Contribution,
    Event,
    Goal,
    Issue,
    Measure,
    Method,
    Option,
    Party,
    Quantity,
    Source,
    Task,
)

AS_OF = date(2020, 6, 30)


def number(low: float, high: float | None = None, path: str = "") -> Quantity:
    return Quantity(low, low if high is None else high, path=path)


def goal(name: str) -> Goal:
    return Goal(name, name, "worst", "best", number(50))


def claim(
    name: str,
    value: tuple[float, float],
    *,
    by: str = "bear",
    grades: tuple[str, int, int] = ("A", 1, 1),
    on: date = date(2020, 5, 1),
    origin: str = "",
) -> tuple[Source, Event, Coding]:
    """A claim on the measure `share`: its source, its event and its coding, known on one day."""
    letter, reported, content = grades
    at = datetime(on.year, on.month, on.day, 23, 59, tzinfo=UTC)
    return (
        Source(f"S{name}", "press", "title", on, "", letter),
        Event(f"E{name}", at, on, "text", (f"S{name}",), reported, origin or f"E{name}"),
        Coding(
            name,
            f"E{name}",
            "claim",
            by,
            (),
            "share",
            on,
            at,
            1,
            number=number(*value, path=f"codings.{name}"),
            content=content,
        ),
    )


def small_case(*claims: tuple[Source, Event, Coding]) -> Case:
    """`bear` is measured on raids by the claims given; `eagle` covers 40 % of both tasks."""
    measure = Measure("share", "Share of raids", "%", "2020", "bear", number(0, 100, "measures.share"), 100.0)
    return Case(
        name="small",
        title="Small",
        about="",
        as_of=AS_OF,
        principal="eagle",
        table=("eagle", "bear"),
        horizon=date(2021, 6, 30),
        marking="",
        goals=(goal("safe"), goal("fed")),
        parties=(
            Party("eagle", "Eagle", "eagle", {"safe": number(3), "fed": number(1)}),
            Party("bear", "Bear", "bear", {"safe": number(1), "fed": number(-1)}),
        ),
        issues=(Issue("pact", "Pact", (Option("none", "none"), Option("signed", "signed"))),),
        tasks=(
            Task("raids", "Raids", "safe", number(20, 40, "tasks.raids"), 1.0),
            Task("bread", "Bread", "fed", number(30), 1.0),
        ),
        measures=(measure,),
        contributions=(
            Contribution("bear", "raids", None, None, pooled="share", scale=number(0.5)),
            Contribution("eagle", "raids", number(0.4), number(0.4)),
            Contribution("eagle", "bread", number(0.4), number(0.4)),
        ),
        methods=(Method("bear", {"fed": number(-8, -4, "methods.bear.fed")}),),
        sources=tuple(source for source, _, _ in claims),
        events=tuple(event for _, event, _ in claims),
        codings=tuple(coding for _, _, coding in claims),
    )


def with_contributions(
    case: Case, given: Sequence[Contribution], tasks: Sequence[Task] | None = None
) -> Case:
    return replace(case, contributions=tuple(given), tasks=case.tasks if tasks is None else tuple(tasks))
