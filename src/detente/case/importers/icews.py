"""ICEWS: events coded by machine from news stories, 1995 to 2023."""

from __future__ import annotations

from detente.case.importers.importer import Field, Importer

COLUMNS = (
    *("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text"),
    *("CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID"),
    *("Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude", "Longitude"),
)
QUADRUPLES = ("Source Name", "Event Text", "Target Name", "Event Date")
"""What temporal knowledge graphs keep of it: actor, event in words, actor, day; no key."""

IMPORTER = Importer(
    name="icews",
    title="ICEWS coded event data",
    publisher="Lockheed Martin, Harvard Dataverse",
    about="CAMEO events coded by machine from news stories, or the four columns kept of them in research.",
    source="Boschee et al. (2015), ICEWS Coded Event Data, doi:10.7910/DVN/28075",
    layouts=(COLUMNS, QUADRUPLES),
    delimiter="\t",
    # An event number alone comes twice for some events that last; with its day it is a key.
    key=("Event ID", "Event Date"),
    day="Event Date",
    day_forms=("%Y-%m-%d",),
    actor={
        "name": Field("Source Name"),
        "country": Field("Source Country"),
        "sector": Field("Source Sectors"),
    },
    target={
        "name": Field("Target Name"),
        "country": Field("Target Country"),
        "sector": Field("Target Sectors"),
    },
    kinds={
        "code": Field("CAMEO Code", exact=True),
        "root": Field("CAMEO Code", exact=True, first=2),
        "text": Field("Event Text"),
    },
    told="text",
)
