"""Every mistake an analyst can make: told at its line, with what was expected and what to try."""

from __future__ import annotations

import pytest

from detente.case.problems import nearest, shown
from detente.errors import Problem
from tests.case.sample import changed, line_of, only, original, problems

# old text (where it first stands), new text, key path, must, hint
MISTAKES = [
    ("menus:", "periods: {truce: {since: 2031-02-01, until: 2031-01-01}}\nmenus:", "periods.truce.until", "must not be before since", ""),
    ("title: What Arvenia does in a dry spell", "seen: {open_gate: 0.5}", "menus.dry_spell.seen.open_gate",
     "must be an alternative of this menu", "did you mean open_gates?"),
    ("title: What Arvenia does in a dry spell", "seen: {open_gates: 0}", "menus.dry_spell.seen.open_gates",
     "must be a chance above 0", ""),
    ("title: What Arvenia does in a dry spell", "during: {truce: {open_gates: {}}}", "menus.dry_spell.during.truce",
     "must be a lever or a period", ""),
    ("format: 1", "format: 2", "format", "must be 1", ""),
    ("as_of: 2031-06-01", "as_of: 2031-06-31", "as_of", "must be a date", ""),
    ("as_of: 2031-06-01", "as_of: 1940", "as_of", "must be a date", ""),
    ("horizon: 2032-06-01", "horizon: 2030-01-01", "horizon", "must not be before as_of", ""),
    ("principal: delmar", "principal: delmark", "principal", "must be a party", "did you mean delmar?"),
    ("principal: delmar", "principal: sorland", "principal", "must sit at the table", "delmar, arvenia"),
    ("table: [delmar, arvenia]", "table: [delmar, arvania]", "table[1]", "must be a party", "did you mean arvenia?"),
    ("table: [delmar, arvenia]", "table: delmar", "table", "must have two or more parties", ""),
    ("table: [delmar, arvenia]", "table: [delmar, delmar]", "table", "must name each party once", ""),
    ('marking: ""', "asks: [powder]", "asks[0]", "must be an issue", "did you mean power?"),
    ('marking: ""', "flags: {arvenya: Arvenia}", "flags.arvenya", "must be the flag of a party", "did you mean arv"),
    ("margin: 0 ", "margins: 0 ", "parties.arvenia.margins", "is not a key", "did you mean margin?"),
    ("margin: 0 ", "margin: 200 ", "parties.arvenia.margin", "must be between -100 and 100", ""),
    ("border_quiet: 15..25", "border_quite: 15..25", "parties.delmar.interests.border_quite", "must be a goal",
     "did you mean border_quiet?"),
    ("base: 40..50", "base: 40..150", "goals.fields_watered.base", "must be between 0 and 100", "another scale"),
    ("base: 40..50", "base: 50..40", "goals.fields_watered.base", "must have its low end first", "write 40..50"),
    ("base: 40..50", "base: {low: 1, mode: 9, high: 3}", "goals.fields_watered.base", "must have its mode between", ""),
    ("base: 40..50", "base: {low: 1, hihg: 3}", "goals.fields_watered.base", "must have the keys", "did you mean high"),
    ("base: 40..50", "base: .nan", "goals.fields_watered.base", "must be a finite number", ""),
    ("base: 40..50", "base: 1e999", "goals.fields_watered.base", "must be a finite number", ""),
    ("base: 40..50", "base: inf", "goals.fields_watered.base", "must be a finite number", ""),
    ("base: 40..50", "base: [1, 2]", "goals.fields_watered.base", "must be a quantity", ""),
    ("base: 40..50", "base: slight", "goals.fields_watered.base", "must be a number", ""),
    ("base: 40..50", "base: 30% of arvenia.gauges", "goals.fields_watered.base", "not a contribution", "delivers"),
    ("fields_watered: 5..12", "fields_watered: 5..170", "issues.filling.options.slow.effects.fields_watered",
     "must be between -100 and 100", "is it on another scale?"),
    ("fields_watered: 5..12", "fields_watered: sligth", "issues.filling.options.slow.effects.fields_watered",
     "must be a number or a word", "did you mean slight?"),
    ("fields_watered: 5..12", "fields_watered: [5, 6]", "issues.filling.options.slow.effects.fields_watered",
     "must be one number", ""),
    ("title: as fast as the rain allows", "effects: {delta_alive: 1}", "issues.filling.options.fast.effects",
     "must be empty for the first option", ""),
    ("arvenia_power: {power_income", "arvenia_pwr: {power_income",
     "issues.filling.options.by_rule.as_seen_by.arvenia_pwr", "must be a party", "did you mean arvenia_power?"),
    ("floods_contained: 60% of arvenia.gauges", "floods_contained: 60% of arvenia.gauge",
     "issues.warning.options.gauges.effects.floods_contained", "must be a task", "did you mean gauges?"),
    ("floods_contained: 60% of arvenia.gauges", "floods_contained: 60% of sorland.gauges",
     "issues.warning.options.gauges.effects.floods_contained", "must name a contribution", ""),
    ("floods_contained: 60% of arvenia.gauges", "floods_contained: 60 of arvenia.gauges",
     "issues.warning.options.gauges.effects.floods_contained", "must be between 0 and 1", "30%"),
    ("floods_contained: 60% of arvenia.gauges", "floods_contained: [60% of arvenia.gauges, 2..5]",
     "issues.warning.options.gauges.effects.floods_contained", "not be a number and a contribution", "besides: {fl"),
    ("border_quiet: 1..3", "border_quiet: 60% of arvenia.gauges",
     "issues.warning.options.gauges.effects.border_quiet", "must name a task of border_quiet", ""),
    ("\n        effects:\n          floods_contained: 60%",
     "\n        besides: {border_quiet: 1}\n        effects:\n          floods_contained: 60%",
     "issues.warning.options.gauges.besides.border_quiet",
     "must stand beside a contribution", "under effects"),
    ("steady+: [arvenia]", "stedy+: [arvenia]", "issues.releases.consent.stedy+", "must be an option of releases",
     "did you mean steady?"),
    ("steady+: [arvenia]", "generous..steady: [arvenia]", "issues.releases.consent.generous..steady",
     "must name the lower rung first", "write steady..generous"),
    ("steady+: [arvenia]", "steady+: [arvenia, commission]", "issues.releases.consent.steady+[1]",
     "must be a party or body", "did you mean river_commission?"),
    ("by: arvenia, cost: 2..5", "by: delmar, cost: 2..5", "issues.filling.consent.slow+[1].can_be_overruled.by",
     "must be another party of the same flag", "parties: arvenia"),
    ("arvenia: arvenia.keep_promises", "arvenia: 90", "issues.releases.delivers.steady+.arvenia",
     "must be between 0 and 1", "30% or 0.3"),
    ("to: no_contract,", "to: old_contract,", "issues.power.reverts.to", "must not be among the options", "holds"),
    ("kept_by: river_commission", "kept_by: river_comission", "issues.power.reverts.kept_by", "must be a party or body",
     "did you mean river_commission?"),
    ("quota: 3", "quota: 5", "bodies.river_commission.quota", "could never consent", ""),
    ("quota: 3", "quota: 0", "bodies.river_commission.quota", "must be above 0", ""),
    ("delmar: 1, arvenia: 1", "delmar: -1, arvenia: 2", "bodies.river_commission.votes.delmar", "above 0 votes", ""),
    ("follow: sorland", "follow: nobody", "bodies.river_commission.others.follow", "must be a member", ""),
    ("bodies:\n", "bodies:\n  sorland: {quota: 1, votes: {delmar: 1}}\n", "bodies.sorland", "must have a name that no party has", ""),
    ("when: {power: more_power, releases: steady+}", "when: {power: more_power}", "links[0].when",
     "must name two or more issues", "belongs to its options"),
    ("issues: [filling, releases]", "issues: [filling]", "overlaps[0].issues", "must name two or more", ""),
    ("if: {power: more_power}", "if: {powder: more_power}", "conditions[0].if.powder", "must be an issue",
     "did you mean power?"),
    ("then: {releases: steady+}", "then: {power: old_contract}", "conditions[0].then.power",
     "must not contradict its own if", "never"),
    ("    then: {releases: steady+}\n", "", "conditions[0]", "must have if and then, or never", ""),
    ("    cost: 1..3\n", "", "levers.court_case.cost", "is required", ""),
    ("in_place: 2031-05-02", "in_place: 2031-07-02", "levers.held_water.in_place", "must not be after as_of", "leave"),
    ("take: {power: more_power", "take: {power: most_power", "proposals.spring_draft.take.power",
     "must be an option of power", "did you mean more_power?"),
    ("take: {power: more_power, warning: gauges}", "take: {power: more_power, warning: gauges+}",
     "proposals.spring_draft.take.warning", "must be one option", ""),
    ("share: 100%", "share: 60%", "tasks.gauges.share", "must sum to 1 over the tasks of floods_contained", ""),
    ("share: 100%", "share: 100", "tasks.gauges.share", "must be between 0 and 1", ""),
    ("pooled: gauges_working,", "pooled: gauges_work,", "contributions.arvenia.gauges.pooled", "must be a measure",
     "did you mean gauges_working?"),
    ("pooled: gauges_working,", "pooled: gauges_working, claimed: 50%,", "contributions.arvenia.gauges.pooled",
     "must not stand beside", ""),
    ("pooled: gauges_working,", "", "contributions.arvenia.gauges", "must have pooled, or claimed", ""),
    ("now: 10%", "now: 10", "contributions.delmar.gauges.now", "must be between 0 and 1", ""),
    ("    as_declared:", "    none_of_these:", "hypotheses.arvenia.none_of_these", "must not be written", ""),
    ("odds: 0.5", "odds: 0", "hypotheses.arvenia.good_neighbour.odds", "must be above 0", ""),
    ("kept_out: [E2]", "kept_out: [E22]", "hypotheses.arvenia.as_declared.kept_out[0]", "must be the id of an event",
     "did you mean E2?"),
    ("src: [S1, S3]", "src: [S1, S33]", "issues.releases.options.steady.src[1]", "must be the id of a source",
     "did you mean S3?"),
    ("call: {border_quiet: 2}", "call: {border_quiet: 20}", "menus.after_incident.alternatives.call.border_quiet",
     "must be between -3 and 3", "pushes"),
    ("cost: {patrol: 0..1}", "cost: {patrole: 0..1}", "menus.after_incident.cost.patrole",
     "must be an alternative of this menu", "did you mean patrol?"),
    ("{border_quiet: 60, floods_contained: 40}", "{border_quiet: 0}", "audiences.neighbours", "size other than 0", ""),
    ("x1.5", "x-1", "shocks.april_flood.weights.delmar.floods_contained", "must be a factor", ""),
    ("half_life: 60", "half_life: 0", "shocks.april_flood.half_life", "must be above 0 days", ""),
    ("interests:\n      delta_alive: 80\n      fields_watered: 20", "interests: {delta_alive: 0}",
     "parties.delta_fishers.interests", "must have a size other than 0", "no party"),
    ("    title: Fishers of the delta", "    title: [Fishers]", "parties.delta_fishers.title", "must be text", ""),
    ("name: river-sharing", "name: river sharing", "name", "must be a name", ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "must", "hint"), MISTAKES, ids=lambda v: str(v)[:30])
def test_mistake_in_the_case_file(old: str, new: str, key: str, must: str, hint: str) -> None:
    files = changed(old, new)
    problem = only(tuple(p for p in problems(files) if p.severity == "error"))
    assert problem.file == "case.yaml"
    assert problem.key == key
    assert must in problem.must
    assert hint in problem.hint
    lines = files["case.yaml"].splitlines()
    last = key.replace("]", "").split("[")[0].split(".")[-1]
    assert problem.line > 0
    assert last in lines[problem.line - 1] or new.strip() in lines[problem.line - 1] or "is required" in must


def test_line_and_sentence_of_a_problem() -> None:
    files = changed("fields_watered: 5..12", "fields_watered: 5..170")
    line = line_of(files["case.yaml"], "fields_watered: 5..170")
    assert str(only(problems(files))) == (
        f"case.yaml:{line} issues.filling.options.slow.effects.fields_watered must be between -100 and 100, "
        "got 5..170; is it on another scale?"
    )


ROW_MISTAKES = [
    ("sources.csv", "2031-01,", "2031-13,", 2, "S1.date", "must be a date", "write 2016-07-14"),
    ("sources.csv", ",,B,", ",,G,", 2, "S1.reliability", "must be a letter A to F", ""),
    ("sources.csv", "S2,", "S1,", 3, "id", "must not appear twice", "first on line 2"),
    ("sources.csv", ",publisher,", ",editor,", 1, "editor", "is not a column", ""),
    ("sources.csv", "peer reviewed", "peer, reviewed", 4, "", "must have 7 columns", "double quotes"),
    (
        "events.csv",
        "2031-04-20,2031-04-21",
        "20.4.2031,2031-04-21",
        2,
        "E1.happened",
        "must be a date",
        "write",
    ),
    (
        "events.csv",
        "2031-04-20,2031-04-21",
        "2031-04-20,2031-04-19",
        2,
        "E1.known_on",
        "must not be before",
        "",
    ),
    (
        "events.csv",
        "S2,1,,upper Lune",
        "S7,1,,upper Lune",
        2,
        "E1.sources",
        "must be ids of sources.csv",
        "sources: S1",
    ),
    (
        "events.csv",
        "S2,1,,upper Lune",
        "S2,7,,upper Lune",
        2,
        "E1.reported",
        "must be a digit 1 to 6",
        "6 = cannot",
    ),
    ("codings.csv", "K1,E4", "K1,E44", 2, "K1.event", "must be an id of events.csv", "did you mean E4?"),
    (
        "codings.csv",
        "act,arvenia,,dry",
        "act,arvenya,,dry",
        2,
        "K1.by",
        "must be a party",
        "did you mean arvenia?",
    ),
    (
        "codings.csv",
        "act,arvenia,,dry_spell",
        "act,arvenia,,dry_spel",
        2,
        "K1.about",
        "must be a menu",
        "dry_spell?",
    ),
    (
        "codings.csv",
        "run_turbines:2",
        "run_turbine:2",
        2,
        "K1.value",
        "must be alternatives",
        "run_turbines?",
    ),
    ("codings.csv", "run_turbines:2", "run_turbines:-2", 2, "K1.value", "must count above 0", ""),
    ("codings.csv", "act,arvenia,,dry", "deed,arvenia,,dry", 2, "K1.kind", "must be act, statement", ""),
    ("codings.csv", ",0.9,", ",1.9,", 3, "K2.seen", "must be a chance", ""),
    (
        "codings.csv",
        "neighbours,",
        "neighbors,",
        5,
        "K4.about",
        "must be an audience",
        "did you mean neighbours?",
    ),
    (
        "codings.csv",
        "border_quiet+;",
        "border_quite-;",
        5,
        "K4.value",
        "must be a goal",
        "did you mean border_quiet?",
    ),
    (
        "codings.csv",
        "gauges_working,90,1,4",
        "gauges_working,lots,1,4",
        6,
        "K5.value",
        "must be a number",
        "",
    ),
    (
        "codings.csv",
        "gauges_working,90,1,4",
        "gauges_working,90,1,",
        6,
        "K5.content",
        "must be a digit 1 to 6",
        "",
    ),
    (
        "codings.csv",
        "spring_draft,no",
        "spring_draft,nope",
        8,
        "K7.value",
        "must be yes, no",
        "did you mean no?",
    ),
    ("codings.csv", "<=9", "<=soon", 9, "K8.value", "must be a number", ""),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "key", "must", "hint"), ROW_MISTAKES, ids=lambda v: str(v)[:24]
)
def test_mistake_in_a_row(file: str, old: str, new: str, line: int, key: str, must: str, hint: str) -> None:
    found = [p for p in problems(changed(old, new, file)) if p.severity == "error"]
    assert [
        p
        for p in found
        if p.file == file and p.line == line and p.key == key and must in p.must and hint in p.hint
    ]
    assert len(found) == (2 if "editor" in new else 1)


def test_hostile_rows() -> None:
    rows = "id,publisher,title,date,url,reliability,note\n"
    for text, must in (
        (rows + 'S1,"a', "must be readable as CSV"),
        (rows + "S1," + "x" * 200_000 + ",,,,A,", "must be readable as CSV"),
        ("id," * 5, "must not be a column twice"),
        (rows + ",a,b,,,A,", "must not be empty"),
    ):
        found = [p for p in problems({**original(), "sources.csv": text}) if p.file == "sources.csv"]
        assert any(must in p.must for p in found), found
    quoted = rows + 'S1,"a\nb","c ""d""",,,A,\nS1,x,y,,,A,\n'
    twice = next(p for p in problems({**original(), "sources.csv": quoted}) if p.file == "sources.csv")
    assert (twice.line, twice.must) == (4, "must not appear twice")


def test_all_problems_of_all_files_at_once_in_file_order() -> None:
    files = changed("as_of: 2031-06-01", "as_of: soon")
    files["case.yaml"] = (
        files["case.yaml"]
        .replace("interests: inferred", "intrests: inferred")
        .replace("field_watered", "fields_watered")
        .replace("by: arvenia_power", "by: arvenia_pwr")
        .replace("quota: 3", "quota: 9")
        .replace("    cost: 1..3\n", "")
        .replace("then: {releases: steady+}", "then: {releases: stedy+}")
    )
    files["events.csv"] = files["events.csv"].replace("E1,2031-04-20", "E1,April")
    files["codings.csv"] = files["codings.csv"].replace("K3,E8,act", "K3,E8,akt")
    found = problems(files)
    assert [(p.file, p.key) for p in found] == [
        ("case.yaml", "as_of"),
        ("case.yaml", "parties.arvenia.interests"),
        ("case.yaml", "parties.arvenia.intrests"),
        ("case.yaml", "bodies.river_commission.quota"),
        ("case.yaml", "issues.filling.consent.slow+[1]"),
        ("case.yaml", "conditions[0].then.releases"),
        ("case.yaml", "levers.court_case.cost"),
        ("events.csv", "E1.happened"),
        ("codings.csv", "K3.kind"),
    ]
    lines = [(p.file, p.line) for p in found]
    assert [line for file, line in lines if file == "case.yaml"] == sorted(
        n for f, n in lines if f == "case.yaml"
    )


def test_one_torn_table_brings_no_second_complaints() -> None:
    found = problems(changed("id,publisher", "ident,publisher", "sources.csv"))
    assert {p.file for p in found} == {"sources.csv"}


def test_an_empty_list_entry_is_told() -> None:
    problem = only(problems(changed("links:\n", "links:\n  -\n")))
    assert (problem.key, problem.must) == ("links[0]", "must not be empty")


def test_many_problems_stop_somewhere() -> None:
    head, row = original()["codings.csv"].splitlines()[:2]
    rows = "\n".join(f"X{i}" + row.removeprefix("K1").replace("dry_spell", "wet") for i in range(5000))
    assert 1000 <= len(problems({**original(), "codings.csv": f"{head}\n{rows}\n"})) < 1100


def test_hints_and_shown_values() -> None:
    assert nearest("", ["a", "b"], "letters") == "letters: a, b"
    assert nearest("zz", [f"name{i}" for i in range(20)]).endswith("and 8 more")
    assert nearest("x", []) == "known: none"
    assert shown("a\nb\x1b[31m") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m"
    assert len(shown("x" * 500)) == 60
    assert shown(" ") == "blanks"
    assert str(Problem("f", 0, 0, "", "must be")) == "f must be"


def test_an_alternative_must_not_be_called_what_is_coded_when_nothing_was_seen() -> None:
    told = problems(changed("as_usual: {}", "unseen: {}"))
    assert any(
        p.key == "menus.dry_spell.alternatives.unseen" and "must not be written" in p.must for p in told
    )
