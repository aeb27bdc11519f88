"""A figure that tells what it shows: a notebook keeps the text beside the picture, for who cannot see it."""

from __future__ import annotations

import io

from matplotlib.figure import Figure


class DescribedFigure(Figure):
    """A matplotlib figure whose picture in a notebook carries its title and axes as text alternative."""

    @property
    def description(self) -> str:
        """Title and axes of every panel, in Dutch."""
        parts = []
        for axes in self.axes:
            title = axes.get_title("left") or axes.get_title() or "zonder titel"
            names = [f"horizontaal {axes.get_xlabel()}" if axes.get_xlabel() else ""]
            names += [f"verticaal {axes.get_ylabel()}" if axes.get_ylabel() else ""]
            parts.append(f"{title} ({'; '.join(name for name in names if name)})".replace(" ()", ""))
        return f"Figuur: {'. '.join(parts)}."

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, bytes], dict[str, dict[str, str]]]:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=100)
        return {"image/png": buffer.getvalue()}, {"image/png": {"alt": self.description}}
