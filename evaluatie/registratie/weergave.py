"""Show findings: a table for the terminal and one accessible page without script or network."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from html import escape

from evaluatie import notatie
from evaluatie.registratie.bevindingen import NOTHING_CHECKED, Bevinding, Bevindingen, Ernst, Samenvatting

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1a1a1a;
  background: #fff; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border: 1px solid #6b6b6b; padding: .35rem .6rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { white-space: nowrap; }
thead th { background: #eee; }
.getal { text-align: right; }
@media print { table { break-inside: auto; } tr { break-inside: avoid; } }
"""
_HEADS = ("Ernst", "Bestand", "Kolom", "Aantal", "Bevinding")
_WIDEST = 24
_GAP = "  "


def conclude(bevindingen: Bevindingen) -> str:
    """Return one sentence: how many errors and warnings there are, and what follows."""
    fouten, waarschuwingen = bevindingen.count(Ernst.FOUT), bevindingen.count(Ernst.WAARSCHUWING)
    if not fouten and any(groep.toets == NOTHING_CHECKED for groep in bevindingen):
        return "Er is niets gecontroleerd, want geen tabel heeft rijen."
    if not fouten and not waarschuwingen:
        return "Er is niets gevonden dat verbeterd moet worden."
    counts = f"{_count(fouten, 'fout', 'fouten')} en {_count(waarschuwingen, 'waarschuwing', 'waarschuwingen')}."
    if fouten:
        return f"{counts} Herstel eerst de fouten; tot dan zijn de gegevens niet te gebruiken."
    return f"{counts} De gegevens zijn te gebruiken; de waarschuwingen komen in elk rapport te staan."


def write_text(bevindingen: Bevindingen, width: int, limit: int) -> str:
    """Return a table for a terminal of `width` characters, with the conclusion below it."""
    rows = bevindingen.summarise(limit)
    if not rows:
        return conclude(bevindingen)
    cells = [(*_short_cells(row), _explain(row)) for row in rows]
    widths = [min(_WIDEST, max(len(row[i]) for row in (_HEADS, *cells))) for i in range(4)]
    rest = max(30, width - sum(widths) - 4 * len(_GAP))
    lines = _write_row(_HEADS, [*widths, rest])
    lines.append(_GAP.join("─" * size for size in (*widths, rest)))
    for row in cells:
        lines += _write_row(row, [*widths, rest])
    return "\n".join([*lines, "", conclude(bevindingen)])


def write_html(bevindingen: Bevindingen, titel: str, limit: int) -> str:
    """Return one page: the conclusion, a table that counts, and a table with places for each check."""
    rows = bevindingen.summarise(limit)
    parts = [f"<h1>{escape(titel)}</h1>", f"<p><strong>{escape(conclude(bevindingen))}</strong></p>"]
    if rows:
        parts += [_overview(rows), "<h2>Plaatsen en oplossingen</h2>", *map(_places, rows)]
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(titel)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{notatie.number(number)} {one if number == 1 else many}"


def _short_cells(row: Samenvatting) -> tuple[str, str, str, str]:
    return row.ernst.label.upper(), row.bestand, row.kolom or "–", notatie.number(row.aantal)


def _explain(row: Samenvatting) -> str:
    first = row.voorbeelden[0]
    more = ["…"] if row.aantal > len(row.voorbeelden) else []
    found = "; ".join([*_places_by_value(row.voorbeelden), *more])
    return f"{found}. Toegestaan: {first.toegestaan}. {first.remedie} [{row.toets}]"


def _places_by_value(examples: Iterable[Bevinding]) -> Iterator[str]:
    """Give each thing found once, with the rows where it stands."""
    rows: dict[str, list[str]] = {}
    for found in examples:
        rows.setdefault(found.gevonden, []).extend([] if found.rij is None else [str(found.rij)])
    for gevonden, rijen in rows.items():
        yield f"rij {', '.join(rijen)}: {gevonden}" if rijen else gevonden


def _write_row(cells: tuple[str, ...], widths: list[int]) -> list[str]:
    wrapped = [textwrap.wrap(cell, size) or [""] for cell, size in zip(cells, widths, strict=True)]
    height = max(map(len, wrapped))
    padded = [[*column, *[""] * (height - len(column))] for column in wrapped]
    return [
        _GAP.join(part.ljust(size) for part, size in zip(line, widths, strict=True)).rstrip()
        for line in zip(*padded, strict=True)
    ]


def _overview(rows: list[Samenvatting]) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Toets", "Ernst", "Bestand", "Kolom", "Aantal"))
    body = "\n".join(
        f'<tr><th scope="row">{escape(row.toets)}</th><td>{row.ernst.label}</td><td>{escape(row.bestand)}</td>'
        f'<td>{escape(row.kolom) or "–"}</td><td class="getal">{notatie.number(row.aantal)}</td></tr>'
        for row in rows
    )
    return f"<table><caption>Overzicht</caption><thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _places(row: Samenvatting) -> str:
    column = f", kolom {row.kolom}" if row.kolom else ""
    shown = f", de eerste {len(row.voorbeelden)}" if row.aantal > len(row.voorbeelden) else ""
    caption = f"{row.ernst.label.capitalize()} '{row.toets}' in {row.bestand}{column}: {row.aantal} keer{shown}"
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Rij", "Gevonden", "Toegestaan", "Oplossing"))
    body = "\n".join(
        f'<tr><th scope="row">{"hele bestand" if found.rij is None else found.rij}</th><td>{escape(found.gevonden)}'
        f"</td><td>{escape(found.toegestaan)}</td><td>{escape(found.remedie)}</td></tr>"
        for found in row.voorbeelden
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>"
    )
