"""What is legal and yet suspicious."""
from detente.case.model import Case
from detente.case.nodes import Node
from detente.errors import Problem


def notices(case: Case, root: Node) -> tuple[Problem, ...]:
    return ()
