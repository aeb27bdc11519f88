"""Tables, figure and sentences of the monitor of klantgroepen, from released counts only."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.disclosure import (
    Onderdrukt,
)
from evaluatie.evaluaties.klantgroepen import ACTIVITEITEN, GEEN, NIEUW, OVERGANG, TOTAAL
from evaluatie.panel import klassen
from evaluatie.panel.stand import UIT_ANDERS, UIT_WERK
from evaluatie.rapport.figuren import BLUE, GREY, ORANGE, Lijn, plot_lines
from evaluatie.rapport.klantgroeppagina import Monitorpagina
from evaluatie.rapport.opmaak import Cel, Fragment, Kolom, paragraph, table

_LIJNEN = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREY, ":", "^"), (BLUE, "-.", "D"), (ORANGE, "-", "v"))
_SHOWN_QUARTERS = 5


def write_bestand(pagina: Monitorpagina) -> Fragment:
    """Write the size of every group, now and a year before."""
    c, now, before = pagina.cijfers, pagina.laatste, pagina.eerder
    rows: list[list[Cel]] = []
    for groep in (*pagina.groepen, TOTAAL):
        said = f"Personen met een uitkering in groep {groep}"
        share: Cel = ""
        if groep != TOTAAL:
            share = c.show_share(
                ("stand", groep, now), ("stand", TOTAAL, now), f"Deel van het bestand in groep {groep}"
            )
        shown = [c.show(("stand", groep, when), f"{said}, eind {notatie.period(when)}") for when in (before, now)]
        rows.append([groep.capitalize(), *shown, share])
    kolommen = [
        Kolom("klantgroep"),
        Kolom("bestand_personen", "getal", f"eind {notatie.period(before)}"),
        Kolom("bestand_personen", "getal", f"eind {notatie.period(now)}"),
        Kolom("bestand_aandeel", "getal"),
    ]
    return table(
        f"Personen met een uitkering in {pagina.naam}, per klantgroep", kolommen, rows, voetnoot=c.explain(rows)
    )


def plot_bestand(pagina: Monitorpagina) -> Fragment:
    """Draw the size of the groups by quarter; a group with a suppressed quarter is left out."""
    series = {g: [pagina.cijfers.aantallen["stand", g, k] for k in pagina.kwartalen] for g in pagina.groepen}
    known = {g: [n for n in values if not isinstance(n, Onderdrukt)] for g, values in series.items()}
    whole = {g: values for g, values in known.items() if len(values) == len(pagina.kwartalen)}
    if not whole:
        return paragraph("De groepen zijn te klein om hun verloop te tonen.")
    x = [float(number) for number in range(len(pagina.kwartalen))]
    lijnen = [Lijn(g, x, values, *_LIJNEN[number % len(_LIJNEN)]) for number, (g, values) in enumerate(whole.items())]
    largest = max(whole, key=lambda g: whole[g][-1])
    title = f"{largest.capitalize()} is de grootste groep: {notatie.number(whole[largest][-1])} personen"
    ends = notatie.join([f"{g} van {notatie.number(v[0])} naar {notatie.number(v[-1])}" for g, v in whole.items()])
    left_out = [g for g in pagina.groepen if g not in whole]
    note = paragraph(f"Te klein voor deze figuur: {notatie.join(left_out)}.") if left_out else Fragment(Markup(""))
    return (
        plot_lines(
            lijnen,
            titel=title,
            alt=f"Lijnfiguur van personen per klantgroep en kwartaal: {ends}.",
            y_as="personen, eind van het kwartaal",
            bron=str(pagina.cijfers.counts.bronnen[0]),
            ticks=[(at, k.replace("-K", "\nkw ")) for at, k in zip(x, pagina.kwartalen, strict=True)],
            decimalen=0,
            synthetisch=pagina.synthetisch,
        )
        + note
    )


def write_stromen(pagina: Monitorpagina) -> Fragment:
    """Write inflow and outflow by quarter, and in the last quarter by group."""
    c, shown = pagina.cijfers, pagina.kwartalen[-_SHOWN_QUARTERS:]
    names = ("instroom", "uitstroom", "uitstroom_werk")
    words = {"instroom": "Instroom", "uitstroom": "Uitstroom", "uitstroom_werk": "Uitstroom naar werk"}
    heads = [Kolom("instroom", "getal"), Kolom("uitstroom", "getal"), Kolom("uitstroom_naar_werk", "getal")]

    def cells(groep: str, kwartaal: str) -> list[Cel]:
        return [
            c.show((soort, groep, kwartaal), f"{words[soort]}, groep {groep}, {notatie.period(kwartaal)}")
            for soort in names
        ]

    by_quarter = [[notatie.period(k).capitalize(), *cells(TOTAAL, k)] for k in shown]
    by_group = [[g.capitalize(), *cells(g, pagina.laatste)] for g in (*pagina.groepen, TOTAAL)]
    first = table("Instroom en uitstroom per kwartaal, alle groepen", [Kolom("kwartaal"), *heads], by_quarter)
    caption = f"Instroom en uitstroom per klantgroep, {notatie.period(pagina.laatste)}"
    return first + table(caption, [Kolom("klantgroep"), *heads], by_group, voetnoot=c.explain([*by_quarter, *by_group]))


def write_overgangen(pagina: Monitorpagina) -> Fragment:
    """Write where everybody of a year ago is now."""
    c, to = pagina.cijfers, (*pagina.groepen, UIT_WERK, UIT_ANDERS)
    rows: list[list[Cel]] = []
    for van in (*pagina.groepen, NIEUW):
        cells: list[Cel] = [
            ""
            if van == NIEUW and naar not in pagina.groepen
            else c.show((OVERGANG, van, naar), f"Van {van} naar {naar}")
            for naar in to
        ]
        total: Cel = "" if van == NIEUW else c.show(("stand", van, pagina.eerder), f"Groep {van}, een jaar eerder")
        rows.append(["Nieuw sinds die dag" if van == NIEUW else van.capitalize(), *cells, total])
    kolommen = [
        Kolom("van_groep"),
        *(Kolom("klantgroep", "getal", naar) for naar in to),
        Kolom("bestand_personen", "getal", "samen"),
    ]
    caption = (
        f"Waar de mensen van eind {notatie.period(pagina.eerder)} waren aan het eind van "
        f"{notatie.period(pagina.laatste)}"
    )
    note = f"Wie wegging en terugkwam, staat in een groep. {c.explain(rows)}"
    return table(caption, kolommen, rows, voetnoot=note)


def write_activiteiten(pagina: Monitorpagina) -> Fragment:
    """Write who had a traject or part-time work in the year before."""
    c, kinds = pagina.cijfers, (*ACTIVITEITEN, GEEN)
    rows = [
        [
            groep.capitalize(),
            *(c.show((kind, groep), f"{kind.capitalize()} in het laatste jaar, groep {groep}") for kind in kinds),
        ]
        for groep in (*pagina.groepen, TOTAAL)
    ]
    heads = [Kolom("klantgroep"), *(Kolom("activiteit", "getal", kind) for kind in kinds)]
    caption = f"Activiteiten in twaalf maanden van wie eind {notatie.period(pagina.laatste)} een uitkering had"
    return table(caption, heads, rows, voetnoot=c.explain(rows))


def write_klassen(pagina: Monitorpagina, groepen: Sequence[str] = (TOTAAL,)) -> Fragment:
    """Write duration and age, of everybody or by group."""
    return _klassen(pagina, "duur", "duurklasse", klassen.DUUR_BELEID.namen, groepen) + _klassen(
        pagina, "leeftijd", "leeftijdklasse", klassen.LEEFTIJD.namen, groepen
    )


def _klassen(pagina: Monitorpagina, kind: str, head: str, names: Sequence[str], groepen: Sequence[str]) -> Fragment:
    c = pagina.cijfers
    rows = [[name, *(c.show((kind, g, name), f"{name}, groep {g}") for g in groepen)] for name in names]
    heads = [Kolom(head), *(Kolom("klantgroep", "getal", groep) for groep in groepen)]
    caption = f"Personen naar {kind}, eind {notatie.period(pagina.laatste)}"
    return table(caption, heads, rows, voetnoot=c.explain(rows))
