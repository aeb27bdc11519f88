"""Who lives in a synthetic municipality: traits, households, and pseudonyms nobody can take for real ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluatie.registratie.voorbeeld import model
from evaluatie.registratie.voorbeeld.kalender import Breuken, Getallen, Kalender, Vlaggen

_BITS = 36
_MASK = np.uint64(2**_BITS - 1)
_HOUSEHOLDS_FROM = 2 ** (_BITS - 1)
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)

_KANS_LEEFVORM = (0.62, 0.22, 0.16)
_LEEFTIJD_VAN = (18, 27, 45, 55)
_LEEFTIJD_TOT = (27, 45, 55, 64)
_KANS_LEEFTIJD_NIEUW = (0.28, 0.42, 0.18, 0.12)
_KANS_LEEFTIJD_BESTAND = (0.09, 0.38, 0.29, 0.24)


@dataclass(frozen=True, slots=True)
class Bevolking:
    """Fixed traits: heads of households first, in order of arrival, then the partners.

    Parameters
    ----------
    geboren : numpy.ndarray
        Months from January of year 0 to the month of birth.
    aanleg : numpy.ndarray
        Class of the trait that no register knows (`model.AANLEG`).
    partner : numpy.ndarray
        Number of the partner, −1 for who has none.
    """

    geboren: Getallen
    geslacht: Getallen
    leefvorm: Getallen
    aanleg: Getallen
    regeling: Getallen
    huishouden: Getallen
    partner: Getallen

    @property
    def geboortejaar(self) -> Getallen:
        """Year of birth, all that the register knows of an age."""
        return self.geboren // 12


def draw_bevolking(rng: np.random.Generator, kalender: Kalender, aankomst: Getallen, bestand: int) -> Bevolking:
    """Draw the traits of every household: the first `bestand` are the initial stock.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    kalender : Kalender
        The months.
    aankomst : numpy.ndarray
        Month in which each household appears.
    bestand : int
        How many of them have a uitkering from the start.
    """
    n = len(aankomst)
    first = np.arange(n) < bestand
    leeftijd = np.where(first, _draw_age(rng, n, _KANS_LEEFTIJD_BESTAND), _draw_age(rng, n, _KANS_LEEFTIJD_NIEUW))
    now = kalender.begin.jaar * 12 + kalender.begin.maand - 1 + aankomst
    leefvorm = rng.choice(len(model.LEEFVORMEN), n, p=_KANS_LEEFVORM)
    aanleg = np.where(first, _draw_aanleg(rng, n, -model.LOG_AANLEG), _draw_aanleg(rng, n, 0.0))
    geslacht = (rng.random(n) < np.where(leefvorm == 1, 0.9, 0.45)).astype(np.int64)
    paar = np.flatnonzero(leefvorm == 2)
    naast = np.clip(leeftijd[paar] + 12 * rng.integers(-5, 6, len(paar)), 18 * 12, 64 * 12 - 1)
    partner = np.full(n + len(paar), -1)
    partner[paar], partner[n:] = np.arange(n, n + len(paar)), paar
    regeling = _draw_regeling(rng, leeftijd)
    return Bevolking(
        geboren=np.concatenate([now - leeftijd, now[paar] - naast]),
        geslacht=np.concatenate([geslacht, 1 - geslacht[paar]]),
        leefvorm=np.concatenate([leefvorm, leefvorm[paar]]),
        aanleg=np.concatenate([aanleg, _draw_aanleg(rng, len(paar), 0.0)]),
        regeling=np.concatenate([regeling, regeling[paar]]),
        huishouden=np.concatenate([np.arange(n), paar]),
        partner=partner,
    )


def make_pseudonyms(seed: int, numbers: Getallen, *, huishouden: bool = False) -> pd.Series:
    """Return 16 hexadecimal characters for every number: ``facade``, five, ``f`` and four more.

    They differ for every number, show that they are synthetic, and hold no row of nine digits that could be a BSN.
    """
    key, factor = np.random.SeedSequence(seed).generate_state(2, np.uint64)
    code = numbers.astype(np.uint64) + np.uint64(_HOUSEHOLDS_FROM if huishouden else 0)
    for _ in range(3):  # every step is one-to-one on 36 bits
        code = ((code ^ key) * (factor | np.uint64(1))) & _MASK
        code ^= code >> np.uint64(17)
    shifts = np.arange(_BITS - 4, -1, -4, dtype=np.uint64)
    digits = _HEX[((code[:, None] >> shifts) & np.uint64(15)).astype(np.int64)]
    letters = np.empty((len(code), 16), dtype=np.uint8)
    letters[:, :6] = np.frombuffer(b"facade", dtype=np.uint8)
    letters[:, 6:11], letters[:, 11], letters[:, 12:] = digits[:, :5], ord("f"), digits[:, 5:]
    return pd.Series(letters.view("S16")[:, 0].astype("U16"), dtype="string")


def at_aow(bevolking: Bevolking, wie: Getallen, kalender: Kalender, t: int) -> Vlaggen:
    """Return who has reached the AOW age in month `t`."""
    maand = kalender.maand(t)
    leeftijd = maand.jaar * 12 + maand.maand - 1 - bevolking.geboren[wie]
    return np.asarray(leeftijd >= model.aow_months(maand.jaar))


def _draw_age(rng: np.random.Generator, n: int, kans: tuple[float, ...]) -> Getallen:
    """Return ages in months."""
    klasse = rng.choice(len(kans), n, p=kans)
    return rng.integers(12 * np.array(_LEEFTIJD_VAN)[klasse], 12 * np.array(_LEEFTIJD_TOT)[klasse])


def _draw_aanleg(rng: np.random.Generator, n: int, tilt: float) -> Getallen:
    """Return trait classes; who is still there after years is less often one who leaves easily."""
    weight: Breuken = np.array(model.AANLEG_KANS) * np.exp(tilt * np.array(model.AANLEG))
    return rng.choice(len(weight), n, p=weight / weight.sum())


def _draw_regeling(rng: np.random.Generator, leeftijd: Getallen) -> Getallen:
    draw = rng.random(len(leeftijd))
    ioaw = (leeftijd >= 50 * 12) & (draw < 0.12)
    return np.select([ioaw, draw > 0.99, draw > 0.985], [1, 3, 2], 0).astype(np.int64)
