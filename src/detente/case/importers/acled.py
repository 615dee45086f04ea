"""ACLED: political violence and protest, coded by people from local and other sources."""

from __future__ import annotations

from detente.case.importers.importer import Field, Importer, names

COLUMNS = names(
    """
    event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1
    inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3
    location latitude longitude geo_precision source source_scale notes fatalities tags timestamp
    """
)

IMPORTER = Importer(
    name="acled",
    title="ACLED events",
    publisher="Armed Conflict Location & Event Data",
    about="Political violence and protest, coded by people; who is first in a battle is not who began it.",
    source="ACLED Codebook (2024)",
    layouts=(COLUMNS,),
    delimiter=",",
    key=("event_id_cnty",),
    day="event_date",
    day_forms=("%Y-%m-%d", "%d %B %Y"),
    actor={
        "name": Field("actor1"),
        "associate": Field("assoc_actor_1"),
        "kind": Field("inter1"),
        "country": Field("country"),
    },
    target={
        "name": Field("actor2"),
        "associate": Field("assoc_actor_2"),
        "kind": Field("inter2"),
        "country": Field("country"),
    },
    kinds={
        "disorder": Field("disorder_type"),
        "event": Field("event_type"),
        "sub_event": Field("sub_event_type"),
        "civilians": Field("civilian_targeting"),
    },
    told="sub_event",
    reliability="B",
    reported=2,
)
