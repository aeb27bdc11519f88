"""One treated unit: its effect among the same effect elsewhere and earlier, and what could have been seen."""
