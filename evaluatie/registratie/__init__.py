"""What a municipality records: registers with typed contracts, and the ways in."""
