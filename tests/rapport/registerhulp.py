"""Registers of a municipality that counts as real: the invented persons without the mark of invention."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from evaluatie.disclosure import load_drempels
from evaluatie.registratie.nieuw import make_municipality
from evaluatie.registratie.opslag import store
from evaluatie.registratie.voorbeeld import generate

TREATMENTS = {"afgerond op 5", "afgerond", "onderdrukt"}


def disguise(register: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the same registers with pseudonyms and a municipality that do not show that they are invented."""
    real = {}
    for tabel, frame in register.items():
        frame = frame.copy()
        for column in ("persoon_id", "huishouden"):
            if column in frame:
                frame[column] = frame[column].str.replace("facade", "b0c1d2", n=1).astype("string")
        if "gemeente_code" in frame:
            frame["gemeente_code"] = pd.Categorical(["GM0193"] * len(frame))
        real[tabel] = frame
    return real


def make_own_map(folder: Path, personen: int = 260, maanden: int = 60, seed: int = 5) -> dict[str, pd.DataFrame]:
    """Store registers of real-looking persons in a folder; return them."""
    register = disguise(generate(personen, maanden, seed).register)
    make_municipality(folder, "Zwolle")
    store(register, folder)
    return register


def check_results(records: list[dict[str, Any]], synthetic: bool = False) -> None:
    """Every number about persons was treated: counts are rounded and large enough, shares are of such counts."""
    least, step = load_drempels().kleinste_cel, load_drempels().afronden_op
    touched = [record for record in records if record["treatment"]]
    assert touched
    for record in touched:
        assert record["treatment"] in TREATMENTS, record
        if record["treatment"] == "onderdrukt":
            assert record["value"] is None, record
            assert record["text"] in ("<10", "x"), record
        elif record["unit"] == "personen":
            assert record["value"] >= least, record
            assert record["value"] % step == 0, record
        elif record["n"] is not None:
            assert record["n"] % step == 0, record


def check_no_persons(text: str, register: dict[str, pd.DataFrame]) -> None:
    """No pseudonym or household of the registers, and nothing that looks like one, stands in a text."""
    without_images = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    assert "b0c1d2" not in without_images
    known = set(register["uitkeringen"]["persoon_id"]) | set(register["uitkeringen"]["huishouden"])
    found = set(re.findall(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])", without_images))
    assert not found & known


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
