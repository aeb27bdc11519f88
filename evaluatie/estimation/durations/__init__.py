"""How long people stay and why they leave: person-months, hazards, curves."""
