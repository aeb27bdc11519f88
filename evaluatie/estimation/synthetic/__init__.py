"""A mix of units as comparison: synthetic control and synthetic difference-in-differences."""
