"""Roll calls of the UN General Assembly, one row for each state and resolution."""

from __future__ import annotations

from detente.case.importers.importer import Field, Importer, names

COLUMNS = names("rcid country country_code vote date unres short descr importantvote")

IMPORTER = Importer(
    name="unga",
    title="UN General Assembly roll calls",
    publisher="Erik Voeten, United Nations General Assembly Voting Data",
    about="Who voted how on which resolution: a choice on every occasion, without an addressee.",
    source="Voeten (2013), Data and Analyses of Voting in the UN General Assembly; R package unvotes",
    layouts=(COLUMNS,),
    delimiter=",",
    key=("rcid", "country"),
    day="date",
    day_forms=("%Y-%m-%d",),
    actor={"country": Field("country_code", exact=True), "name": Field("country")},
    target={},
    kinds={
        "resolution": Field("unres", exact=True),
        "short": Field("short"),
        "title": Field("descr"),
        "important": Field("importantvote", exact=True),
        "vote": Field("vote"),
    },
    told="resolution",
    choice="vote",
    choices=("yes", "no", "abstain", "absent"),
    happening=("rcid",),
    wording="descr",
    session=("unres", r"/(\d+)/"),
    reliability="A",
    reported=1,
)
