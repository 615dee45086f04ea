"""Facts about keeping a deal, and about what would change the judgements."""

from __future__ import annotations

from math import isfinite

from detente.brief.facts.offers import party_title
from detente.brief.facts.values import HoldRow, LeverRow, Number, SensitivityRow, SpoilerRow
from detente.deals import Deliverer
from detente.study import Study
from detente.study.levers import ends


def hold_rows(study: Study) -> tuple[HoldRow, ...]:
    """Each deliverer of the offer, watched and unwatched."""
    offer = study.offer
    if offer is None:
        return ()
    unwatched = {d.party: d for d in offer.unwatched.deliverers}
    return tuple(_row(study, offer.name, d, unwatched[d.party]) for d in offer.watched.deliverers)


def _row(study: Study, name: str, watched: Deliverer, unwatched: Deliverer) -> HoldRow:
    key = f"hold.{name}.{watched.party}"
    issues = {issue.name: issue.title for issue in study.case.issues}

    def patience(kind: str, found: Deliverer) -> Number | None:
        if not isfinite(found.delta_star):
            return None
        return Number(
            f"{key}.{kind}",
            found.delta_star,
            "per period",
            f"least weight on the next period at which it keeps the deal, {kind}",
        )

    return HoldRow(
        party=watched.party,
        title=party_title(study, watched.party),
        delivers=tuple(issues[i] for i in watched.delivers),
        temptation=Number(
            f"{key}.temptation", watched.temptation, "points", "the most it gains at once by not delivering"
        ),
        watched=patience("watched", watched),
        unwatched=patience("unwatched", unwatched),
        verdict=watched.verdict,
        verdict_unwatched=unwatched.verdict,
        punishers=tuple(party_title(study, q) for q in watched.punishers),
    )


def spoiler_rows(study: Study) -> tuple[SpoilerRow, ...]:
    """Who did not consent to the offer and loses by it, with its best lever."""
    if study.offer is None:
        return ()
    rows = []
    for spoiler in study.offer.watched.spoilers:
        key, pulled = f"spoiler.{study.offer.name}.{spoiler.party}", None
        if spoiler.pulled is not None:
            gloss = "what its best lever that is not in place would bring it"
            pulled = Number(f"{key}.pulled", spoiler.pulled, "points", gloss)
        gain = Number(f"{key}.gain", spoiler.gain, "points", "gain above no deal at mean values")
        rows.append(SpoilerRow(party_title(study, spoiler.party), gain, pulled))
    return tuple(rows)


def lever_rows(study: Study) -> tuple[LeverRow, ...]:
    """Every lever: whose, in place or not, ended by the offer or not, what it is worth."""
    titles = {lever.name: lever for lever in study.case.levers}
    rows = []
    for found in study.levers:
        lever, key = titles[found.name], f"lever.{found.name}"
        rows.append(
            LeverRow(
                lever.title or lever.name,
                party_title(study, found.owner),
                found.in_place,
                None if study.offer is None else ends(study.space, lever, study.offer.package),
                Number(f"{key}.worth", found.worth, "points", "worth to its owner, cost taken off"),
                Number(f"{key}.to_principal", found.to_principal, "points", "what it does to the principal"),
            )
        )
    return tuple(rows)


def sensitivity_rows(study: Study) -> tuple[SensitivityRow, ...]:
    """One-at-a-time sensitivities; `flips` where an end has another sign than the base."""
    return tuple(
        SensitivityRow(
            s.judgement,
            s.path,
            s.label,
            Number(
                f"sensitivity.{place}.low",
                s.low,
                "points",
                "mean gain with the input at its 10 % quantile",
                rests_on=(s.path,),
            ),
            Number(
                f"sensitivity.{place}.high",
                s.high,
                "points",
                "mean gain with the input at its 90 % quantile",
                rests_on=(s.path,),
            ),
            min(s.low, s.high) * s.base < 0 or max(s.low, s.high) * s.base < 0,
        )
        for place, s in enumerate(study.sensitivities)
    )


def assumptions(study: Study) -> tuple[str, ...]:
    """What every judgement takes for granted, in words."""
    settings = study.case.settings
    told = [
        (
            f"Each party chooses by its own points; the better of two options {settings.gap90_points:g}"
            " points apart is taken nine times in ten, independently of the others."
        ),
        "Effects add up, apart from the links and overlaps that the case declares.",
        (
            f"Deliveries are performed with probability {settings.performance:g} when prices are set; a"
            f" breach is seen with probability {settings.detection:g} per period if watched,"
            f" {settings.detection_unwatched:g} if not, and a false alarm comes with"
            f" {settings.false_alarm:g}."
        ),
        "Capabilities are as evidenced unless a line says as claimed.",
        "Gains are told before what a party pays to overrule refusals of its own side; prices after it.",
        "Ranges are the analyst's doubt and are drawn independently, except rungs of one ladder.",
    ]
    left = 1 - float(study.usual.mean())
    if left > 0:
        told.append(
            f"In {100 * left:.1f} % of draws something lapses without a deal that stays at mean values; these"
            " draws are left out of gains and probabilities."
        )
    return tuple(told)
