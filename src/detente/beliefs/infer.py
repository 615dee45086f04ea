"""The door's work: from a case, a party and a day to Beliefs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from detente.beliefs.assembling import NOTHING, Setting, Told, assemble, stream_of
from detente.beliefs.average import Mixture, mix
from detente.beliefs.evidence import lay_out, list_groups, make_rows
from detente.beliefs.hypotheses import list_stories
from detente.beliefs.information import expected_information
from detente.beliefs.records import admit
from detente.beliefs.shifting import changed_assumptions, fit_again, rescue
from detente.beliefs.tells import Bench, refusal_chances, tell_observations, tell_sources
from detente.beliefs.values import Beliefs, RefusalData
from detente.case import Case
from detente.errors import InputError

FloatArray = NDArray[np.float64]

EFFECT_DRAWS = 32


def infer_beliefs(
    case: Case,
    party: str,
    as_of: date,
    *,
    seed: int = 0,
    samples: int = 2000,
    refusals: Sequence[RefusalData] = (),
    drop: Iterable[str] = frozenset(),
    kappa_factor: float = 1.0,
    gap_factor: float = 1.0,
    effect_draws: int = EFFECT_DRAWS,
    shifts: bool = True,
    tells: bool = True,
) -> Beliefs:
    """What `party` wants, by its acts, words and answers known on the day `as_of`.

    `samples` ≥ 400 posterior draws per hypothesis; `refusals` from the study; `drop`: ids of codings to
    leave out; the factors > 0 multiply every κ and both gap90 priors; `effect_draws` ≥ 1 common draws of
    the menus' effects; `shifts`, `tells` False leaves out the changed assumptions and the
    leave-one-out. Raises InputError for an unknown party or a record that names what the case does not
    have; a fit that is not good is marked in `status`, never raised. Same arguments, same values.

    Cost: samples × effect draws × distinct records per hypothesis, and about as much again for shifts.
    Source: MODEL section 3; docs/theory/beliefs.md. It will not find motives that no goal of the case
    names, and it takes the order and choice of offers as given (Signorino 1999).
    """
    names = [p.name for p in case.parties]
    if party not in names:
        raise InputError(f"party must be one of {', '.join(names)}, got {party!r}")
    if samples < 400 or effect_draws < 1 or min(kappa_factor, gap_factor) <= 0:
        raise InputError(
            "samples must be at least 400, effect_draws at least 1 and factors positive, "
            f"got {samples}, {effect_draws}, {kappa_factor}, {gap_factor}"
        )
    docket = admit(case, party, as_of, refusals, drop)
    layout = lay_out(docket, effect_draws, seed)
    setting = Setting(docket, layout, make_rows(layout, list_groups(docket)), samples, seed, gap_factor)
    stories = list_stories(case, party, kappa_factor)
    fits = rescue(setting, stories, [fit_again(setting, story) for story in stories])
    mixture = mix(stories, fits)
    changed = changed_assumptions(setting, party, kappa_factor, mixture) if shifts else {}
    told = _tells(setting, mixture) if tells else NOTHING
    return assemble(setting, party, as_of, mixture, changed, told)


def _tells(setting: Setting, mixture: Mixture) -> Told:
    seeds = [stream_of(setting, story.name) for story in mixture.stories]
    bench = Bench(setting.docket, setting.layout, mixture, seeds, setting.samples // 2)
    return Told(
        tell_observations(bench, mixture.leader, mixture.runner_up),
        tell_sources(bench, mixture.leader, mixture.runner_up),
        refusal_chances(bench, mixture.priors, np.array([fit.gain for fit in mixture.fits])),
        expected_information(
            setting.layout,
            [(look.features, look.point, look.share) for look in bench.looks],
            mixture.probabilities,
            mixture.leader,
        ),
    )
