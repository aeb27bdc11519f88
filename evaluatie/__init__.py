"""Evaluate what welfare measures of Dutch municipalities did, and account for it."""

__version__ = "0.1.0"
