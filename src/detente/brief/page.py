"""From facts to a page: which tables, pictures and sentences, in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from detente.brief.charts import agenda_picture, frontier_picture, hype_picture, price_picture
from detente.brief.document import Block, Cell, Document, Points, Section, Table, Text
from detente.brief.facts.values import Agenda, Facts, HypothesisRow, LadderFacts, Number, OfferFacts
from detente.brief.glossary import used_terms
from detente.brief.words import figure, likelihood, listing, percent, points, signed

NOTHING = "Nothing to show: "
NO_RUNG = "nothing: it loses already where things stand"


def compose(facts: Facts) -> Document:
    """The briefing as a Document: sections of EXPERIENCE's order, each with what it has or one line
    that says what is missing."""
    sections = (
        Section("bottom-line", "Bottom line", "", _bottom(facts)),
        Section("agenda", "What they say and what they do", "Whose words match whose deeds?", _agendas(facts)),
        Section("contribution", "What they bring", "Of what is claimed, how much survives grading?", _bring(facts)),
        Section("price", "What it is worth", "For each thing they ask: the most that what they bring can pay for.", _prices(facts)),
        Section("deals", "What can be agreed", "Who signs, who must consent, who must deliver?", _deals(facts)),
        Section("why", "Why the offer on the table fails or stands", "Who refuses, and what would close it?", _why(facts)),
        Section("hold", "Would it hold", "Who is tempted to break it, and what patience keeps them in?", _hold(facts)),
        Section("unfold", "How it may unfold", "", (Text(NOTHING + "this version has no model of time yet (shocks are applied to interests as of the day; offers, waiting and moves are not played out)."),)),
        Section("doubt", "What we may be wrong about", "Which input moves which judgement?", _doubt(facts)),
        Section("evidence", "Evidence", "Every observation used, with its grades and sources.", _evidence(facts)),
    )
    line = (
        f"As of {facts.as_of} · for {facts.principal_title} · table {listing(facts.table)} · levels judged at {facts.horizon} · "
        f"{facts.draws} draws, seed {facts.seed} · detente {facts.version} · case {facts.case} {facts.digest[:12]}"
    )
    warnings = []
    if facts.hindsight:
        shown = ", ".join(facts.hindsight[:4]) + (" …" if len(facts.hindsight) > 4 else "")
        warnings.append(f"HINDSIGHT: {len(facts.hindsight)} inputs were judged with knowledge later than {facts.as_of}: {shown}")
    if facts.as_declared:
        warnings.append("Interests are taken as declared; nothing was inferred from acts.")
    words = " ".join(_texts(sections))
    return Document(facts.title, facts.about, facts.marking, line, sections, used_terms(words), tuple(warnings))


def _texts(sections: Sequence[Section]) -> list[str]:
    out = []
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Text):
                out.append(block.text)
            elif isinstance(block, Points):
                out += [f"{head} {' '.join(lines)}" for head, lines, _ in block.entries]
            else:
                table = block if isinstance(block, Table) else block.table
                out += [table.title, *table.columns, table.note, *(c.text for row in table.rows for c in row)]
    return out


def _bottom(facts: Facts) -> tuple[Block, ...]:
    entries = tuple(
        (j.sentence, (f"Confidence: {j.confidence}; {j.why_confidence}.",), j.anchor) for j in facts.judgements
    )
    return (Points(entries),)


def _span(number: Number) -> str:
    return _between(number, points)


def _between(number: Number, show: Callable[[float], str]) -> str:
    return "" if number.low is None or number.high is None else f"{show(number.low)} to {show(number.high)}"


def _gain(number: Number) -> Cell:
    tone = "good" if number.value > 0 else "bad" if number.value < 0 else ""
    return Cell(points(number.value), None, tone)


def _chance(number: Number) -> Cell:
    return Cell(percent(number.value), number.value)


def _agendas(facts: Facts) -> tuple[Block, ...]:
    if not facts.agendas:
        return (Text(NOTHING + "the case has no hypotheses about any party."),)
    return tuple(block for agenda in facts.agendas for block in _agenda(agenda))


def _agenda(agenda: Agenda) -> list[Block]:
    goals = Table(
        f"{agenda.title}: interests, as declared beside as revealed by {agenda.observations.value:.0f} observations",
        ("goal", "declared", "revealed", "80 % interval", "learned", ""),
        tuple(
            (
                Cell(g.title),
                Cell("–" if g.declared is None else signed(g.declared.value)),
                Cell(signed(g.revealed.value)),
                Cell(_between(g.revealed, signed)),
                Cell(percent(max(g.learned.value, 0.0))),
                Cell(g.note, None, "faint"),
            )
            for g in sorted(agenda.goals, key=lambda g: -abs(g.revealed.value))
        ),
        (1, 2, 3, 4),
        note="Weights are shares of all that the party could win or lose; a negative weight wants the goal to fail.",
    )
    if not agenda.fit:
        return [Text(f"Odds between hypotheses about {agenda.title} are not shown: {agenda.why_unfit}.", "bad"), goals]
    blocks: list[Block] = [_odds(agenda), _shifted(agenda), agenda_picture(agenda, goals)]
    if agenda.refusal is not None:
        claimed, evidenced = agenda.refusal
        blocks.append(
            Text(
                f"Chance of the refusals on record if contributions were as claimed: {percent(claimed.value)}; "
                f"as evidenced: {percent(evidenced.value)}."
            )
        )
    blocks.append(_pulls(agenda))
    if agenda.against is not None:
        row = agenda.against
        blocks.append(Text(f"Strongest evidence against the leading hypothesis: {row.text.rstrip('.')} ({row.id}, {row.day}; {signed(row.pull.value)} nats)."))
    if agenda.candour:
        blocks.append(
            Table(
                "Candour: how far words reflect interests rather than what the audience wants to hear",
                ("speaker", "audience", "candour", "80 % interval"),
                tuple(
                    (Cell(c.speaker), Cell(c.audience), Cell(f"{c.candour.value:.2f}"), Cell(_between(c.candour, lambda x: f"{x:.2f}")))
                    for c in agenda.candour
                ),
                (2, 3),
            )
        )
    return blocks


def _odds(agenda: Agenda) -> Table:
    return Table(
        f"{agenda.title}: which story fits the record",
        ("hypothesis", "prior", "now", "in words", "nats over coin-tossing"),
        tuple(
            (
                Cell(h.title),
                Cell(percent(h.prior.value)),
                _chance(h.probability),
                Cell(likelihood(h.probability.value, _error(h.probability))),
                Cell(signed(h.over_coin.value, 1)),
            )
            for h in _ranked(agenda)
        ),
        (1, 4),
    )


def _ranked(agenda: Agenda) -> list[HypothesisRow]:
    return sorted(agenda.hypotheses, key=lambda h: -h.probability.value)


def _shifted(agenda: Agenda) -> Table:
    names = [name for name, _ in agenda.hypotheses[0].shifted]
    return Table(
        f"{agenda.title}: the same probabilities under other assumptions",
        ("hypothesis", "now", *names),
        tuple((Cell(h.title), Cell(percent(h.probability.value)), *(Cell(percent(n.value)) for _, n in h.shifted)) for h in _ranked(agenda)),
        tuple(range(1, 2 + len(names))),
        note="Looser or tighter: how closely interests follow a story. Noise: how often the better choice is missed.",
    )


def _error(number: Number) -> float:
    return 0.0 if number.low is None or number.high is None else (number.high - number.low) / 4


def _pulls(agenda: Agenda) -> Table:
    return Table(
        f"{agenda.title}: the observations that move the odds most",
        ("day", "what", "pull", "surprise", "record", "sources"),
        tuple(
            (
                Cell(e.day),
                Cell(e.text),
                Cell(signed(e.pull.value)),
                Cell("" if e.surprise is None else percent(e.surprise.value)),
                Cell(e.id),
                Cell(" ".join(e.sources)),
            )
            for e in agenda.evidence
        ),
        (2, 3),
        terminal_rows=5,
        note="Pull: change of the log odds of the leading hypothesis against the next when the observation is left out, sign "
        "reversed. Surprise: chance that the leading hypothesis gave to what was done.",
    )


def _bring(facts: Facts) -> tuple[Block, ...]:
    bring = facts.bring
    if not bring.rows:
        return (Text(NOTHING + "the case names no tasks or no contributions to them."),)
    blocks: list[Block] = []
    for contributor in dict.fromkeys(row.contributor for row in bring.rows):
        table = Table(
            f"{contributor}: added value by task, in points of the goal",
            ("task", "goal", "claimed", "evidenced", "80 % interval", "hype", "80 % interval", ""),
            tuple(
                (
                    Cell(f"{r.title} ({r.theatre})" if r.theatre else r.title), Cell(r.goal), Cell(points(r.claimed.value, False)),
                    Cell(points(r.evidenced.value, False)), Cell(_span(r.evidenced)), Cell(points(r.hype.value)), Cell(_span(r.hype)),
                    Cell("irreplaceable" if r.irreplaceable else "", None, "faint"),
                )
                for r in bring.rows
                if r.contributor == contributor
            ),
            (2, 3, 4, 5, 6),
        )
        blocks.append(hype_picture(bring, contributor, table))
    blocks.append(
        Table(
            f"Worth to {facts.principal_title}, in its points, of all that each adds",
            ("contributor", "as claimed", "as evidenced", "80 % interval", "Shapley value"),
            tuple(
                (Cell(name), Cell(points(c.value)), Cell(points(e.value)), Cell(_span(e)), Cell(points(dict(bring.shapley)[name].value)))
                for name, c, e in bring.totals
            ),
            (1, 2, 3, 4),
        )
    )
    if bring.nothing:
        named = listing([f"{task} ({who})" for who, task in bring.nothing])
        blocks.append(Text(f"As evidenced they add next to nothing (under half a point) on: {named}."))
    if bring.methods:
        blocks.append(
            Table(
                "What the way of doing things costs others",
                ("contributor", "goal", "points", "80 % interval"),
                tuple((Cell(w), Cell(g), Cell(points(n.value), None, "bad" if n.value < 0 else ""), Cell(_span(n))) for w, g, n in bring.methods),
                (2, 3),
            )
        )
    if bring.claims:
        blocks.append(_claims(facts))
    return tuple(blocks)


def _claims(facts: Facts) -> Table:
    return Table(
        "Claims and what survives grading",
        ("measure", "claimed", "evidenced", "80 % interval", "contradictions"),
        tuple(
            (
                Cell(f"{c.title}, {c.period} ({c.unit})"),
                Cell("–" if c.claimed is None else figure(c.claimed.value)),
                Cell(figure(c.evidenced.value)),
                Cell(_between(c.evidenced, figure)),
                Cell("; ".join(c.conflicts) or "–"),
            )
            for c in facts.bring.claims
        ),
        (1, 2, 3),
        note="Evidenced: pooled by grade, the rest left to what one would say without any claim.",
    )


def _prices(facts: Facts) -> tuple[Block, ...]:
    if not facts.ladders:
        return (Text(NOTHING + "nothing on the table gains for the other side and costs the principal, beyond what is offered."),)
    blocks: list[Block] = []
    for ladder in facts.ladders:
        blocks.append(price_picture(ladder, ladder.payer, _rungs(ladder)))
        blocks.append(_ceilings(ladder))
    return tuple(blocks)


def _rungs(ladder: LadderFacts) -> Table:
    return Table(
        f"{ladder.title}: expected gain of {ladder.payer} with {ladder.paid_with}, rung by rung",
        ("rung", "claimed", "80 % interval", "payable", "evidenced", "80 % interval", "payable"),
        tuple(
            (
                Cell(r.title), _gain(r.claimed), Cell(_span(r.claimed)), Cell(percent(r.payable_claimed.value)),
                _gain(r.evidenced), Cell(_span(r.evidenced)), Cell(percent(r.payable_evidenced.value)),
            )
            for r in ladder.rungs
        ),
        (1, 2, 3, 4, 5, 6),
        note=f"Payable: share of draws in which {ladder.payer} still gains, given the chance that the deliveries are performed.",
    )


def _ceilings(ladder: LadderFacts) -> Table:
    lowest = f" Lowest ceiling among those who own the issue: {ladder.lowest_owner}." if ladder.lowest_owner else ""
    return Table(
        f"{ladder.title}: the walk-away ceiling of each payer (asked by {ladder.asker})",
        ("payer", "owns the issue", "as claimed", "as evidenced"),
        tuple((Cell(who), Cell("yes" if owns else "no"), Cell(c or NO_RUNG), Cell(e or NO_RUNG)) for who, c, e, owns in ladder.ceilings),
        note="Who gains from the deliveries may not be who pays." + lowest,
    )


def _party_table(offer: OfferFacts) -> Table:
    return Table(
        f"{offer.title}: each party",
        ("party", "role", "gain", "80 % interval", "better off", "says yes", ""),
        tuple(
            (
                Cell(p.title), Cell(p.role), _gain(p.gain), Cell(_span(p.gain)), _chance(p.better_off), _chance(p.says_yes),
                Cell(p.manner, None, "bad" if "refuses" in p.manner else "faint"),
            )
            for p in offer.parties
        ),
        (2, 3),
        note="Gain in each party's own points above no deal. Better off: share of draws. Says yes: chance when choices are noisy; "
        "the two are never mixed.",
    )


def _deals(facts: Facts) -> tuple[Block, ...]:
    zone = facts.frontier
    blocks: list[Block] = []
    if not zone.exists:
        blocks.append(Text("There is no zone of agreement at mean values: no package is accepted by everyone whose acceptance it needs.", "bad"))
        if zone.blockers:
            blocks.append(Text(f"It would open with any one of these: {listing(zone.blockers, 'or')}."))
    else:
        proof = "proven complete" if zone.status == "exact" else "an approximation with a stated bound"
        blocks.append(
            Text(
                f"There is a zone of agreement. Its frontier has {zone.distinct.value:.0f} distinct points "
                f"({zone.packages.value:.0f} packages, ties included), {proof}."
            )
        )
        names = [title for title, _ in zone.solutions[0].gains] if zone.solutions else []
        table = Table(
            "What each way of dividing the gains would settle",
            ("concept", "settles", *(f"gain of {n}" for n in names), "ties"),
            tuple(
                (
                    Cell(s.title), Cell("; ".join(f"{i}: {o}" for i, o in s.settles) or "nothing"),
                    *(_gain(g) for _, g in s.gains), Cell(f"{s.ties.value:.0f}"),
                )
                for s in zone.solutions
            ),
            tuple(range(2, 3 + len(names))),
            note="Options with risks, not advice: each concept assumes something. " + " ".join(dict.fromkeys(s.note for s in zone.solutions if s.note)),
        )
        blocks.append(frontier_picture(zone, facts.offer.title if facts.offer else "offer", table))
        blocks.append(
            Table(
                "How often each step is part of the Nash solution over the draws",
                ("issue", "option", "share of draws"),
                tuple((Cell(s.title), Cell(s.option), _chance(s.share)) for s in zone.shares),
                terminal_rows=10,
                note="A whole package rarely repeats from draw to draw; single steps do.",
            )
        )
    if facts.offer is not None:
        blocks.append(_party_table(facts.offer))
    if facts.proposals:
        blocks.append(_proposals(facts.proposals))
    return tuple(blocks)


def _proposals(proposals: Sequence[OfferFacts]) -> Table:
    seats = [p.title for p in proposals[0].parties if p.role == "table"]
    return Table(
        "Proposals on record",
        ("proposal", *(f"gain of {name}" for name in seats), "all accept", "refusing at mean values"),
        tuple(
            (
                Cell(o.title), *(_gain(p.gain) for p in o.parties if p.role == "table"), Cell(percent(o.all_accept.value)),
                Cell(listing(list(dict.fromkeys(who for who, *_ in o.refusals))) or "nobody"),
            )
            for o in proposals
        ),
        tuple(range(1, 2 + len(seats))),
    )


def _why(facts: Facts) -> tuple[Block, ...]:
    if facts.offer is None:
        return (Text(NOTHING + f"no proposal was known by {facts.as_of}; name a package with --package."),)
    offer = facts.offer
    verdict = "is acceptable to everyone whose acceptance it needs" if offer.acceptable else "is not acceptable as it stands"
    blocks: list[Block] = [
        Text(
            f"“{offer.title}” {verdict} at mean values; all needed accept at once in {percent(offer.all_accept.value)} of draws, "
            f"with every string dropped in {percent(offer.without_strings.value)}."
        ),
        Text("It settles " + listing([f"{i}: {o}" for i, o in offer.settles]) + "."),
    ]
    if offer.refusals:
        rows = tuple((Cell(who), Cell(why), Cell("" if n is None else points(n.value), None, "bad"), Cell(detail)) for who, why, n, detail in offer.refusals)
        blocks.append(Table("Who refuses", ("who", "because of", "points", "detail"), rows, (2,)))
    if offer.strings:
        blocks.append(Table(
                "Strings attached",
                ("string", "whose", "", "read from"),
                tuple((Cell(x.name), Cell(x.owner), Cell(x.state, None, "bad" if x.state == "broken" else ""), Cell(" ".join(x.src))) for x in offer.strings),
            ))
    if offer.killer:
        blocks.append(Text(f"A single string kills it: {offer.killer}. Without it nobody needed refuses at mean values."))
    if any(b.needed for b in offer.bodies):
        blocks.append(
            Table("Bodies whose consent it needs", ("body", "accepts"), tuple((Cell(b.title), _chance(b.accepts)) for b in offer.bodies if b.needed))
        )
    if offer.nearest:
        who = [name for name, _ in offer.nearest[0].gains]
        blocks.append(
            Table(
                "Nearest packages that everyone accepts (fewest changes first)" if not offer.acceptable else "Acceptable packages nearby",
                ("change", *(f"gain of {n}" for n in who)),
                tuple((Cell("; ".join(f"{i}: {a} → {b}" for i, a, b in n.changes)), *(_gain(g) for _, g in n.gains)) for n in offer.nearest),
                tuple(range(1, 1 + len(who))),
            )
        )
    elif not offer.acceptable:
        blocks.append(Text("No acceptable package was found within the searched number of changes."))
    if not offer.acceptable and offer.mends:
        blocks.append(
            Table(
                "What would have to give: smallest sets of refusals and strings, with the changes that go with them",
                ("without", "package"),
                tuple((Cell(drop), Cell(changes)) for drop, changes in offer.mends),
            )
        )
    blocks += _answers(offer)
    return tuple(blocks)


def _answers(offer: OfferFacts) -> list[Block]:
    if not offer.answers:
        return []
    rows = tuple((Cell(who), Cell(answer), Cell("" if n is None else percent(n.value)), Cell(coding)) for who, answer, n, coding in offer.answers)
    return [Table("Answers on record, beside the model's chance of a yes", ("who", "answered", "model: yes", "record"), rows, (2,))]


def _hold(facts: Facts) -> tuple[Block, ...]:
    if not facts.hold:
        return (Text(NOTHING + "no package is on the table, or nobody in it has anything to deliver."),)

    def patience(number: Number | None, verdict: str) -> str:
        return verdict if number is None else f"{number.value:.2f} ({verdict})"

    table = Table(
        f"{facts.offer.title if facts.offer else 'The package'}: who must deliver, and what keeps them to it",
        ("deliverer", "delivers", "temptation", "patience needed, watched", "unwatched", "who would punish"),
        tuple(
            (
                Cell(h.title), Cell(", ".join(h.delivers)), Cell(points(h.temptation.value), None, "bad" if h.temptation.value > 0 else "good"),
                Cell(patience(h.watched, h.verdict)), Cell(patience(h.unwatched, h.verdict_unwatched)), Cell(", ".join(h.punishers) or "nobody"),
            )
            for h in facts.hold
        ),
        (2,),
        note="Temptation in the deliverer's points. Patience is the weight on the next period at which keeping the deal pays; 1 is "
        "infinite patience. Phases of carrying out are not modelled yet.",
    )
    return (table,)


def _doubt(facts: Facts) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for judgement in dict.fromkeys(row.judgement for row in facts.sensitivities):
        rows = [row for row in facts.sensitivities if row.judgement == judgement and not row.path.startswith("hypotheses.")]
        stories = [row for row in facts.sensitivities if row.judgement == judgement and row.path.startswith("hypotheses.")]
        blocks.append(
            Table(
                f"What moves {judgement}: one input at its low and high end, all else as drawn",
                ("input", "low end", "high end", ""),
                tuple((Cell(r.label), Cell(points(r.low.value)), Cell(points(r.high.value)), Cell("changes sign" if r.flips else "", None, "bad")) for r in rows),
                (1, 2),
                terminal_rows=8,
            )
        )
        if stories:
            blocks.append(
                Table(
                    f"{judgement[:1].upper()}{judgement[1:]}, if one story alone were right",
                    ("story", "gain"),
                    tuple((Cell(r.label), _gain(r.low)) for r in stories),
                    (1,),
                )
            )
    if not blocks:
        blocks.append(Text(NOTHING + "no package is on the table whose value could be tested."))
    for agenda in facts.agendas:
        ranked = sorted(agenda.hypotheses, key=lambda h: -h.probability.value)
        if agenda.fit and len(ranked) > 1:
            blocks.append(
                Text(f"Dissent on {agenda.title}: “{ranked[1].title}” holds {percent(ranked[1].probability.value)} and should be argued at its strongest.")
            )
    blocks.append(Points(tuple((text, (), "") for text in facts.assumptions)))
    return tuple(blocks)


def _evidence(facts: Facts) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Text(
            f"Method: {facts.draws} joint draws of every uncertain input (seed {facts.seed}); same seed, same figures on one machine. "
            "Probabilities of hypotheses by importance sampling with the error shown; packages by exact search. "
            "What was not known by the as-of day is not used."
        )
    ]
    if facts.conflicts:
        blocks.append(Table("Claims that contradict each other, side by side", ("conflict",), tuple((Cell(c),) for c in facts.conflicts)))
    blocks.append(
        Table(
            f"Observations used ({len(facts.observations)})",
            ("record", "day", "known", "kind", "by", "what", "read as", "grades", "sources"),
            tuple(
                (Cell(o.id), Cell(o.day), Cell(o.known), Cell(o.kind), Cell(o.by), Cell(o.text), Cell(o.reading), Cell(o.grade), Cell(" ".join(o.sources)))
                for o in facts.observations
            ),
            terminal_rows=10,
        )
    )
    blocks.append(
        Table(
            f"Sources cited ({len(facts.sources)})",
            ("id", "reliability", "publisher", "title", "day"),
            tuple((Cell(s.id), Cell(s.reliability), Cell(s.publisher), Cell(s.title), Cell(s.day)) for s in facts.sources),
            terminal_rows=5,
        )
    )
    return tuple(blocks)
