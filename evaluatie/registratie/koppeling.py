"""The optional ``koppeling.yaml``: how an export is called, so that nobody has to edit it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from evaluatie.registratie.bevindingen import Groep, found_in_file
from evaluatie.registratie.contract import Contract, load_contracten
from evaluatie.registratie.echo import clean

BESTAND = "koppeling.yaml"
_TOETS = "koppeling"
_ALLOWED = "bestand, blad, kolommen, codes en vast per tabel"
_EXAMPLE = "Zie de uitleg in docs/datawoordenboek.md, onder 'Koppeling'."
_PROBLEMS = {
    "extra_forbidden": "een onbekende sleutel",
    "string_type": "iets anders dan tekst",
    "dict_type": "iets anders dan een groep van sleutels",
    "model_type": "iets anders dan een groep van sleutels",
}


def _or_empty(value: Any) -> Any:
    """Read an empty key in YAML as an empty group."""
    return {} if value in ("", None) else value


Namen = Annotated[dict[str, str], BeforeValidator(_or_empty)]
Codes = Annotated[dict[str, Namen], BeforeValidator(_or_empty)]


class Tabelkoppeling(BaseModel):
    """How one table is found and read.

    Parameters
    ----------
    bestand : str
        File in the same folder; otherwise named after the table.
    blad : str
        Sheet of a workbook; otherwise named after the table.
    kolommen : dict
        Name in the contract → name in the export.
    codes : dict
        Per column of the contract: code in the export → code in the contract.
    vast : dict
        Columns that the export lacks, with the one value they have.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bestand: str = ""
    blad: str = ""
    kolommen: Namen = {}
    codes: Codes = {}
    vast: Namen = {}


Koppeling = Mapping[str, Tabelkoppeling]
_ADAPTER = TypeAdapter(
    Annotated[dict[str, Annotated[Tabelkoppeling, BeforeValidator(_or_empty)]], BeforeValidator(_or_empty)]
)


def read_koppeling(folder: Path) -> tuple[Koppeling, list[Groep]]:
    """Return the koppeling of a folder (empty without one) and every mistake in it."""
    path = folder / BESTAND
    if not path.exists():
        return {}, []
    try:
        text = path.read_text(encoding="utf-8-sig")
        tree, lines = YAML(typ="base").load(text), YAML(typ="rt").load(text)
        koppeling = _ADAPTER.validate_python(tree)
    except (UnicodeDecodeError, OSError):
        return {}, [_mistake("een bestand dat niet als tekst is te lezen", "tekst in UTF-8", "Sla het op als UTF-8.")]
    except (YAMLError, ValueError, RecursionError) as error:
        return {}, list(_explain(error, locals().get("lines")))
    mistakes = [found for tabel, deel in koppeling.items() for found in _check(tabel, deel)]
    return koppeling, [_mistake(f"{_place(lines, where)}{what}", allowed) for where, what, allowed in mistakes]


def _mistake(found: str, allowed: str = _ALLOWED, remedie: str = _EXAMPLE) -> Groep:
    return found_in_file(_TOETS, BESTAND, found, allowed, remedie)


def _explain(error: Exception, lines: Any) -> Iterator[Groep]:
    if not isinstance(error, ValidationError):
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = f"regel {mark.line + 1}: " if mark else ""
        yield _mistake(f"{line}YAML die niet is te lezen", "geldige YAML", "Verbeter de notatie op deze regel.")
        return
    for detail in error.errors(include_url=False):
        what = _PROBLEMS.get(detail["type"], "een waarde die niet past")
        where = [part for part in detail["loc"] if isinstance(part, str) and part != "[key]"]
        yield _mistake(f"{_place(lines, where)}{what}")


def _place(lines: Any, where: Sequence[str]) -> str:
    """Return line and key in words, as deep as they exist."""
    node, line = lines, None
    for part in where:
        try:
            key = next(key for key in node if str(key) == part)
            line, node = node.lc.key(key)[0] + 1, node[key]
        except (StopIteration, TypeError, AttributeError, KeyError):
            break
    return f"regel {line}, {clean('.'.join(where))}: " if line else f"{clean('.'.join(where))}: "


Mistake = tuple[Sequence[str], str, str]


def _check(tabel: str, deel: Tabelkoppeling) -> Iterator[Mistake]:
    contracten = load_contracten()
    if tabel not in contracten:
        yield [tabel], "een tabel die niet bestaat", ", ".join(contracten)
        return
    if deel.bestand and (Path(deel.bestand).name != deel.bestand or "\\" in deel.bestand):
        yield [tabel, "bestand"], "een pad", "de naam van een bestand in dezelfde map"
    contract = contracten[tabel]
    yield from _check_kolommen(tabel, deel, contract)
    for kolom, codes in deel.codes.items():
        yield from _check_codes(tabel, kolom, codes, contract)


def _check_kolommen(tabel: str, deel: Tabelkoppeling, contract: Contract) -> Iterator[Mistake]:
    for sleutel, names in (("kolommen", deel.kolommen), ("codes", deel.codes), ("vast", deel.vast)):
        for kolom in names:
            if kolom not in contract.kolommen:
                yield [tabel, sleutel, kolom], "een kolom die het contract niet kent", ", ".join(contract.kolommen)
    for kolom in sorted(set(deel.kolommen) & set(deel.vast)):
        yield [tabel, "vast", kolom], "een kolom die ook onder 'kolommen' staat", "een kolom op één plaats"
    for kolom, value in deel.vast.items():
        codes = contract.kolommen[kolom].codes if kolom in contract.kolommen else {}
        if codes and value not in codes:
            yield [tabel, "vast", kolom], "een code die het contract niet kent", ", ".join(codes)


def _check_codes(tabel: str, kolom: str, codes: Mapping[str, str], contract: Contract) -> Iterator[Mistake]:
    if kolom not in contract.kolommen:
        return
    if contract.kolommen[kolom].soort != "code":
        yield [tabel, "codes", kolom], "codes bij een kolom zonder codes", "alleen kolommen van de soort code"
        return
    known = contract.kolommen[kolom].codes
    for code, target in codes.items():
        if known and target and target not in known:
            yield [tabel, "codes", kolom, code], "een code die het contract niet kent", ", ".join(known)
