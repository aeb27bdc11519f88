"""Attempts to falsify an estimate; each ends in a verdict, a sentence and a table."""

from evaluatie.checks.result import BEFORE, COMPARABLE, INSTRUMENT, LOTTERY, TREND, CheckResult, Verdict, overall

__all__ = ["BEFORE", "COMPARABLE", "INSTRUMENT", "LOTTERY", "TREND", "CheckResult", "Verdict", "overall"]
