"""A key, a BSN and a register that hold in every test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pandas as pd
import pytest

from evaluatie.registratie.contract import Register, dtype_of, load_contract
from evaluatie.registratie.pseudoniem import Key

BSN = "123456782"
BSN_8 = "10000008"  # with a leading zero 010000008: 0×9 + 1×8 + … − 8 = 0


def table(tabel: str, **values) -> pd.DataFrame:
    """Return a table with the columns of its contract; what is not given is empty."""
    rows = len(next(iter(values.values())))
    kolommen = load_contract(tabel).kolommen
    return pd.DataFrame(
        {name: pd.Series(values.get(name, [None] * rows), dtype=dtype_of(kolom)) for name, kolom in kolommen.items()}
    )


@pytest.fixture
def key() -> Key:
    return Key(bytes(range(32)), "de test")


@pytest.fixture
def register() -> Register:
    return {
        "uitkeringen": table(
            "uitkeringen",
            persoon_id=["a" * 16, "0123456789abcdef", "12345678abcdef90"],
            huishouden=["b" * 16, None, None],
            regeling=["bijstand", "ioaw", "bijstand"],
            begin=["2017-01-01", "2018-03-15", "2019-12-31"],
            einde=["2018-01-01", None, None],
            klantgroep=["Dicht bij werk", None, "Zorg"],
            geboortejaar=[1970, 1985, 1990],
            gemeente_code=["GM0150", "GM0150", "GM0148"],
        ),
        "financien": table("financien", jaar=[2017, 2018], post=["lasten", "baten"], bedrag=[123456782.0, 1200000.5]),
    }


@pytest.fixture
def git(monkeypatch, tmp_path):
    """Return a function that runs git without the user's own settings."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def run(folder: Path, *args: str) -> None:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", "-C", str(folder), *who, *args], check=True, capture_output=True)

    return run
