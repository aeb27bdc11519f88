"""Draw data with a known effect: for the method notebooks and for the tests of recovery."""
