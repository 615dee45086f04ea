"""What they say and what they do."""

from __future__ import annotations

from detente.brief.charts import agenda_picture
from detente.brief.document import Block, Table, Text
from detente.brief.facts.values import Agenda, Facts, HypothesisRow, Number
from detente.brief.page.cells import NOTHING, between, chance, faint, grid
from detente.brief.page.inference import odds_table, told_blocks
from detente.brief.page.scorecard import scorecard_blocks
from detente.brief.words import likelihood, listing, percent, signed


def agenda_blocks(facts: Facts) -> tuple[Block, ...]:
    """Every party about whom the case tells hypotheses."""
    if not facts.agendas:
        return (Text(f"{NOTHING}the case has no hypotheses about any party."),)
    carded = [any(row.start for row in a.scorecard.rows) if a.scorecard else False for a in facts.agendas]
    return tuple(
        block
        for place, agenda in enumerate(facts.agendas)
        for block in _agenda(agenda, explained=any(carded[:place]))
    )


def _agenda(agenda: Agenda, explained: bool) -> list[Block]:
    card: list[Block] = []
    if agenda.scorecard is not None:
        card = scorecard_blocks(agenda.title, agenda.scorecard, explained=explained)
    notes: list[Block] = [Text(note, "faint") for note in agenda.notes]
    if not agenda.fit:
        why = f"Odds between hypotheses about {agenda.title} are not shown: {agenda.why_unfit}."
        return [Text(why, "bad"), _goals(agenda), *card, *notes]
    blocks: list[Block] = [_odds(agenda), _shifted(agenda)]
    if agenda.kin:
        blocks.append(Text(f"Weighed together with {listing(agenda.kin)}, of the same flag."))
    if agenda.odds is not None:
        blocks.append(odds_table(agenda.title, agenda.odds))
    blocks.append(agenda_picture(agenda, _goals(agenda)))
    blocks += card
    if agenda.refusal is not None:
        claimed, evidenced = agenda.refusal
        blocks.append(
            Text(
                "Chance of the refusals on record if contributions were as claimed: "
                f"{percent(claimed.value)}; as evidenced: {percent(evidenced.value)}."
            )
        )
    if agenda.evidence:
        blocks.append(_pulls(agenda))
    if agenda.against is not None:
        row = agenda.against
        what = f"{row.text.rstrip('.')} ({row.id}, {row.day}; {signed(row.pull.value)} nats)"
        blocks.append(Text(f"Strongest evidence against the leading hypothesis: {what}."))
    blocks += told_blocks(agenda)
    if agenda.candour:
        blocks.append(_candour(agenda))
    return [*blocks, *notes]


def _goals(agenda: Agenda) -> Table:
    return grid(
        f"{agenda.title}: interests as declared, and as revealed by {agenda.observations.value:.0f}"
        " observations",
        ("goal", "declared", "revealed", "80 % interval", "learned", ""),
        (
            (
                g.title,
                "–" if g.declared is None else signed(g.declared.value),
                signed(g.revealed.value),
                between(g.revealed, signed),
                percent(max(g.learned.value, 0.0)),
                faint(g.note),
            )
            for g in sorted(agenda.goals, key=lambda g: -abs(g.revealed.value))
        ),
        numeric=(1, 2, 3, 4),
        note=(
            "Weights are shares of all that the party could win or lose; negative: it wants the goal to fail."
        ),
    )


def ranked(agenda: Agenda) -> list[HypothesisRow]:
    """Hypotheses, the most probable first."""
    return sorted(agenda.hypotheses, key=lambda h: -h.probability.value)


def _odds(agenda: Agenda) -> Table:
    return grid(
        f"{agenda.title}: which story fits the record",
        ("hypothesis", "prior", "now", "in words", "nats over coin-tossing"),
        (
            (
                h.title,
                percent(h.prior.value),
                chance(h.probability),
                likelihood(h.probability.value, monte_carlo_error(h.probability)),
                signed(h.over_coin.value, 1),
            )
            for h in ranked(agenda)
        ),
        numeric=(1, 4),
        note="Probabilities hold among the stories told, on one analyst's coding of the record.",
    )


def _shifted(agenda: Agenda) -> Table:
    names = [name for name, _ in agenda.hypotheses[0].shifted]
    return grid(
        f"{agenda.title}: the same probabilities under other assumptions",
        ("hypothesis", "now", *names),
        (
            (h.title, percent(h.probability.value), *(percent(n.value) for _, n in h.shifted))
            for h in ranked(agenda)
        ),
        numeric=range(1, 2 + len(names)),
        note=(
            "Looser or tighter: how closely interests follow a story. Noise: how often the better choice is"
            " missed. Grades drawn together or apart: how far a better grade counts for more."
        ),
    )


def monte_carlo_error(number: Number) -> float:
    """One standard error of a probability whose interval is ± 2 of them."""
    return 0.0 if number.low is None or number.high is None else (number.high - number.low) / 4


def _pulls(agenda: Agenda) -> Table:
    return grid(
        f"{agenda.title}: the observations that move the odds most",
        ("day", "what", "pull", "surprise", "record", "sources"),
        (
            (
                e.day,
                e.text,
                signed(e.pull.value),
                "" if e.surprise is None else percent(e.surprise.value),
                e.id,
                " ".join(e.sources),
            )
            for e in agenda.evidence
        ),
        numeric=(2, 3),
        terminal_rows=5,
        note=(
            "Pull: what the observation adds to the log odds of the leading hypothesis against the next. "
            "Surprise: the chance that the leading hypothesis gave to what was done."
        ),
    )


def _candour(agenda: Agenda) -> Table:
    return grid(
        "Candour: how far words reflect interests rather than what the audience wants to hear",
        ("speaker", "audience", "candour", "80 % interval"),
        (
            (c.speaker, c.audience, f"{c.candour.value:.2f}", between(c.candour, lambda x: f"{x:.2f}"))
            for c in agenda.candour
        ),
        numeric=(2, 3),
    )
