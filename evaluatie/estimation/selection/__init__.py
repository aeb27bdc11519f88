"""Who is treated is selected: weighting, matching, landmarks, and what could have been missed."""
