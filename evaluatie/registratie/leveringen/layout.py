"""Choose the record layout of a statistics month; another layout is added by adding a file to ``layouts/``."""

from __future__ import annotations

import functools
from importlib.resources import files
from pathlib import Path
from typing import get_args

from evaluatie.contract import read_contract
from evaluatie.errors import ChoiceError
from evaluatie.registratie.leveringen.melding import Melding
from evaluatie.registratie.leveringen.schema import Layout, Soort


def load_layout(
    soort: Soort, jaar: int, maand: int = 12, *, folder: Path | None = None
) -> tuple[Layout, tuple[Melding, ...]]:
    """Return the layout of a statistics month, with a finding when it was not verified for that month.

    Parameters
    ----------
    soort : {"bus", "srg", "bdfs"}
        Kind of delivery.
    jaar, maand : int
        Statistics month.
    folder : Path, optional
        Folder with layouts; the embedded ones by default.

    Raises
    ------
    ChoiceError
        When the month lies before the oldest layout.
    """
    if soort not in get_args(Soort):
        raise ChoiceError(f"Er is geen levering '{soort}'.", f"Bekend zijn: {', '.join(get_args(Soort))}.")
    layouts = [layout for layout in list_layouts(folder) if layout.soort == soort]
    if not layouts:
        raise ChoiceError(f"Er is geen layout van {soort.upper()} in {folder}.", "Voeg er een toe.")
    maandtekst = f"{jaar:04d}-{maand:02d}"
    fitting = [layout for layout in layouts if layout.vanaf <= maandtekst]
    if not fitting:
        raise ChoiceError(
            (
                f"De indeling van {soort.upper()} over {maandtekst} is niet bekend; de oudste geldt vanaf "
                f"{layouts[0].vanaf}."
            ),
            "Voeg de indeling van dat jaar toe als bestand in de map layouts.",
        )
    layout = fitting[-1]
    return layout, _tell_when_unverified(layout, maandtekst)


def _tell_when_unverified(layout: Layout, maandtekst: str) -> tuple[Melding, ...]:
    if maandtekst <= layout.nagegaan_tot:
        return ()
    tekst = (
        f"gelezen met de indeling vanaf {layout.vanaf}, die is nagegaan tot en met {layout.nagegaan_tot}; "
        "codes en velden kunnen sindsdien zijn veranderd. Leg haar naast de richtlijn van het CBS."
    )
    return (Melding("waarschuwing", f"{layout.soort.upper()} {maandtekst}", tekst),)


@functools.cache
def list_layouts(folder: Path | None = None) -> tuple[Layout, ...]:
    """Return every layout of a folder (the embedded ones by default), oldest first."""
    source = folder if folder is not None else files(__package__) / "layouts"
    entries = [entry for entry in source.iterdir() if entry.name.endswith(".yaml")]
    layouts = [read_layout(entry.read_text(encoding="utf-8"), entry.name) for entry in entries]
    return tuple(sorted(layouts, key=lambda layout: (layout.soort, layout.vanaf)))


def read_layout(text: str, herkomst: str) -> Layout:
    """Parse and check the text of a layout.

    Parameters
    ----------
    text : str
        YAML.
    herkomst : str
        File name, for the error messages.

    Raises
    ------
    DataError
        With one `Violation` per mistake.
    """
    return read_contract(Layout, text, herkomst, "een layout")
