"""Names of methods as a Dutch reader knows them; `estimation` names them in English."""

from __future__ import annotations

import re

_NAMEN = {
    "Bennet decomposition": "verdeling over volume en prijs (Bennet)",
    "compute_vangnetuitkering": "regels van het officiële rekenmodel",
    "stock of 1 January 2015 estimated; interval covers that and rounding": (
        "stand van 1 januari 2015 geschat; het interval rekent met die schatting en met afronding"
    ),
    "ratio of ratios (log scale, Poisson counts)": "verhouding van verhoudingen (logaritmisch, Poisson)",
    "arithmetic": "narekenen",
    "normal, spread between municipalities of this size": (
        "normaal, met de spreiding tussen gemeenten van deze omvang"
    ),
    "normal spread of yearly changes": "normaal, met de spreiding van veranderingen per jaar",
    "exact conditional Poisson": "exact, voorwaardelijk Poisson",
    "exact Poisson (Garwood)": "exact, Poisson (Garwood)",
    "Wilson": "interval van Wilson",
    "Newcombe": "interval van Newcombe",
    "placebo simulation on the real panel": "nagebootst op de echte gemeentecijfers",
    "2,80 standard errors": "2,80 standaardfouten",
    "AIPW (doubly robust)": "dubbel robuust gewogen (AIPW)",
    "cloglog hazard (clustered by person)": "kans per maand (complementair log-log), fouten per persoon",
}
_PLACEBO = re.compile(r"DiD, placebo in space \(\w+, (\d+) controls\)")


def describe_methode(method: str) -> str:
    """Return the Dutch name of a method; a name that is not known here stays as it is."""
    if match := _PLACEBO.fullmatch(method):
        return f"verschil-in-verschillen, rang tussen {match[1]} andere gemeenten"
    return _NAMEN.get(method, method)
