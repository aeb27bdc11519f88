"""Draws that several tests look at; each is made once."""

from __future__ import annotations

import pytest

from evaluatie.registratie.voorbeeld import Effecten, Voorbeeld, generate


@pytest.fixture(scope="session")
def klein() -> Voorbeeld:
    return generate(800, 36, 11)


@pytest.fixture(scope="session")
def groot() -> Voorbeeld:
    return generate(16_000, 60, 5)


@pytest.fixture(scope="session")
def groot_sterk() -> Voorbeeld:
    """No effects, and three times the selection on the trait that no register knows."""
    return generate(8_000, 60, 9, Effecten.nul(selectie_aanleg=3.0))


@pytest.fixture(scope="session")
def groot_kenmerken() -> Voorbeeld:
    """Selection on registered traits only."""
    return generate(8_000, 60, 12, Effecten(selectie_aanleg=0.0))


@pytest.fixture(scope="session")
def groot_nul() -> Voorbeeld:
    return generate(16_000, 60, 6, Effecten.nul())
