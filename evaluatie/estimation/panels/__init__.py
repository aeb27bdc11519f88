"""Units over periods: difference-in-differences, event studies, group-time effects, and bounds on their trends."""
