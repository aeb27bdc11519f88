"""What every picture of the estimation package has in common."""

from __future__ import annotations

import pandas as pd

from evaluatie.estimation.plot import plot_balance, plot_intervals


def words_of(axis: object, figure: object) -> list[str]:
    figure.canvas.draw()  # type: ignore[attr-defined]
    return [tick.get_text() for tick in axis.get_ticklabels()]  # type: ignore[attr-defined]


def test_numbers_on_an_axis_are_written_in_dutch():
    table = pd.DataFrame({"x": [1, 2], "estimate": [-0.3, 0.3], "conf_low": [-0.5, 0.1], "conf_high": [-0.1, 0.5]})
    axes = plot_intervals(table, "x", title="t", x_label="x", y_label="y")
    words = words_of(axes.yaxis, axes.figure)
    assert "\N{MINUS SIGN}0,4" in words
    assert not [word for word in words if "." in word or "-" in word]


def test_names_on_an_axis_stay_names():
    table = pd.DataFrame({"covariate": ["leeftijd 1.5", "vrouw"], "smd_before": [0.2, 0.1], "smd_after": [0.0, 0.0]})
    axes = plot_balance(table, threshold=0.1)
    assert words_of(axes.yaxis, axes.figure) == ["leeftijd 1.5", "vrouw"]
