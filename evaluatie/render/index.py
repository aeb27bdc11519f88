"""The list of all reports and the page that compares them, made from what stands in the folder."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from evaluatie.errors import EvaluatieError
from evaluatie.render.check import check_page
from evaluatie.render.files import write_atomically
from evaluatie.render.fragment import tidy_fragment
from evaluatie.render.naming import MAIN_REPORT, ReportFiles
from evaluatie.render.page import TEMPLATES, build_page, render_template

INDEX, COMPARISON = "index.html", "vergelijking.html"
KLAAR, MISLUKT, VEROUDERD = "klaar", "mislukt", "verouderd"
_FAILED_SUFFIX = ".mislukt.txt"
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_NO_PLACE = "Overige rapporten"
_HEAD_CHARACTERS = 4096  # the title of our own pages stands at the very start


@dataclass(frozen=True, slots=True)
class Regel:
    """One report in the list.

    Parameters
    ----------
    gemeente, jaar, titel : str
        What the report is about; `jaar` may be empty.
    pagina, melding : str
        Links; empty when there is no such file.
    status : str
        ``klaar``, ``mislukt``, or ``verouderd`` when data, law or program changed since.
    reden : str
        Why it failed or is out of date.
    andere : tuple of (str, str)
        Name and link of the other forms.
    resultaten : mapping of str to dict
        The records of its ``results.json`` by id.
    verantwoording : bool
        Whether it is a vangnetverantwoording: only those count and compare their effects.
    """

    gemeente: str
    jaar: str
    titel: str
    pagina: str
    melding: str
    status: str
    reden: str
    andere: tuple[tuple[str, str], ...] = ()
    resultaten: dict[str, dict[str, Any]] = field(default_factory=dict)
    verantwoording: bool = False

    def text(self, identifier: str) -> str:
        """Return a number as the report writes it, or a dash."""
        return str(self.resultaten[identifier]["text"]) if identifier in self.resultaten else "–"

    def value(self, identifier: str) -> str:
        """Return a number to sort by; empty when there is none."""
        value = self.resultaten.get(identifier, {}).get("value")
        return "" if value is None else repr(float(value))

    @property
    def effecten(self) -> tuple[int, int]:
        """How many effects were found, of how many that could be estimated."""
        from evaluatie.render.vergelijking import is_found, list_effects

        effects = list_effects(self)
        return sum(map(is_found, effects)), sum(effect["value"] is not None for effect in effects)

    @property
    def voorbehoud(self) -> str:
        """With what reserve the deficit is to be read (a forecast, conditions still open); empty when there is none."""
        return str(self.resultaten.get("vangnet.tekort", {}).get("verdict") or "")


def write_index(out: Path) -> Path:
    """Write ``index.html`` in the reports folder and return its path; beside it the comparison, when there is one."""
    from evaluatie.render.vergelijking import write_comparison

    regels = sorted(find_reports(out), key=lambda regel: (regel.gemeente.lower(), regel.jaar, regel.titel))
    comparison = write_comparison(out / COMPARISON, regels)
    values = {"regels": regels, "samenvatting": _summary(regels), "vergelijking": COMPARISON if comparison else ""}
    inhoud, _ = tidy_fragment(render_template("overzicht.html.j2", **values), report=False)
    script = (TEMPLATES / "overzicht.js").read_text(encoding="utf-8") if regels else ""
    page = build_page("Overzicht van rapporten", inhoud, script=script)
    check_page(page, local_links=True, script=script)
    return write_atomically(out / INDEX, page)


def find_reports(out: Path) -> list[Regel]:
    """Return every report in the folder: finished, failed, or failed with an older one left."""
    own = {out / INDEX, out / COMPARISON}
    reports = {_files(out, path, ".html") for path in out.rglob("*.html") if path not in own}
    failures = {_files(out, path, _FAILED_SUFFIX) for path in out.rglob(f"*{_FAILED_SUFFIX}")}
    found = [files for files in reports | failures if not _is_hidden(out, files.folder)]
    present = _describe_present() if found else {}
    return [_describe(out, files, present) for files in found]


def _describe_present() -> dict[str, Any]:
    from evaluatie.rapport.ontvangstbewijs import describe_sources

    try:
        return describe_sources()
    except (OSError, EvaluatieError):
        return {}  # reports without the data they were made from: their age cannot be judged


def _files(out: Path, path: Path, suffix: str) -> ReportFiles:
    return ReportFiles(path.parent, path.name.removesuffix(suffix))


def _is_hidden(out: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in folder.relative_to(out).parts)


def _describe(out: Path, files: ReportFiles, present: dict[str, Any]) -> Regel:
    receipt = read_json(files.receipt, dict)
    chosen = receipt.get("parameters") if isinstance(receipt.get("parameters"), dict) else {}
    known = {**chosen, **receipt}
    parts = files.folder.relative_to(out).parts
    gemeente = str(known.get("gemeente") or (parts[0].capitalize() if len(parts) > 1 else _NO_PLACE))
    jaar = str(known.get("jaar") or (parts[1] if len(parts) > 1 else ""))
    described = f"{files.name.capitalize()} {gemeente} {jaar}".strip()
    titel = str(known.get("titel") or _read_title(files.html) or described)
    status, reden = _judge(files, receipt, present)
    others = tuple((path.suffix[1:].upper(), _link(out, path)) for path in files.other_forms if path.is_file())
    results = {item["id"]: item for item in read_json(files.results, list) if isinstance(item, dict) and "id" in item}
    page, failed, main = _link(out, files.html), _link(out, files.failed_note), files.name == MAIN_REPORT
    return Regel(gemeente, jaar, titel, page, failed, status, reden, others, results, main)


def _judge(files: ReportFiles, receipt: dict[str, Any], present: dict[str, Any]) -> tuple[str, str]:
    """Say how a report stands: it failed, it rests on something that changed since, or it is ready."""
    from evaluatie.rapport.ontvangstbewijs import explain_changes

    if files.failed_note.is_file():
        return MISLUKT, files.failed_note.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0]
    changes = explain_changes(receipt, present, shared_only=True)
    return (VEROUDERD, " ".join(changes)) if changes else (KLAAR, "")


def read_json(path: Path, kind: type[Any]) -> Any:
    """Return what stands in a JSON file; empty when it is missing or strange, so that it hides no report."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return kind()
    return content if isinstance(content, kind) else kind()


def _read_title(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as page:
        match = _TITLE.search(page.read(_HEAD_CHARACTERS))
    return html.unescape(match.group(1)).strip() if match else ""


def _link(out: Path, path: Path) -> str:
    return quote(path.relative_to(out).as_posix()) if path.is_file() else ""


def _summary(regels: Sequence[Regel]) -> str:
    if not regels:
        return "Er zijn nog geen rapporten."
    reports = "1 rapport" if len(regels) == 1 else f"{len(regels)} rapporten"
    return f"{reports}, waarvan {_count(regels, MISLUKT)} mislukt en {_count(regels, VEROUDERD)} verouderd."


def _count(regels: Iterable[Regel], status: str) -> int:
    return sum(regel.status == status for regel in regels)
