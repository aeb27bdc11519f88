"""A folder for a new municipality, and how far it has come."""

from evaluatie.registratie.nieuw.maken import make_municipality
from evaluatie.registratie.nieuw.voortgang import Stap, describe_progress

__all__ = ["Stap", "describe_progress", "make_municipality"]
