"""Key judgements: sentences made from facts by rules that a reader can look up.

Each rule states its claim, the number that carries it, an ICD 203 word with the figure, and its
confidence in a separate sentence: low where a sensitivity flips the judgement, high where none
changes its word and at least three origins carry it, else moderate.
"""

from __future__ import annotations

from dataclasses import dataclass

from detente.brief.facts.values import (
    Agenda,
    Bring,
    FrontierFacts,
    HoldRow,
    Judgement,
    LadderFacts,
    Number,
    OfferFacts,
    SensitivityRow,
)
from detente.brief.words import likelihood, listing, percent, points

CLOSE = 0.2


@dataclass(frozen=True, slots=True)
class Parts:
    """The facts that judgements are made from."""

    principal: str
    offer: OfferFacts | None
    ladders: tuple[LadderFacts, ...]
    bring: Bring
    agendas: tuple[Agenda, ...]
    frontier: FrontierFacts
    hold: tuple[HoldRow, ...]
    sensitivities: tuple[SensitivityRow, ...]
    origins: int


def key_judgements(parts: Parts) -> tuple[Judgement, ...]:
    """Three to six judgements, in the order a principal asks: will it be accepted, what is missing,
    what does it cost, what do they bring, what do they want, would it hold."""
    found = (_acceptance(parts), _closing(parts), _ceiling(parts), _hype(parts), _motive(parts), _holding(parts))
    return tuple(j for j in found if j is not None)


def _tell(p: float, error: float = 0.0) -> tuple[str, str]:
    """("very likely", "very likely (85 %)") or ("", "at over 99 %") where there is no word."""
    word = likelihood(p, error)
    return word, f"{word} ({percent(p)})" if word else f"put at {percent(p)}"


def _acceptance(parts: Parts) -> Judgement | None:
    offer = parts.offer
    if offer is None:
        return None
    word, told = _tell(offer.all_accept.value)
    blocked = [f"{who}{'' if n is None else f' ({points(n.value)} points)'}" for who, why, n, _ in offer.refusals if why != "condition"]
    broken = [name for name, kept in offer.strings if kept == "broken"]
    tail = f" Refusing at mean values: {listing(blocked)}." if blocked else " At mean values nobody whose acceptance it needs refuses."
    tail += f" Broken strings: {listing(broken)}." if broken else ""
    flips = any(r.flips for r in parts.sensitivities)
    steady = offer.all_accept.value < 0.05 or offer.all_accept.value > 0.95
    confidence, why = _confidence(flips and not steady, steady, parts.origins)
    return Judgement(
        f"That everyone whose acceptance “{offer.title}” needs would accept it as it stands is {told}.{tail}",
        word, confidence, why, "why", (offer.all_accept.id,),
    )


def _confidence(flips: bool, steady: bool, origins: int) -> tuple[str, str]:
    if flips:
        return "low", "one input at the end of its range reverses a sign that it rests on"
    if steady and origins >= 3:
        return "high", f"no input within its range changes the word, and {origins} independent records carry it"
    return "moderate", "the inputs are one analyst's judgement and the spread over draws is wide"


def _closing(parts: Parts) -> Judgement | None:
    offer = parts.offer
    if offer is None or offer.acceptable:
        return None
    if not offer.nearest:
        if parts.frontier.exists:
            return None
        sentence = "No package on this table is acceptable at mean values to everyone whose acceptance it needs."
        return Judgement(sentence, "", "moderate", "proven by exact search at mean values, not for every draw", "deals", ())
    near = offer.nearest[0]
    steps = listing([f"{issue} from “{a}” to “{b}”" for issue, a, b in near.changes])
    worth = listing([f"{points(n.value)} points for {who}" for who, n in near.gains])
    return Judgement(
        f"The smallest change that everyone needed would accept at mean values is {steps}; it is worth {worth}.",
        "", "moderate", "found by exact search at mean values; see how often each step survives the draws", "why",
        tuple(n.id for _, n in near.gains),
    )


def _ceiling(parts: Parts) -> Judgement | None:
    if not parts.ladders:
        return None
    ladder = parts.ladders[0]
    who, claimed, evidenced, _ = ladder.ceilings[0]
    if claimed == evidenced:
        reach = f"up to “{evidenced}”, as claimed and as evidenced alike" if evidenced else "not even its first rung, as claimed or as evidenced"
    else:
        reach = f"up to “{claimed or 'no rung'}” as claimed, but up to “{evidenced or 'no rung'}” as evidenced"
    sentence = f"On {ladder.title}, {ladder.paid_with} would pay {who} for {reach}."
    if ladder.lowest_owner and ladder.lowest_owner != who:
        sentence += f" {ladder.lowest_owner}, who must consent, stops lower."
    rung = ladder.rungs[-1]
    return Judgement(sentence, "", "moderate", "it turns on what the deliveries are worth and on the chance that they are performed", "price", (rung.evidenced.id, rung.claimed.id))


def _hype(parts: Parts) -> Judgement | None:
    bare = [t for t in parts.bring.totals if t[1].value - t[2].value > 0]
    if not bare:
        return None
    who, claimed, evidenced = max(bare, key=lambda t: t[1].value - t[2].value)
    rows = sorted((r for r in parts.bring.rows if r.contributor == who), key=lambda r: -r.hype.value)
    most = listing([f"{r.title} ({points(r.claimed.value, False)} claimed, {points(r.evidenced.value, False)} evidenced)" for r in rows[:2] if r.hype.value > 0])
    apart = rows and rows[0].hype.low is not None and rows[0].hype.low > 0
    confidence, why = ("moderate", "the interval of the gap excludes zero") if apart else ("low", "the interval of the gap includes zero")
    return Judgement(
        f"What {who} adds is worth {points(evidenced.value)} points to {parts.principal} as evidenced, against {points(claimed.value)} as claimed; the gap is widest on {most}.",
        "", confidence, why, "contribution", (claimed.id, evidenced.id),
    )


def _motive(parts: Parts) -> Judgement | None:
    fit = [a for a in parts.agendas if a.fit and a.hypotheses]
    if not fit:
        return None
    agenda = fit[0]
    ranked = sorted(agenda.hypotheses, key=lambda h: -h.probability.value)
    first, second = ranked[0], ranked[1]
    p = first.probability
    error = 0.0 if p.low is None or p.high is None else (p.high - p.low) / 4
    word, told = _tell(p.value, error)
    shifted = [dict(h.shifted) for h in ranked]
    flips = any(max(range(len(ranked)), key=lambda i: shifted[i][name].value) != 0 for name in shifted[0])
    words = {likelihood(n.value) for n in shifted[0].values()} | {likelihood(p.value)}
    confidence, why = _confidence(flips, len(words) == 1, int(agenda.observations.value))
    if flips:
        why = "another scale of choice or tighter or looser stories would put another hypothesis first"
    counter = f" The strongest evidence against it: {agenda.against.text} ({agenda.against.id})." if agenda.against else ""
    lead = f"That “{first.title}” describes {agenda.title} best among the hypotheses named is {told}; next is “{second.title}” ({percent(second.probability.value)})."
    if first.over_coin.value < 2:
        lead += f" It explains the record only {first.over_coin.value:.1f} nats better than coin-tossing."
    return Judgement(lead + counter, word, confidence, why, "agenda", (p.id, second.probability.id))


def _holding(parts: Parts) -> Judgement | None:
    tempted = [h for h in parts.hold if h.temptation.value > 0]
    if not tempted or parts.offer is None:
        return None
    never = [h for h in tempted if h.verdict == "never"]
    if never:
        sentence = f"If signed, “{parts.offer.title}” would not be kept by {listing([h.title for h in never])} at any patience, even watched: nothing that others would take back outweighs the temptation."
        numbers: list[Number] = [h.temptation for h in never]
    else:
        worst = max(tempted, key=lambda h: h.watched.value if h.watched else 1.0)
        sentence = f"If signed, “{parts.offer.title}” would be kept only by patient partners: {worst.title} needs to weigh the next period at {worst.watched.value if worst.watched else 1:.2f} or more, even watched."
        numbers = [worst.temptation]
    return Judgement(sentence, "", "moderate", "repeated play with one detection rate; phases and new shocks are left out", "hold", tuple(n.id for n in numbers))
