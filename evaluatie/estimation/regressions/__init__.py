"""Regressions: least squares, logit, Poisson and instruments, by formula or by column names."""
