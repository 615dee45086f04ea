"""One gloss for every technical word that a page uses; pages show those that they used."""

from __future__ import annotations

GLOSSARY: dict[str, str] = {
    "points": (
        "Hundredths of everything a party could win or lose on all goals together; a party's own scale, never"
        " comparable between parties without an assumption about their stakes."
    ),
    "gain": "What a package is worth to a party above no deal, in its own points.",
    "no deal": (
        "Everything stays as it is, except what lapses by itself because those who must renew it do not"
        " agree."
    ),
    "package": "One settlement chosen for every issue.",
    "zone of agreement": "The packages that everybody accepts whose acceptance is needed (ZOPA).",
    "frontier": (
        "The acceptable packages that cannot be improved for one negotiating party without loss to another."
    ),
    "table": (
        "The parties that negotiate. The others are shown always and can block where their consent is needed."
    ),
    "consent": "Acceptance that an option needs: of a party, or of a body by its quota.",
    "condition": "A string attached: whoever set it refuses if it is broken.",
    "string": "See condition.",
    "lever": "A move that a party makes alone: force, threat or withholding.",
    "better off": "Share of draws in which the party gains at least its margin.",
    "says yes": (
        "Chance of acceptance when choices are noisy: logistic in the gain, with the scale of choice told by"
        " gap90."
    ),
    "gap90": "The difference in points at which the better of two options is chosen nine times in ten.",
    "sincerely and cheaply": (
        "A party that must also carry an option out may accept and not comply. Sincerely: it gains if it "
        "complies. Cheaply: it gains only if it does not."
    ),
    "as claimed": "Taking a party's own latest claim about itself at face value.",
    "as evidenced": (
        "After weighing every claim by the grade of its source and the credibility of its content."
    ),
    "hype": "As claimed minus as evidenced.",
    "added value": (
        "What the group can cover with the contributor less what it covers without, in points of the goal."
    ),
    "Shapley value": "The average added value of a contributor over all orders of joining.",
    "hypothesis": "A named story of what a party wants, with a prior weight and a spread.",
    "none of these": "The hypothesis that no named story is right: any interests, any sign.",
    "odds": "Probability of one hypothesis divided by that of another.",
    "nats over coin-tossing": (
        "By how much a hypothesis explains the acts better than choice at random (natural logarithm)."
    ),
    "learned": "Share of the prior doubt about a goal's weight that the record removed.",
    "candour": (
        "Share of a speaker's words to an audience that reflects its own interests rather than what the"
        " audience wants to hear."
    ),
    "diagnosticity": "How far the log odds of the leading hypothesis fall when the observation is left out.",
    "ceiling": (
        "The highest rung of a concession on which the payer still gains with probability 80 % or more, all"
        " lower rungs included."
    ),
    "pushes": "How strongly acts move goals, −3 to 3 for one act: the scale of a case’s menus.",
    "tells apart": "How much better one hypothesis explains a record than another, at most (in nats).",
    "temptation": "The most a deliverer gains at once by not carrying out part of what it signed.",
    "patience needed": (
        "The least weight per period on the future (between 0 and 1) at which keeping the deal pays."
    ),
    "80 % interval": "One draw in ten lies below it and one in ten above.",
    "draws": "Joint samples of all uncertain inputs; every spread in the page comes from them.",
    "grade": (
        "NATO Admiralty code: reliability of the source A to F, credibility of the item 1 to 6. F and 6 mean"
        " that it cannot be judged; such an item has no weight."
    ),
    "as of": "Only what was known by this day is used.",
    "hindsight": "An input that was judged with knowledge later than the as-of day.",
}


def used_terms(text: str) -> tuple[tuple[str, str], ...]:
    """(term, gloss) for every term of the glossary that occurs in `text`, in alphabetical order.

    >>> [term for term, _ in used_terms("The frontier has 3 packages.")]
    ['frontier', 'package']
    """
    low = text.lower()
    return tuple(
        (term, gloss)
        for term, gloss in sorted(GLOSSARY.items(), key=lambda kv: kv[0].lower())
        if term.lower() in low
    )
