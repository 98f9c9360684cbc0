"""What came of reading a cell, as a value to compare."""

from collections.abc import Callable
from typing import Any

from eastep.standards.cells import Unreadable


def problem_of(parse: Callable[..., Any], *given: Any, **named: Any) -> Unreadable | None:
    """The problem that *parse* finds, or None."""
    try:
        parse(*given, **named)
    except Unreadable as problem:
        return problem
    return None


def code_of(parse: Callable[..., Any], *given: Any, **named: Any) -> str:
    """The code of the problem that *parse* finds, or nothing."""
    problem = problem_of(parse, *given, **named)
    return problem.code if problem else ""
