"""Published counts: shares, their differences and ratios, a rising caseload, and how many people a question needs."""
