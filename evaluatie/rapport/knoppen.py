"""The knobs of the control panel; the only place that imports ipywidgets, and only when there is somebody to turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evaluatie.errors import EvaluatieError
from evaluatie.evaluaties.landelijke_vergelijking import UITKOMST_WOORDEN
from evaluatie.evaluaties.vergelijkingsgroep import Vergelijkingsgroep
from evaluatie.rapport.opmaak import warning

if TYPE_CHECKING:
    from evaluatie.rapport.paneel import Paneel

_STYLE = {"description_width": "9em"}
_BUSY = "<p>Bezig met rekenen…</p>"


def build_knoppen(paneel: Paneel, gemeenten: list[str]) -> Any:
    """Return the knobs with what they show below them; each turn changes the panel.

    Parameters
    ----------
    paneel : Paneel
        The panel whose setting they change.
    gemeenten : list of str
        The municipalities to choose from.

    Returns
    -------
    ipywidgets.VBox
    """
    import ipywidgets

    shown = ipywidgets.HTML(str(paneel.toon().markup))
    shown.add_class("jp-RenderedHTMLCommon")  # JupyterLab then gives its tables and text the look of other outputs
    knobs = _make_knobs(ipywidgets, paneel, gemeenten)

    def turn(_change: object) -> None:
        # An emptied date has no value: that knob then stays where it was.
        chosen = {name: knob.value for name, knob in knobs.items() if knob.value is not None}
        shown.value = _BUSY
        try:
            shown.value = str(paneel.zet(**chosen).markup)
        except EvaluatieError as error:
            shown.value = str(warning(error.message).markup)

    for knob in knobs.values():
        knob.observe(turn, "value")
    return ipywidgets.VBox([*knobs.values(), shown])


def _make_knobs(ipywidgets: Any, paneel: Paneel, gemeenten: list[str]) -> dict[str, Any]:
    stand, layout = paneel.stand, ipywidgets.Layout(width="32em")

    def choose(description: str, options: list[Any], value: str) -> Any:
        return ipywidgets.Dropdown(options=options, value=value, description=description, style=_STYLE, layout=layout)

    outcomes = [(words, name) for name, words in UITKOMST_WOORDEN.items()]
    groups = [(groep.value, groep.value) for groep in Vergelijkingsgroep]
    return {
        "gemeente": choose("Gemeente", gemeenten, stand.gemeente),
        "uitkomst": choose("Uitkomst", outcomes, stand.uitkomst),
        "ingangsdatum": ipywidgets.DatePicker(
            value=stand.ingangsdatum, description="Ingangsdatum", style=_STYLE, layout=layout
        ),
        "groep": choose("Vergelijk met", groups, stand.groep.value),
    }
