"""The case file as it stands on disk, key by key: the models that read it and that the JSON Schema
comes from. Names are not resolved here; `compile_case` does that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from detente.case.notation import Said, read_bool, read_date, read_factor, read_number, read_said, wrong

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text) or len(text) > 80:
        raise wrong("must be a name: a letter, then letters, digits, _ or -")
    return text


def _listed(raw: Any) -> Any:
    return raw if isinstance(raw, list) else [] if raw is None else [raw]


def _named(key: str) -> Callable[[Any], Any]:
    """Entries that may be written as a bare name: `damascus` for `{by: damascus}`."""

    def read(raw: Any) -> Any:
        return [{key: item} if isinstance(item, str) else item for item in _listed(raw)]

    return read


def _shares(raw: Any) -> Any:
    """`damascus` or `[damascus, russia]` for full delivery by each."""
    if isinstance(raw, (str, list)):
        return {str(name): "1" for name in _listed(raw)}
    return {} if raw is None else raw


_NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[-+]?[0-9.]+%$"}]
}
_SAID_SCHEMA: dict[str, Any] = {
    "description": "5, 5..8, 30%, 20%..45%, {low, mode, high}, a word of the scale, or a contribution",
    "anyOf": [
        {"type": "number"},
        {"type": "string"},
        {
            "type": "object",
            "required": ["low", "high"],
            "additionalProperties": False,
            "properties": dict.fromkeys(("low", "mode", "high"), _NUMBER_SCHEMA),
        },
    ],
}
_TEXTS_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
}

Name = Annotated[str, AfterValidator(_name)]
Number = Annotated[float, PlainValidator(read_number), WithJsonSchema(_NUMBER_SCHEMA)]
Factor = Annotated[float, PlainValidator(read_factor), WithJsonSchema({"type": ["string", "number"]})]
Day = Annotated[date, PlainValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})]
Flag = Annotated[bool, PlainValidator(read_bool), WithJsonSchema({"type": "boolean"})]
Q = Annotated[Said, PlainValidator(read_said), WithJsonSchema(_SAID_SCHEMA)]
Texts = Annotated[list[str], BeforeValidator(_listed), WithJsonSchema(_TEXTS_SCHEMA)]
Saids = Annotated[
    list[Q],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_SAID_SCHEMA, {"type": "array", "items": _SAID_SCHEMA}]}),
]
Pattern = dict[str, Texts]
Effects = dict[str, Q]


class Form(BaseModel):
    """Base of everything on disk: unknown keys are errors, a key without a value counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, raw: Any) -> Any:
        if raw is None:
            return {}
        return (
            {key: value for key, value in raw.items() if value is not None} if isinstance(raw, dict) else raw
        )


class Judged(Form):
    """Anything judged: why it is so, on what sources, and with the knowledge of which day."""

    why: str = Field("", description="the reason, in a line")
    src: Texts = Field([], description="ids of sources, events or codings")
    judged_on: Day | None = Field(None, description="the day whose knowledge the judgement uses")


class SettingsForm(Form):
    """Constants of the model that this case overrides."""

    gap90_points: Number | None = None
    gap90_pushes: Number | None = None
    gap90_spread: Number | None = None
    rho: Number | None = None
    candour: list[Number] | None = None
    refusal_reserve: Number | None = None
    kinship: Number | None = None
    detection: Number | None = None
    detection_unwatched: Number | None = None
    false_alarm: Number | None = None
    performance: Number | None = None
    payable: Number | None = None
    grade_power: Number | None = None
    reliability: dict[Literal["A", "B", "C", "D", "E"], Number] = {}
    credibility: dict[Literal["1", "2", "3", "4", "5"], Number] = {}
    scale: Effects = {}


class GoalForm(Judged):
    """Something that parties want or want to prevent."""

    title: str = ""
    worst: str = Field(description="what level 0 looks like")
    best: str = Field(description="what level 100 looks like")
    base: Q = Field(description="level where things stand, 0..100")


class PartyForm(Judged):
    """Who has a will, and what it wants."""

    title: str = ""
    flag: Name | None = Field(None, description="the state or movement it belongs to; default its own name")
    interests: Effects | Literal["inferred"] = Field(description="goal: size, any scale; or inferred")
    stakes: Q = Said(1, 1)
    margin: Number = Field(0.0, description="points of gain below which it refuses")


class OthersForm(Form):
    """Votes of a body that follow one of its members."""

    votes: Number | None = Field(None, description="how many; not for the rules of the Council")
    follow: str


def _stand_for(raw: Any) -> Any:
    """`[france, poland]` for members that stand for themselves."""
    return {str(name): [] for name in raw} if isinstance(raw, list) else {} if raw is None else raw


Members = Annotated[
    dict[str, Texts], BeforeValidator(_stand_for, json_schema_input_type=list[str] | dict[str, Texts])
]


class BodyForm(Judged):
    """Members, and what their votes must reach."""

    title: str = ""
    rule: str = Field(
        "weighted", description="weighted, unanimity, N of M such as 2 of 3, qmv-nice or qmv-lisbon"
    )
    quota: Number | None = Field(None, description="weighted: votes needed")
    votes: dict[str, Number] = Field({}, description="weighted: party: votes")
    members: Members = Field({}, description="parties; in the Council: party: member states it votes for")
    on: Day | None = Field(None, description="the Council's members and figures of that day; default as_of")
    population_check: Flag = Field(False, description="qmv-nice: 62% of population has been asked for")
    on_proposal: Flag = Field(True, description="the Council acts on a proposal of the Commission")
    others: OthersForm | None = None


class OptionForm(Judged):
    """One settlement of an issue: what it changes against the first option."""

    title: str = ""
    effects: dict[str, Saids] = {}
    besides: Effects = Field({}, description="goal: points that come on top of a contribution")
    as_seen_by: dict[str, Effects] = {}


class OverruleForm(Form):
    """Who can override a refusal, and at what cost in its own points."""

    by: str
    cost: Q


class ConsentForm(Judged):
    """Who must accept an option."""

    by: str
    silent: Flag = False
    can_be_overruled: OverruleForm | None = None


class ReversionForm(Judged):
    """What an issue falls to by itself unless a body keeps it."""

    on: Day
    to: str
    kept_by: str
    holds: Texts = []


Consents = Annotated[
    list[ConsentForm],
    BeforeValidator(_named("by"), json_schema_input_type=str | ConsentForm | list[str | ConsentForm]),
]
Delivers = Annotated[Effects, BeforeValidator(_shares, json_schema_input_type=str | list[str] | Effects)]


class IssueForm(Form):
    """A thing that can be settled, with its options in order."""

    title: str = ""
    ladder: Flag = False
    currency: Flag = Field(False, description="a sum of money and nothing else: what may be paid over")
    options: dict[Name, OptionForm]
    consent: dict[str, Consents] = {}
    delivers: dict[str, Delivers] = {}
    reverts: ReversionForm | None = None


class OverlapForm(Judged):
    """Issues that feed one goal with the same good."""

    goal: str
    issues: Texts


class LinkForm(Judged):
    """Extra effect of a combination of options on two or more issues."""

    name: str = ""
    when: Pattern
    effects: Effects = {}
    as_seen_by: dict[str, Effects] = {}


class ConditionForm(Judged):
    """A string attached: if and then, or never."""

    name: str = ""
    by: str
    if_: Pattern | None = Field(None, alias="if")
    then: Pattern | None = None
    never: Pattern | None = None


class ForbidForm(Judged):
    """A combination that nobody can choose."""

    when: Pattern


class LeverForm(Judged):
    """A move that a party makes alone."""

    title: str = ""
    by: str
    effects: Effects = {}
    cost: Q = Field(description="points of its owner")
    in_place: Day | None = Field(None, description="since when; left out = only available")
    ended_by: Annotated[
        list[Pattern], BeforeValidator(_listed, json_schema_input_type=Pattern | list[Pattern])
    ] = []
    against_refusal_of: str | None = None


class ProposalForm(Judged):
    """A package on record."""

    title: str = ""
    by: Texts
    on: Day
    known_on: Day | None = None
    take: dict[str, str]
    sequence: list[Texts] = []


class TaskForm(Judged):
    """A part of what would move a goal."""

    title: str = ""
    goal: str
    need: Q = Field(description="points of the goal that full cover moves")
    share: Number | None = None
    theatre: str = ""
    all_of: Texts = []


class MeasureForm(Judged):
    """A measured quantity that claims speak about."""

    title: str = ""
    unit: str = ""
    period: str = ""
    about: str
    ignorance: Q
    per: Number = 1.0
    topic: str = ""


class ContributionForm(Judged):
    """What one contributor can cover of one task, as claimed and as evidenced."""

    claimed: Q | None = None
    evidenced: Q | None = None
    pooled: str | None = None
    scale: Q = Said(1, 1)
    now: Q = Said(0, 0)


class MethodForm(Judged):
    """What a contributor's way of doing things costs others."""

    effects: Effects


class HypothesisForm(Judged):
    """A story of what a party wants."""

    title: str = ""
    odds: Number = 1.0
    kappa: Number = 10.0
    interests: dict[str, Number]
    kept_out: Texts = []


class MenuForm(Judged):
    """Alternatives that many acts share."""

    title: str = ""
    alternatives: dict[Name, Annotated[Effects, BeforeValidator(lambda raw: {} if raw is None else raw)]]
    cost: Effects = {}
    during: dict[str, dict[str, Effects]] = Field(
        {}, description="lever or period: alternative: goal: push while that is in place"
    )
    seen: dict[str, Number] = Field({}, description="alternative: chance that it would have been seen")
    announced: Flag = Field(False, description="occasions are known beforehand; unseen may be coded")


class PeriodForm(Judged):
    """A state of things that lasts for a time."""

    title: str = ""
    since: Day
    until: Day | None = Field(None, description="last day; left out = goes on")


class DelayForm(Judged):
    """A kind of delay, what is usual, and what being quick is good for."""

    title: str = ""
    unit: str = ""
    reference: Q
    pushes: Effects = Field({}, description="goal: push, -3 to 3, that being twice as quick gives")
    cost: Q = Said(0, 0)
    spread: Number = Field(2.0, description="two thirds of such delays lie within this factor")


class ShockForm(Judged):
    """An event that multiplies weights for a time."""

    title: str = ""
    on: Day
    half_life: Number = Field(description="days until half of the shift is gone")
    weights: dict[str, dict[str, Factor]] = {}
    delivery: dict[str, Factor] = {}


class CaseForm(Form):
    """A case in format 1."""

    format: Annotated[int, PlainValidator(lambda raw: _format(raw)), WithJsonSchema({"const": 1})]
    name: Name
    title: str
    about: str = ""
    as_of: Day
    principal: str
    table: Texts
    horizon: Day
    marking: str = ""
    asks: Texts = Field(default=[], description="issues on which the other side asks something, main first")
    flags: dict[Name, str] = Field(default={}, description="what people call each flag")
    settings: SettingsForm = SettingsForm()
    goals: dict[Name, GoalForm]
    parties: dict[Name, PartyForm]
    bodies: dict[Name, BodyForm] = {}
    issues: dict[Name, IssueForm]
    overlaps: list[OverlapForm | None] = []
    links: list[LinkForm | None] = []
    conditions: list[ConditionForm | None] = []
    forbid: list[ForbidForm | None] = []
    levers: dict[Name, LeverForm] = {}
    proposals: dict[Name, ProposalForm] = {}
    tasks: dict[Name, TaskForm] = {}
    measures: dict[Name, MeasureForm] = {}
    contributions: dict[str, dict[str, ContributionForm]] = {}
    methods: dict[str, MethodForm] = {}
    hypotheses: dict[str, dict[Name, HypothesisForm]] = {}
    menus: dict[Name, MenuForm] = {}
    audiences: dict[Name, dict[str, Number]] = {}
    delays: dict[Name, DelayForm] = {}
    periods: dict[Name, PeriodForm] = {}
    shocks: dict[Name, ShockForm] = {}


def _format(raw: Any) -> int:
    if raw not in ("1", 1):
        raise wrong("must be 1, the only format this version reads")
    return 1
