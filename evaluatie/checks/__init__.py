"""Attempts to falsify an estimate; each ends in a verdict, a sentence and a table."""

from evaluatie.checks.result import CheckResult, Verdict, overall

__all__ = ["CheckResult", "Verdict", "overall"]
