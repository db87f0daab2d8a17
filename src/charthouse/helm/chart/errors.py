"""The refusal of this library."""

from __future__ import annotations


class ChartInvalid(Exception):
    """What was given is no chart that Helm could use, or more than the limits allow.

    ``rule`` is a stable short name (``archive-link``), ``problem`` a sentence that says what is wrong and what to do,
    ``where`` the file or field it was found in, or empty when it is the package as a whole.
    """

    def __init__(self, rule: str, problem: str, where: str = "") -> None:
        super().__init__(f"{where}: {problem}" if where else problem)
        self.rule = rule
        self.problem = problem
        self.where = where
