"""The list of all reports: one page, made from what stands in the folder."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from evaluatie.render.check import check_page
from evaluatie.render.files import write_atomically
from evaluatie.render.fragment import tidy_fragment
from evaluatie.render.naming import ReportFiles
from evaluatie.render.page import build_page, render_template

INDEX = "index.html"
_FAILED_SUFFIX = ".mislukt.txt"
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_NO_PLACE = "Overige rapporten"
_HEAD_CHARACTERS = 4096  # the title of our own pages stands at the very start


@dataclass(frozen=True, slots=True)
class Regel:
    """One report in the list. `pagina` and `melding` are links; empty when there is no such file."""

    gemeente: str
    jaar: str
    titel: str
    pagina: str
    melding: str
    reden: str


def write_index(out: Path) -> Path:
    """Write ``index.html`` in the reports folder and return its path."""
    regels = sorted(find_reports(out), key=lambda regel: (regel.gemeente.lower(), regel.jaar, regel.titel))
    groepen = [(gemeente, list(group)) for gemeente, group in groupby(regels, key=lambda regel: regel.gemeente)]
    fragment = render_template("overzicht.html.j2", groepen=groepen, samenvatting=_summary(regels))
    inhoud, koppen = tidy_fragment(fragment, numbered=False)
    page = build_page("Overzicht van rapporten", inhoud, koppen)
    check_page(page, local_links=True)
    return write_atomically(out / INDEX, page)


def find_reports(out: Path) -> list[Regel]:
    """Return every report in the folder: finished, failed, or failed with an older one left."""
    reports = {_files(out, path, ".html") for path in out.rglob("*.html") if path != out / INDEX}
    failures = {_files(out, path, _FAILED_SUFFIX) for path in out.rglob(f"*{_FAILED_SUFFIX}")}
    return [_describe(out, files) for files in reports | failures if not _is_hidden(out, files.folder)]


def _files(out: Path, path: Path, suffix: str) -> ReportFiles:
    return ReportFiles(path.parent, path.name.removesuffix(suffix))


def _is_hidden(out: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in folder.relative_to(out).parts)


def _describe(out: Path, files: ReportFiles) -> Regel:
    receipt = _read_receipt(files.receipt)
    parts = files.folder.relative_to(out).parts
    gemeente = str(receipt.get("gemeente") or (parts[0].capitalize() if len(parts) > 1 else _NO_PLACE))
    jaar = str(receipt.get("jaar") or (parts[1] if len(parts) > 1 else ""))
    described = f"{files.name.capitalize()} {gemeente} {jaar}".strip()
    titel = str(receipt.get("titel") or _read_title(files.html) or described)
    note = files.failed_note
    return Regel(gemeente, jaar, titel, _link(out, files.html), _link(out, note), _first_line(note))


def _read_receipt(path: Path) -> dict[str, Any]:
    # whatever stands there: a strange receipt must not hide the report from the list
    try:
        receipt = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return receipt if isinstance(receipt, dict) else {}


def _read_title(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as page:
        match = _TITLE.search(page.read(_HEAD_CHARACTERS))
    return html.unescape(match.group(1)).strip() if match else ""


def _first_line(path: Path) -> str:
    if not path.is_file():
        return ""
    return path.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0]


def _link(out: Path, path: Path) -> str:
    return quote(path.relative_to(out).as_posix()) if path.is_file() else ""


def _summary(regels: Iterable[Regel]) -> str:
    failed = [bool(regel.melding) for regel in regels]
    if not failed:
        return "Er zijn nog geen rapporten."
    reports = "1 rapport" if len(failed) == 1 else f"{len(failed)} rapporten"
    return f"{reports}, waarvan {sum(failed)} mislukt."
