"""Everything one vangnetverantwoording is made of, gathered once; nothing below is computed twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from evaluatie.cijfers import table_bron
from evaluatie.disclosure import Released, release_public, release_words
from evaluatie.dossier import Dossier, find_own_map, list_dossiers, load_dossier
from evaluatie.evaluaties.arbeidsmarkt import Verhoudingstoets, compare_with_article_15
from evaluatie.evaluaties.besparing import Besparingstoets, check_besparingen
from evaluatie.evaluaties.bestand import index_bestand, index_land, list_comparable, list_stromen, list_stromen_land
from evaluatie.evaluaties.claims import Claimtoets, evaluate_claims
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.landelijke_vergelijking import evaluate_dossier
from evaluatie.evaluaties.tekort import LandelijkJaar, Tekort, assess_tekort, list_landelijke_jaren
from evaluatie.panel import Gemeentepanel, build_gemeentepanel
from evaluatie.quantities import Bron
from evaluatie.rapport.registereffecten import Registereffecten, gather_registereffecten
from evaluatie.registratie.overzicht import VOCABULARY, Registeroverzicht, summarise_registers


@dataclass(frozen=True, slots=True)
class Bestandsvergelijking:
    """Index and flows of a municipality, the nation and a group of municipalities."""

    eigen_index: pd.DataFrame
    land_index: pd.DataFrame
    groep_index: pd.DataFrame
    eigen_stromen: pd.DataFrame
    land_stromen: pd.DataFrame
    groep_stromen: pd.DataFrame
    groep: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verantwoordingsgegevens:
    """All results of one municipality and year; every part has been released for publication.

    `bestand` is None when the embedded CBS tables do not hold the municipality (too small, or of later date);
    `registers` is None for a municipality whose folder was not given, `registereffecten` also when it holds no
    imported tables yet.
    """

    jaar: int
    peildatum: dt.date
    dossier: Released[Dossier]
    tekort: Released[Tekort]
    land: Released[dict[int, LandelijkJaar]]
    bestand: Released[Bestandsvergelijking] | None
    verhoudingen: Released[list[Verhoudingstoets]]
    evaluaties: Released[list[Evaluatie]]
    claims: Released[list[Claimtoets]]
    besparingen: Released[list[Besparingstoets]]
    registers: Released[Registeroverzicht] | None
    registereffecten: Registereffecten | None = None


def gather_gegevens(gemeente: str, jaar: int, peildatum: dt.date) -> Verantwoordingsgegevens:
    """Compute and release everything for one report.

    Other municipalities with a dossier changed policy themselves, so they do not serve as comparison.
    """
    dossier, panel = load_dossier(gemeente), build_gemeentepanel()
    documents = [Bron(f"Dossier van {dossier.gemeente.naam}")]
    documents += [Bron(f"{d.opsteller}, {d.titel} ({d.jaar})", "", d.url) for d in dossier.documenten.values()]
    tables = [table_bron("bijstand_gemeenten_jaar")]
    treated = [load_dossier(name).gemeente.code for name in list_dossiers()]
    land = dict(list_landelijke_jaren())
    code, flow_year = dossier.gemeente.code, min(jaar, panel.years[-1])
    known = code in panel.names.index
    return Verantwoordingsgegevens(
        jaar=jaar,
        peildatum=peildatum,
        dossier=release_public(dossier, documents),
        tekort=release_public(assess_tekort(dossier, jaar), documents),
        land=release_public(land, [bron for item in land.values() for bron in item.bronnen]),
        bestand=release_public(compare_bestand(panel, code), tables) if known else None,
        verhoudingen=release_public(compare_with_article_15(panel, code, flow_year) if known else [], tables),
        evaluaties=release_public(evaluate_dossier(dossier, panel, exclude=treated), [*documents, *tables]),
        claims=release_public(evaluate_claims(dossier, panel), [*documents, *tables]),
        besparingen=release_public(check_besparingen(dossier), documents),
        registers=_release_registers(gemeente),
        registereffecten=gather_registereffecten(find_own_map(gemeente)),
    )


def compare_bestand(panel: Gemeentepanel, code: str, group: Sequence[str] | None = None) -> Bestandsvergelijking:
    """Compare a municipality with the nation and with a group: given codes, or the twenty most similar."""
    codes = list(group) if group else list_comparable(panel, code)
    return Bestandsvergelijking(
        eigen_index=index_bestand(panel, [code]),
        land_index=index_land(),
        groep_index=index_bestand(panel, codes),
        eigen_stromen=list_stromen(panel, [code]),
        land_stromen=list_stromen_land(),
        groep_stromen=list_stromen(panel, codes),
        groep=tuple(str(panel.names[item]) for item in codes),
    )


def _release_registers(gemeente: str) -> Released[Registeroverzicht] | None:
    """Release what may be told of the registers beside the municipality's own dossier."""
    map_ = find_own_map(gemeente)
    return release_words(summarise_registers(map_), VOCABULARY) if map_ else None
