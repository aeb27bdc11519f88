"""The series of beginners with part-time work around a date, on a page: figure, effects, sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluatie import notatie
from evaluatie.disclosure import (
    Aantallen,
    Onderdrukt,
    Released,
    Schatting,
    open_released,
    release_counts,
    release_estimates,
)
from evaluatie.estimation import NotEstimated
from evaluatie.evaluaties.deeltijdreeks import PER, Deeltijdreeks
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.panel.maanden import number_of
from evaluatie.rapport.bronkeuze import Registerbron
from evaluatie.rapport.opmaak import Fragment, Kolom, paragraph, table
from evaluatie.rapport.tekenstijl import (
    BLUE,
    GREY,
    ORANGE,
    Lijn,
    Tekst,
    draw_line,
    finish,
    label_ends,
    new_figure,
    tick_text,
    write,
)

_BEGONNEN, _KONDEN = "begonnen", "konden beginnen"
_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Kwartaalreeks:
    """Released quarters: how many began, and how many were expected without the policy."""

    bron: Registerbron
    vanaf: str
    start: float
    kwartalen: Mapping[str, float]
    aantallen: Released[Aantallen]
    verwacht: Released[Mapping[str, Schatting | NotEstimated]]

    @classmethod
    def release(cls, reeks: Deeltijdreeks, bron: Registerbron) -> Kwartaalreeks:
        """Release the whole quarters of a series; months would be too small to show."""
        months = reeks.maanden.set_index("maand")
        firsts = [month for month in months.index if month % _QUARTER == 0 and month + _QUARTER - 1 in months.index]
        names = {month: f"{month // 12}-K{month % 12 // _QUARTER + 1}" for month in firsts}
        counts: dict[tuple[str, str], int] = {}
        for month, name in names.items():
            rows = months.loc[month : month + _QUARTER - 1]
            counts |= {(_BEGONNEN, name): int(rows["begonnen"].sum()), (_KONDEN, name): int(rows["konden"].sum())}
        paths = {name: reeks.expect(month, month + _QUARTER - 1) for month, name in names.items()}
        steun = {name: reeks.sprong.steun for name in paths if reeks.sprong.steun is not None}
        return cls(
            bron,
            str(reeks.vanaf),
            number_of(reeks.vanaf) - 0.5,
            {name: month + (_QUARTER - 1) / 2 for month, name in names.items()},
            release_counts(counts or {(_BEGONNEN, TE_KORT): 0}, bron.bronnen, woorden={_BEGONNEN, _KONDEN, TE_KORT}),
            release_estimates(paths, steun, bron.bronnen),
        )

    def plot(self, evaluaties: Sequence[Evaluatie]) -> Fragment:
        """Draw what was seen and what was expected, with the date of the policy."""
        seen, path = self._seen(), self._path()
        if not seen.x or not path.x:
            return paragraph("Er zijn te weinig mensen of maanden om de reeks te tekenen.")
        title = title_reeks(evaluaties, notatie.month(self.vanaf))
        alt = f"{title}. Per kwartaal het aantal beginners en, met een 95%-interval, wat de lijn van ervoor verwacht."
        figure, (axes,) = new_figure(3.6)
        for lijn in (path, seen):
            draw_line(axes, lijn)
        axes.set_ylim(0, 1.15 * max([*seen.y, *path.upper]))
        axes.axvline(self.start, color=GREY, linewidth=1.2)
        write(
            axes, f"vanaf {notatie.month(self.vanaf)}", (self.start, axes.get_ylim()[1]), (6, -6), color=GREY, va="top"
        )
        label_ends(axes, [seen, path])
        years = sorted({int(x) // 12 for x in self.kwartalen.values()})
        axes.set_xticks([12.0 * year for year in years], [str(year) for year in years])
        axes.set_ylabel(f"begonnen per maand, per {notatie.number(PER)}")
        axes.set_xlabel("kwartaal (streep bij het begin van het jaar)")
        axes.yaxis.set_major_formatter(tick_text)
        tekst = Tekst(title, alt, str(self.bron.bronnen[0]), self.bron.synthetisch)
        return finish(figure, tekst, "plot_reeks", self._table(title))

    def _seen(self) -> Lijn:
        points = [(x, rate) for name, x in self.kwartalen.items() if (rate := self._rate(name)) is not None]
        return Lijn("begonnen", [x for x, _ in points], [y for _, y in points], BLUE, "", "o")

    def _path(self) -> Lijn:
        found = open_released(self.verwacht)
        drawn = [
            (x, s.value, s.lower, s.upper)
            for name, x in self.kwartalen.items()
            if isinstance(s := found[name], Schatting) and s.lower is not None and s.upper is not None
        ]
        x, y, lower, upper = ([row[place] for row in drawn] for place in range(4))
        return Lijn("verwacht", x, y, ORANGE, "--", "", lower, upper)

    def _rate(self, kwartaal: str) -> float | None:
        """Return beginners per month per 1.000 who could, from rounded counts."""
        counts = open_released(self.aantallen)
        begun, could = counts[_BEGONNEN, kwartaal], counts[_KONDEN, kwartaal]
        if isinstance(begun, Onderdrukt) or isinstance(could, Onderdrukt):
            return None
        return PER * begun / could

    def _table(self, title: str) -> Fragment:
        found = open_released(self.verwacht)
        rows = []
        for name in self.kwartalen:
            rate, path = self._rate(name), found[name]
            shown = [notatie.number(rate, 1) if rate is not None else str(Onderdrukt("klein"))]
            if isinstance(path, Schatting) and path.lower is not None and path.upper is not None:
                shown += [
                    notatie.number(path.value, 1),
                    f"{notatie.number(path.lower, 1)} tot {notatie.number(path.upper, 1)}",
                ]
            else:
                shown += ["–", "–"]
            rows.append([notatie.period(name), *shown])
        heads = ("begonnen_per_duizend", "verwacht_per_duizend", "interval")
        note = open_released(self.aantallen).voetnoot
        kolommen = [Kolom("kwartaal"), *(Kolom(head, "getal") for head in heads)]
        return table(f"Gegevens bij de figuur: {title}", kolommen, rows, voetnoot=note)


TE_KORT = "reeks te kort"


def title_reeks(evaluaties: Sequence[Evaluatie], maand: str) -> str:
    """Return the finding: a change that was found, or that none was."""
    verdicts = {evaluatie.oordeel for evaluatie in evaluaties}
    if Oordeel.GEVONDEN in verdicts and Oordeel.TEGENGESTELD in verdicts:
        return f"Vanaf {maand} veranderen niveau en helling van het aantal beginners in tegengestelde richting"
    if Oordeel.GEVONDEN in verdicts:
        return f"Vanaf {maand} begonnen meer mensen met deeltijdwerk dan verwacht"
    if Oordeel.TEGENGESTELD in verdicts:
        return f"Vanaf {maand} begonnen minder mensen met deeltijdwerk dan verwacht"
    if verdicts == {Oordeel.NIET_TE_SCHATTEN}:
        return f"Of er vanaf {maand} iets veranderde in het aantal beginners, is niet te schatten"
    return f"Vanaf {maand} is geen verandering aangetoond in het aantal beginners met deeltijdwerk"
