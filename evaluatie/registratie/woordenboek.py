"""The data dictionary: what every table and column holds, generated from the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evaluatie import notatie
from evaluatie.project import project_root
from evaluatie.registratie.contract import LONGEST_TEXT, Contract, Kolom, load_contracten

_SOORTEN = {
    "persoon": "versleuteld kenmerk (pseudoniem): 16 tekens uit 0-9 en a-f; nooit een BSN of naam",
    "tekst": f"vrije tekst van hooguit {LONGEST_TEXT} tekens",
    "code": "een van de codes die bij de kolom staan",
    "datum": "dag, als JJJJ-MM-DD of DD-MM-JJJJ (in Excel: een datumcel)",
    "maand": "maand, als JJJJ-MM",
    "bedrag": "euro met twee decimalen, met komma of punt",
    "getal": "getal, met komma of punt",
    "geheel": "geheel getal",
}
_INTRO = """# Datawoordenboek

Dit bestand is gemaakt uit `evaluatie/registratie/contracten.yaml` met `python -m evaluatie.registratie.woordenboek`.
Verander het niet met de hand.

Een gemeente levert een map met per tabel een bestand `<tabel>.csv` of `<tabel>.parquet`, of één Excel-werkmap
(`.xlsx`) met per tabel een blad. Elke tabel mag ontbreken; wat er is, wordt gecontroleerd met `evaluatie check MAP`.
In tekstbestanden staat `;` of `,` tussen de kolommen; de tekenset is UTF-8 of Windows-1252. Een lege cel of `NULL` is
leeg. De einddag 9999-12-31 geldt als leeg.
"""
_KOPPELING = """## Koppeling

Heten de kolommen of codes in uw export anders? Zet dan `koppeling.yaml` in de map. Alles is optioneel:

```yaml
uitkeringen:
  bestand: export_2024.csv        # of, bij een werkmap, blad: Blad1
  kolommen:                       # naam hier: naam in de export
    persoon_id: CLIENTNR
    begin: DATUM_INGANG
  codes:                          # per kolom: code in de export: code hier
    regeling: {"01": bijstand, "02": ioaw}
  vast:                           # ontbreekt de kolom, maar is de waarde overal gelijk
    gemeente_code: GM0274
```
"""


def write_woordenboek() -> str:
    """Return the data dictionary as Markdown."""
    parts = [_INTRO, _overview(), _soorten(), *map(_table, load_contracten()), _KOPPELING]
    return "\n".join(parts)


def woordenboek_path() -> Path:
    """Return where the data dictionary stands."""
    return project_root() / "docs" / "datawoordenboek.md"


def _overview() -> str:
    rows = [f"| [`{naam}`](#{naam}) | {_cell(contract.omschrijving)} |" for naam, contract in load_contracten().items()]
    return "\n".join(["## Tabellen", "", "| tabel | inhoud |", "|---|---|", *rows, ""])


def _soorten() -> str:
    rows = [f"| {soort} | {uitleg} |" for soort, uitleg in _SOORTEN.items()]
    return "\n".join(["## Soorten kolommen", "", "| soort | wat erin staat |", "|---|---|", *rows, ""])


def _table(naam: str) -> str:
    contract = load_contracten()[naam]
    rows = [
        f"| `{kolom}` | {_cell(deel.omschrijving)} | {deel.soort} | {'nee' if deel.leeg else 'ja'} | {_allowed(deel)} |"
        for kolom, deel in contract.kolommen.items()
    ]
    head = ["| kolom | inhoud | soort | verplicht | toegestaan |", "|---|---|---|---|---|"]
    return "\n".join(
        [f"## {naam}", "", contract.omschrijving, "", *_keys(contract), "", *head, *rows, "", *_codes(contract)]
    )


def _keys(contract: Contract) -> Iterator[str]:
    yield f"Sleutel (elke combinatie komt één keer voor): {notatie.join([f'`{naam}`' for naam in contract.sleutel])}."


def _allowed(kolom: Kolom) -> str:
    limits = [
        f"{word} {limit:g}"
        for word, limit in (("vanaf", kolom.minimum), ("tot en met", kolom.maximum))
        if limit is not None
    ]
    pattern = [f"de vorm `{kolom.patroon}`"] if kolom.patroon else []
    codes = ["zie de codes hieronder"] if kolom.codes else []
    return _cell(
        "; ".join([*pattern, *codes, *filter(None, [" ".join(limits)]), *filter(None, [kolom.eenheid])]) or "–"
    )


def _codes(contract: Contract) -> Iterator[str]:
    for naam, kolom in contract.kolommen.items():
        if kolom.codes:
            yield f"Codes van `{naam}`:"
            yield ""
            yield from (f"- `{code}`: {label}" for code, label in kolom.codes.items())
            yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    woordenboek_path().parent.mkdir(exist_ok=True)
    woordenboek_path().write_text(write_woordenboek(), encoding="utf-8")
