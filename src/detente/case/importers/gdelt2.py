"""GDELT 2.0: events coded by machine from the press, every 15 minutes, with a table of mentions."""

from __future__ import annotations

from dataclasses import replace

from detente.case.importers.gdelt1 import IMPORTER as GDELT_1
from detente.case.importers.importer import names

COLUMNS = names(
    """
    GLOBALEVENTID SQLDATE MonthYear Year FractionDate Actor1Code Actor1Name Actor1CountryCode
    Actor1KnownGroupCode Actor1EthnicCode Actor1Religion1Code Actor1Religion2Code Actor1Type1Code
    Actor1Type2Code Actor1Type3Code Actor2Code Actor2Name Actor2CountryCode Actor2KnownGroupCode
    Actor2EthnicCode Actor2Religion1Code Actor2Religion2Code Actor2Type1Code Actor2Type2Code
    Actor2Type3Code IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale
    NumMentions NumSources NumArticles AvgTone Actor1Geo_Type Actor1Geo_FullName Actor1Geo_CountryCode
    Actor1Geo_ADM1Code Actor1Geo_ADM2Code Actor1Geo_Lat Actor1Geo_Long Actor1Geo_FeatureID
    Actor2Geo_Type Actor2Geo_FullName Actor2Geo_CountryCode Actor2Geo_ADM1Code Actor2Geo_ADM2Code
    Actor2Geo_Lat Actor2Geo_Long Actor2Geo_FeatureID ActionGeo_Type ActionGeo_FullName
    ActionGeo_CountryCode ActionGeo_ADM1Code ActionGeo_ADM2Code ActionGeo_Lat ActionGeo_Long
    ActionGeo_FeatureID DATEADDED SOURCEURL
    """
)

MENTIONS = names(
    """
    GLOBALEVENTID EventTimeDate MentionTimeDate MentionType MentionSourceName MentionIdentifier
    SentenceID Actor1CharOffset Actor2CharOffset ActionCharOffset InRawText Confidence MentionDocLen
    MentionDocTone MentionDocTranslationInfo Extras
    """
)
"""Files of mentions: which source told of which event, one row a mention."""

IMPORTER = replace(
    GDELT_1,
    name="gdelt-2",
    title="GDELT 2.0 events",
    about="CAMEO events coded by machine from the press of many languages; mentions tell who told of each.",
    source="GDELT Event Database Data Format Codebook 2.0 (2015)",
    layouts=(COLUMNS,),
    mention_layout=MENTIONS,
    mention_columns=("GLOBALEVENTID", "MentionSourceName"),
)
