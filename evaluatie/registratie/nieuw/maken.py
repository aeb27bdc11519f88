"""Make the folder of a new municipality: dossier, table templates, mapping, and a README in Dutch."""

from __future__ import annotations

import datetime as dt
import json
from importlib.resources import files
from pathlib import Path
from string import Template

from evaluatie.cijfers.tables import load_table
from evaluatie.errors import ChoiceError
from evaluatie.registratie.contract import Contract, Kolom, load_contracten
from evaluatie.registratie.koppeling import BESTAND
from evaluatie.registratie.opslag import DELIVERY, GITIGNORE

DOSSIER = "dossier.yaml"
UNKNOWN_NAME = "Naam van de gemeente"
UNKNOWN_CODE = "GM0000"
TO_FILL = "Nog in te vullen"

_SHORTEST_NAME = 3
_NOTATION = {
    "persoon": "BSN of klantnummer; wordt bij het inlezen versleuteld",
    "tekst": "tekst van hoogstens 80 tekens, zonder namen of nummers van personen",
    "code": "een code",
    "datum": "JJJJ-MM-DD",
    "maand": "JJJJ-MM",
    "bedrag": "bedrag, zoals 1234,56",
    "getal": "getal, zoals 12,5",
    "geheel": "geheel getal",
}


def make_municipality(map: Path, gemeente: str = "", *, jaar: int | None = None) -> list[Path]:  # noqa: A002
    """Fill a new folder.

    Parameters
    ----------
    map : Path
        Folder that does not exist yet or is empty.
    gemeente : str
        Name; its CBS code is looked up. May be filled in later.
    jaar : int, optional
        First year accounted for; otherwise last year.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    ChoiceError
        When there is something in the folder already, or the name is too short to be one.
    """
    if map.exists() and (not map.is_dir() or any(map.iterdir())):
        raise ChoiceError(f"{map} is niet leeg; er is niets geschreven.", "Kies een nieuwe map.")
    if gemeente and len(gemeente.strip()) < _SHORTEST_NAME:
        raise ChoiceError(f"'{gemeente}' is geen naam van een gemeente.", "Geef de hele naam.")
    texts = _compose(gemeente.strip(), jaar or dt.datetime.now(tz=dt.UTC).year - 1)
    for name, text in texts.items():
        path = map / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [map / name for name in texts]


def find_code(gemeente: str) -> str:
    """Return the CBS code of a municipality, or `UNKNOWN_CODE` when the embedded tables do not know the name."""
    table = load_table("bijstand_gemeenten_jaar")
    names = table["regio"].str.removesuffix(" (gemeente)").str.casefold()
    rows = table[(names == gemeente.casefold()) & table["regio_code"].str.startswith("GM")].sort_values("periode")
    return UNKNOWN_CODE if rows.empty else str(rows["regio_code"].iloc[-1])


def write_header(contract: Contract) -> str:
    """Return the first line of a table template."""
    return ";".join(contract.kolommen) + "\n"


def _compose(gemeente: str, jaar: int) -> dict[str, str]:
    """Return every file of the folder; the .gitignore first, so that it stands before there is anything to hide."""
    contracten = load_contracten()
    naam = gemeente or UNKNOWN_NAME
    words = {
        "naam": naam,
        "naam_yaml": json.dumps(naam, ensure_ascii=False),  # a quoted string means the same in YAML
        "code": find_code(gemeente) if gemeente else UNKNOWN_CODE,
        "jaar": str(jaar),
        "invullen": TO_FILL,
        "tabellen": "\n".join(_describe_table(tabel, contract) for tabel, contract in contracten.items()),
    }
    templates = {DOSSIER: DOSSIER, f"{DELIVERY}/{BESTAND}": BESTAND, "LEESMIJ.md": "LEESMIJ.md"}
    return {
        ".gitignore": GITIGNORE,
        **{name: _read_template(template).substitute(words) for name, template in templates.items()},
        **{f"{DELIVERY}/{tabel}.csv": write_header(contract) for tabel, contract in contracten.items()},
    }


def _read_template(name: str) -> Template:
    folder = files("evaluatie.registratie.nieuw").joinpath("sjablonen")
    return Template(folder.joinpath(name).read_text(encoding="utf-8"))


def _describe_table(tabel: str, contract: Contract) -> str:
    """Return the section of a table in the README: every column, what it holds, how it is written."""
    rows = [
        f"| `{name}` | {_escape(kolom.omschrijving)} | {_notation(kolom)} |"
        for name, kolom in contract.kolommen.items()
    ]
    head = ["| kolom | wat | hoe |", "| --- | --- | --- |"]
    return "\n".join([f"### {tabel}", "", contract.omschrijving, "", *head, *rows, ""])


def _notation(kolom: Kolom) -> str:
    codes = ", ".join(f"`{code}`" for code in kolom.codes)
    text = codes or (f"patroon `{_escape(kolom.patroon)}`" if kolom.patroon else _NOTATION[kolom.soort])
    return f"{text}; mag leeg" if kolom.leeg else text


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
