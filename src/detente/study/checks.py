"""Names that a user may get wrong, checked against the case before anything long is computed."""

from __future__ import annotations

from detente.case import Case
from detente.deals import index_of
from detente.errors import InputError


def check_issue(case: Case, name: str | None) -> None:
    """InputError with the nearest known name where the case has no issue `name`; None is fine.

    Cost: none to speak of.
    """
    if name is not None:
        index_of(name, [issue.name for issue in case.issues], "issue")


def check_judged_party(case: Case, name: str | None) -> None:
    """InputError where `name` is no party whose aims the case has hypotheses about; None is fine.

    Cost: none to speak of.
    """
    judged = list(dict.fromkeys(hypothesis.party for hypothesis in case.hypotheses))
    if name is not None and name not in judged:
        known = ", ".join(judged) or "none: the case has no hypotheses"
        raise InputError(f"party must be one of those with hypotheses ({known}), got {name!r}")


def check_package_text(case: Case, text: str | None) -> None:
    """InputError where `text` is neither a proposal of the case nor "issue=option,issue=option" with names
    that it has; None is fine. What passes here, `with_offer` and `with_price` can read.

    Cost: none to speak of.
    """
    if text is None or any(proposal.name == text for proposal in case.proposals):
        return
    options = {issue.name: [option.name for option in issue.options] for issue in case.issues}
    for part in text.split(","):
        issue, equals, option = (piece.strip() for piece in part.partition("="))
        if not equals:
            known = ", ".join(p.name for p in case.proposals) or "none"
            raise InputError(f"a package must be a proposal ({known}) or issue=option,…, got {text!r}")
        check_issue(case, issue)
        index_of(option, options[issue], f"option of {issue}")
