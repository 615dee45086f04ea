"""Key judgements: sentences made from facts by rules that a reader can look up.

Each rule states its claim, the number that carries it, an ICD 203 word with the figure, and its
confidence in a separate sentence: low where a sensitivity flips the judgement; high only where the
record itself carries it, by three observations or more, and no assumption changes its word.
"""

from __future__ import annotations

from detente.brief.facts.values import (
    Agenda,
    Facts,
    HypothesisRow,
    Judgement,
    Number,
    OfferFacts,
    StringFacts,
)
from detente.brief.words import likelihood, listing, percent, points

FRAGILE = 0.2
"""MODEL's bound: confidence is low where one observation moves a probability by more."""


def key_judgements(facts: Facts) -> tuple[Judgement, ...]:
    """Three to six judgements, in the order a principal asks: will it be accepted, what would close it,
    what may it cost, what do they bring, what do they want, would it hold.

    `facts` without judgements.
    """
    found = (
        _acceptance(facts),
        _closing(facts),
        _zone(facts),
        _ceiling(facts),
        _hype(facts),
        _motive(facts),
        _holding(facts),
    )
    return tuple(j for j in found if j is not None)


def _chance(p: float, that: str, error: float = 0.0) -> tuple[str, str]:
    """The word, and "It is very unlikely (12 %) that …"; outside 1 to 99 % the figure alone.

    >>> _chance(0.12, "they agree")
    ('very unlikely', 'It is very unlikely (12 %) that they agree')
    >>> _chance(0.001, "they agree")
    ('', 'The chance that they agree is under 1 %')
    """
    word = likelihood(p, error)
    if not word:
        return "", f"The chance that {that} is {percent(p)}"
    if "no chance" in word:
        return word, f"There is {word} ({percent(p)}) that {that}"
    return word, f"It is {word} ({percent(p)}) that {that}"


def _acceptance(facts: Facts) -> Judgement | None:
    offer = facts.offer
    if offer is None or not facts.proposals:
        return None
    word, told = _chance(offer.all_yes.value, f"everyone needed says yes to “{offer.title}” as it stands")
    broken = [string for string in offer.strings if string.state == "broken"]
    refusing = list(
        dict.fromkeys(f"{who} ({points(n.value)} points)" for who, _, n, _ in offer.refusals if n is not None)
    )
    tail = ""
    if refusing:
        tail += f" At mean values it would be refused by {listing(refusing)}."
    if broken:
        names = listing([f"“{string.name}” ({string.owner})" for string in broken])
        alone = "" if refusing else "only "
        tail += (
            f" At mean values {alone}a string stands in its way: {names}; with all strings dropped the chance"
            f" is {percent(offer.all_yes_without_strings.value)}, and nobody needed would lose by it in"
            f" {percent(offer.without_strings.value)} of draws."
        )
    if not broken:
        tail += f" Nobody needed would lose by it in {percent(offer.all_accept.value)} of draws."
    tail += _with_reserve(offer)
    confidence, why = _confidence_of_acceptance(facts, offer, bool(refusing), broken)
    return Judgement(
        f"{told}.{tail}", word, confidence, why, "why", (offer.all_yes.id, offer.without_strings.id)
    )


def _with_reserve(offer: OfferFacts) -> str:
    """Who says yes without meaning to comply, and whose no would be overruled."""
    cheap = [p.title for p in offer.parties if "cheaply" in p.manner]
    over = [p.title for p in offer.parties if "overruled" in p.manner]
    price = listing([f"{points(n.value, False)} points to {who}" for who, n in offer.overruling])
    told = f" {listing(cheap)} would say yes without complying." if cheap else ""
    if over:
        told += f" The refusal of {listing(over)} would have to be overruled, which costs {price}."
    return told


def _when(broken: list[StringFacts]) -> str:
    """How many reports of which days a string is read from."""
    days = sorted({row.day for string in broken for row in string.grounds if row.day})
    if not days:
        return " (no dated report is given)"
    count = len({row.id for string in broken for row in string.grounds})
    span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f" ({count} {'report' if count == 1 else 'reports'}, {span}; see Why not)"


def _confidence_of_acceptance(
    facts: Facts, offer: OfferFacts, refused: bool, broken: list[StringFacts]
) -> tuple[str, str]:
    """Never high: the magnitudes are judged, however steady the word."""
    if broken and not refused:
        return (
            "moderate",
            f"it turns on a string that is inferred from the record{_when(broken)}, not calculated",
        )
    if any(r.flips for r in facts.sensitivities):
        return "low", "one input at the end of its range reverses a sign that it rests on"
    return "moderate", "the inputs are one analyst's judgement and the spread over draws is wide"


def _closing(facts: Facts) -> Judgement | None:
    offer = facts.offer
    if offer is None or offer.acceptable:
        return None
    if not offer.nearest:
        if facts.frontier.exists:
            return None
        sentence = (
            "No package on this table is acceptable at mean values to everyone whose acceptance it needs."
        )
        return Judgement(
            sentence, "", "moderate", "proven by exact search at mean values, not for every draw", "deals", ()
        )
    near = offer.nearest[0]
    steps = listing([f"{issue}, from “{a}” to “{b}”" for issue, a, b in near.changes])
    worth = listing([f"{points(n.value)} points to {who}" for who, n in near.gains])
    return Judgement(
        f"The smallest change that would bring in everyone needed at mean values: {steps}. The package would"
        f" then be worth {worth}.",
        "",
        "moderate",
        "found by exact search at mean values; see how often each step survives the draws",
        "why",
        tuple(n.id for _, n in near.gains),
    )


def _zone(facts: Facts) -> Judgement | None:
    """What could be agreed, where no offer has been tabled."""
    zone = facts.frontier
    if facts.proposals:
        return None
    if not zone.exists:
        sentence = (
            "No package on this table is acceptable at mean values to everyone whose acceptance it needs."
        )
        return Judgement(
            sentence, "", "moderate", "proven by exact search at mean values, not for every draw", "deals", ()
        )
    row = zone.solutions[0]
    worth = listing([f"{points(n.value)} points for {who}" for who, n in row.gains])
    return Judgement(
        f"An agreement is possible. Dividing the gains after Nash would give {worth}, and settle"
        f" {listing([f'{i} (“{o}”)' for i, o in row.settles])}.",
        "",
        "moderate",
        "exact at mean values; see how often each step survives the draws",
        "deals",
        tuple(n.id for _, n in row.gains),
    )


def _ceiling(facts: Facts) -> Judgement | None:
    if not facts.ladders:
        return None
    ladder = facts.ladders[0]
    who, claimed, evidenced, _ = ladder.ceilings[0]
    if claimed == evidenced:
        reach = (
            f"up to “{evidenced}”, as claimed and as evidenced alike"
            if evidenced
            else "nothing, as claimed or as evidenced"
        )
    elif evidenced:
        reach = f"up to “{claimed}” as claimed, but only up to “{evidenced}” as evidenced"
    else:
        reach = f"up to “{claimed}” as claimed, but nothing as evidenced"
    forbidden = next((r for r in ladder.rungs if r.breaks), None)
    sentence = f"For what “{ladder.paid_with}” delivers, {who} can give on “{ladder.title}” {reach}."
    if ladder.lowest_owner and ladder.lowest_owner != who:
        stop = next(e for name, _, e, _ in ladder.ceilings if name == ladder.lowest_owner)
        if stop:
            sentence += (
                f" Of those whose consent it needs, {ladder.lowest_owner} would stop lowest, at “{stop}”."
            )
        else:
            sentence += f" For {ladder.lowest_owner}, whose consent it needs, nothing at all is paid for."
    if forbidden is not None:
        sentence += f" From “{forbidden.title}” on, it also breaks {listing(list(forbidden.breaks))}."
    rung = ladder.rungs[-1]
    reason = "it turns on what the deliveries are worth and on the chance that they are performed"
    return Judgement(sentence, "", "moderate", reason, "price", (rung.evidenced.id, rung.claimed.id))


def _hype(facts: Facts) -> Judgement | None:
    inflated = [t for t in facts.bring.totals if t[3].value > 0 and t[0] not in facts.bring.own]
    if not inflated:
        return None
    who, claimed, evidenced, hype = max(inflated, key=lambda total: total[3].value)
    rows = sorted((r for r in facts.bring.rows if r.contributor == who), key=lambda r: -r.hype.value)
    most = listing(
        [
            f"{r.title} ({points(r.claimed.value, False)} points of the goal “{r.goal}” claimed,"
            f" {points(r.evidenced.value, False)} evidenced)"
            for r in rows[:2]
            if r.hype.value > 0
        ]
    )
    apart = hype.low is not None and hype.low > 0
    confidence = "moderate" if apart else "low"
    why = f"the 80 % interval of the gap {'excludes' if apart else 'includes'} zero"
    return Judgement(
        f"What {who} adds is worth {points(evidenced.value, False)} points to {facts.principal_title} as"
        f" evidenced, against {points(claimed.value, False)} as claimed; the gap is widest on {most}.",
        "",
        confidence,
        why,
        "contribution",
        (claimed.id, evidenced.id, hype.id),
    )


def _motive(facts: Facts) -> Judgement | None:
    fit = [a for a in facts.agendas if a.fit and a.hypotheses]
    if not fit:
        return None
    agenda = fit[0]
    ranked = sorted(agenda.hypotheses, key=lambda h: -h.probability.value)
    first, second = ranked[0], ranked[1]
    p = first.probability
    error = 0.0 if p.low is None or p.high is None else (p.high - p.low) / 4
    word, told = _chance(p.value, f"of the stories told “{first.title}” describes {agenda.title} best", error)
    if p.value < 0.5:
        told = f"No story told stands out for {agenda.title}: “{first.title}” comes first and is"
        told += f" {word or 'put at'} ({percent(p.value)})"
    sentence = f"{told}; next is “{second.title}” ({percent(second.probability.value)})."
    if first.over_coin.value < 2:
        sentence += (
            f" Even “{first.title}” explains the record only {first.over_coin.value:.1f} nats better than"
            " coin-tossing."
        )
    if agenda.against is not None:
        sentence += (
            f" The strongest evidence against it: {agenda.against.text.rstrip('.')} ({agenda.against.id})."
        )
    confidence, why = _confidence_of_motive(agenda, ranked)
    return Judgement(sentence, word, confidence, why, "agenda", (p.id, second.probability.id))


def _confidence_of_motive(agenda: Agenda, ranked: list[HypothesisRow]) -> tuple[str, str]:
    """Low where another assumption puts another story first or one record carries it; high where none
    changes the word."""
    if agenda.fragile.value > FRAGILE:
        fall = percent(agenda.fragile.value)
        return "low", f"dropping a single observation would take {fall} off the leading story"
    shifted = [dict(h.shifted) for h in ranked]
    others = [max(range(len(ranked)), key=lambda i, name=name: shifted[i][name].value) for name in shifted[0]]  # type: ignore[misc]
    if any(others):
        return "low", "another scale of noise, or looser or tighter stories, would put another story first"
    p = ranked[0].probability.value
    span = [number.value for number in shifted[0].values()] + [p]
    told = (
        f"other assumptions about noise and spread leave it between {percent(min(span))} and"
        f" {percent(max(span))}"
    )
    if len({likelihood(q) for q in span}) == 1 and agenda.observations.value >= 3:
        return "high", told
    return "moderate", told


def _holding(facts: Facts) -> Judgement | None:
    tempted = [h for h in facts.hold if h.temptation.value > 0]
    if not tempted or facts.offer is None:
        return None
    never = [h for h in tempted if h.verdict == "never"]
    if never:
        who = listing([f"{h.title} (temptation {points(h.temptation.value)} points)" for h in never])
        sentence = (
            f"If “{facts.offer.title}” were signed, {who} would not keep it at any patience, even if watched:"
            " what others could take back does not outweigh what breaking it brings."
        )
        numbers: list[Number] = [h.temptation for h in never]
    else:
        worst = max(tempted, key=lambda h: h.watched.value if h.watched else 1.0)
        need = worst.watched.value if worst.watched else 1.0
        sentence = (
            f"If “{facts.offer.title}” were signed, it would be kept only by patient partners: {worst.title}"
            f" must weigh the next period at {need:.2f} or more, even if watched."
        )
        numbers = [worst.temptation]
    return Judgement(
        sentence,
        "",
        "moderate",
        "repeated play with one detection rate; new shocks are left out; phases are looked at apart",
        "hold",
        tuple(n.id for n in numbers),
    )
