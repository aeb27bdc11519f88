"""Attempts to falsify an estimate; each ends in a verdict, a sentence and a table."""

from evaluatie.checks.result import COMPARABLE, INSTRUMENT, LOTTERY, TREND, CheckResult, Verdict, overall

__all__ = ["COMPARABLE", "INSTRUMENT", "LOTTERY", "TREND", "CheckResult", "Verdict", "overall"]
