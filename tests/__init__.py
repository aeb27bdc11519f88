"""Tests of the suite; run them all with ``python -m tests.run``."""
