"""The data dictionary in docs/ is the one that the contracts give."""

from __future__ import annotations

from evaluatie.registratie.contract import load_contracten
from evaluatie.registratie.woordenboek import woordenboek_path, write_woordenboek


def test_the_committed_data_dictionary_is_the_generated_one():
    assert woordenboek_path().read_text(encoding="utf-8") == write_woordenboek(), (
        "Maak het opnieuw met: python -m evaluatie.registratie.woordenboek"
    )


def test_it_names_every_column_and_code():
    text = write_woordenboek()
    for contract in load_contracten().values():
        for naam, kolom in contract.kolommen.items():
            assert f"| `{naam}` |" in text
            assert all(f"- `{code}`: {label}" in text for code, label in kolom.codes.items())
