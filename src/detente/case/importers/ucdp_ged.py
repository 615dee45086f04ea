"""UCDP GED: single events of organised violence in which somebody died."""

from __future__ import annotations

from detente.case.importers.importer import Field, Importer, names

COLUMNS = names(
    """
    id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name
    dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b
    number_of_sources source_article source_office source_date source_headline source_original where_prec
    where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country
    country_id region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians
    deaths_unknown best high low gwnoa gwnob
    """
)

IMPORTER = Importer(
    name="ucdp-ged",
    title="UCDP Georeferenced Event Dataset",
    publisher="Uppsala Conflict Data Program",
    about="Events of organised violence with a death, coded by people; side a is not the side that began.",
    source="Sundberg & Melander (2013); UCDP GED Codebook 24.1 (2024)",
    layouts=(COLUMNS,),
    delimiter=",",
    key=("id",),
    day="date_start",
    day_forms=("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%g"),
    actor={
        "name": Field("side_a"),
        "id": Field("side_a_new_id", exact=True),
        "gwno": Field("gwnoa", exact=True),
        "country": Field("country"),
    },
    target={
        "name": Field("side_b"),
        "id": Field("side_b_new_id", exact=True),
        "gwno": Field("gwnob", exact=True),
        "country": Field("country"),
    },
    kinds={
        "violence": Field("type_of_violence", exact=True),
        "conflict": Field("conflict_name"),
        "dyad": Field("dyad_name"),
        "clarity": Field("event_clarity", exact=True),
    },
    told="violence",
    sources="number_of_sources",
    reliability="B",
    reported=2,
)
