"""Where registers may come from besides files: a table or query in a database."""

from evaluatie.bronnen.database import read_query

__all__ = ["read_query"]
