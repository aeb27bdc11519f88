"""One series over time: an interruption, with errors that know the months are related."""
