"""Part C: what the maatregelen did — norm amounts beside estimates, and what the claims can bear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from evaluatie import notatie
from evaluatie.checks import CheckResult
from evaluatie.disclosure import open_released
from evaluatie.dossier.schema import Besparing
from evaluatie.estimation import Estimate
from evaluatie.evaluaties.besparing import Besparingstoets, list_normbedragen
from evaluatie.evaluaties.evaluatie import Evaluatie
from evaluatie.evaluaties.oordeel import Oordeel
from evaluatie.rapport.deel_b import cite_short
from evaluatie.rapport.effectdelen import make_bar
from evaluatie.rapport.fictief import plot_fictief_en_geschat
from evaluatie.rapport.figuren import plot_effects, plot_placebos
from evaluatie.rapport.gegevens import Verantwoordingsgegevens
from evaluatie.rapport.methoden import describe_methode
from evaluatie.rapport.opmaak import (
    Fragment,
    Kolom,
    bullet_list,
    details,
    drop_empty_columns,
    heading,
    paragraph,
    stack,
    table,
)
from evaluatie.rapport.resultaten import Resultaten
from evaluatie.rapport.vastleggen_effecten import effect_key

_GETAL: Final = "getal"
_CSS = {
    Oordeel.GEVONDEN: "oordeel goed",
    Oordeel.TEGENGESTELD: "oordeel onvoldoende",
    Oordeel.NIET_AANGETOOND: "oordeel",
    Oordeel.NIET_TE_SCHATTEN: "oordeel niet-uitgevoerd",
}


def write_effecten(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write the estimated effects: figure, table, and per effect the sentence, the checks and the assumptions."""
    evaluaties, naam = open_released(gegevens.evaluaties), open_released(gegevens.dossier).gemeente.naam
    title = heading(3, "Geschatte effecten")
    if not evaluaties:
        return title + paragraph(
            "Geen enkele maatregel heeft een datum en een uitkomst die met openbare cijfers te volgen is."
        )
    if any(isinstance(e.estimate, Estimate) for e in evaluaties):
        parts = title + _explain_comparison() + _plot_effects(evaluaties)
    else:
        parts = title + paragraph("Geen van de maatregelen is met deze cijfers te schatten. Per uitkomst staat waarom.")
    parts += plot_fictief_en_geschat(gegevens) + _table_effects(gegevens, resultaten)
    for evaluatie in evaluaties:
        parts += _write_one(evaluatie, naam)
    return parts


def _explain_comparison() -> Fragment:
    return paragraph(
        "Per maatregel is gekeken of de ontwikkeling na de start afwijkt van die in andere gemeenten. Er is "
        "maar één gemeente die deze maatregel nam; daarom is "
        "het verschil gelegd naast hetzelfde verschil bij elke andere gemeente. Alleen een verschil dat daar "
        "zelden voorkomt, telt als effect. "
        "Omdat er meer uitkomsten tegelijk worden getoetst, is de grens strenger (correctie van Holm)."
    )


def write_besparingen(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write the fictieve besparing as reported, held against the norm amounts, beside what was estimated."""
    dossier, toetsen = open_released(gegevens.dossier), open_released(gegevens.besparingen)
    title = heading(3, "Fictieve besparing")
    if not toetsen:
        return title + paragraph("De bronnen melden geen fictieve besparing.")
    norms = [
        [f"{norm.dienstverband}, uitstroom in halfjaar {norm.halfjaar}", resultaten.show(f"cijfer.{norm.cijfer}")]
        for norm in dossier.normbedragen
    ]
    rows = [_besparing_row(toets, resultaten) for toets in toetsen]
    kolommen = [
        Kolom("gemelde_besparing", "breed"),
        Kolom("gemeld", _GETAL),
        Kolom("uitgaven", _GETAL),
        Kolom("netto_voordeel", _GETAL),
        Kolom("plaatsingen", _GETAL),
        Kolom("te_vormen", "breed"),
    ]
    lowest = min(list_normbedragen(dossier).values(), default=None)
    lead = (
        "Een fictieve besparing is het aantal plaatsingen maal een normbedrag. Zij neemt aan dat niemand zonder de "
        "maatregel was uitgestroomd. Er is niets vergeleken, dus op de schaal van bewijskracht (1 tot 5) haalt zij "
        "geen niveau. Een deel van deze mensen was ook zonder maatregel uitgestroomd; hoeveel is met deze cijfers niet "
        "te zeggen."
    )
    unit = f" Elk totaal moet een veelvoud zijn van het kleinste normbedrag, {notatie.euro(lowest)}." if lowest else ""
    return (
        title
        + paragraph(lead + unit)
        + table("Normbedragen per plaatsing", [Kolom("dienstverband"), Kolom("normbedrag", _GETAL)], norms)
        + table("Gemelde fictieve besparing, nagerekend", kolommen, rows)
    )


def write_claims(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Write every claim that leans on numbers, with what the numbers can bear."""
    claims, dossier = open_released(gegevens.claims), open_released(gegevens.dossier)
    if not claims:
        return heading(3, "Wat de beweringen kunnen dragen") + paragraph(
            "Het dossier bevat geen beweringen met cijfers."
        )
    rows = [
        [
            toets.claim.bewering,
            toets.draagkracht.value,
            toets.sentence,
            f"{toets.bewijskracht} van 5" if toets.bewijskracht else "–",
            cite_short(dossier, toets.claim.bron),
        ]
        for toets in claims
    ]
    kolommen = [
        Kolom("bewering", "breed"),
        Kolom("oordeel"),
        Kolom("wat_cijfers_zeggen", "breed"),
        Kolom("bewijskracht"),
        Kolom("bron"),
    ]
    estimated = [t for t in claims if isinstance(t.estimate, Estimate)]
    numbers = [
        [
            t.claim.bewering,
            resultaten.show(f"claim.{t.claim.id}"),
            resultaten.show_interval(f"claim.{t.claim.id}"),
            resultaten.show(f"claim.{t.claim.id}", "p_value"),
            describe_methode(t.estimate.method),
        ]
        for t in estimated
        if isinstance(t.estimate, Estimate)
    ]
    columns = [
        Kolom("bewering", "breed"),
        Kolom("uitkomst", _GETAL),
        Kolom("interval", _GETAL),
        Kolom("p", _GETAL),
        Kolom("methode"),
    ]
    note = "De p-waarde toetst tegen geen verschil (of tegen het doel); bij een los aandeel heeft zij geen betekenis."
    return (
        heading(3, "Wat de beweringen kunnen dragen")
        + table("Beweringen met cijfers uit de documenten, getoetst", kolommen, rows)
        + details(
            "Toon de schattingen bij de beweringen",
            table("Schattingen bij de beweringen", columns, numbers, voetnoot=note),
        )
    )


def _plot_effects(evaluaties: list[Evaluatie]) -> Fragment:
    balken = [make_bar(e, f"{e.maatregel}\n{e.uitkomst}", times=100, bewijskracht=True) for e in evaluaties]
    found_count = sum(b.found for b in balken)
    estimated = sum(b.value is not None for b in balken)
    if found_count:
        title = f"Bij {found_count} van de {estimated} geschatte uitkomsten is een effect gevonden"
    else:
        title = f"Bij geen van de {estimated} geschatte uitkomsten is een effect aangetoond"
    alt = (
        f"{title}. Per maatregel een punt met een 95%-interval rond de nullijn en de bewijskracht; "
        f"{len(balken) - estimated} niet te schatten. De cijfers staan in de tabel."
    )
    return plot_effects(
        balken,
        titel=title,
        alt=alt,
        x_as="verschil met andere gemeenten, procentpunt (95%-interval)",
        bron="CBS, tabellen 83450NED, 83747NED en 84066NED; eigen berekening",
    )


def _table_effects(gegevens: Verantwoordingsgegevens, resultaten: Resultaten) -> Fragment:
    """Put the fictieve besparing beside the estimated effect; a maatregel with only one of them keeps its row."""
    dossier, evaluaties = open_released(gegevens.dossier), open_released(gegevens.evaluaties)
    reported: dict[str, list[Besparing]] = {}
    for toets in open_released(gegevens.besparingen):
        reported.setdefault(toets.besparing.maatregel or "", []).append(toets.besparing)
    # `pop`: a maatregel with several outcomes shows its amount once, so that nobody adds it twice.
    rows = [
        _effect_row(e, _reported_cell(reported.pop(e.maatregel_id, []), resultaten), resultaten) for e in evaluaties
    ]
    for identifier, besparingen in reported.items():
        name = dossier.maatregel(identifier).naam if identifier else "Het plan als geheel"
        empty = ["niet te schatten", "–", "–", "–", "–", "niet te schatten"]
        subject = _name_row(name, "geen uitkomst in openbare cijfers")
        rows.append([subject, _reported_cell(besparingen, resultaten), *empty])
    headings = [
        Kolom("maatregel_uitkomst", "breed"),
        Kolom("fictieve_besparing"),
        Kolom("geschat_verschil", _GETAL, eenheid="procentpunt"),
        Kolom("interval", _GETAL, eenheid="procentpunt"),
        Kolom("p", _GETAL),
        Kolom("op_te_merken", _GETAL, eenheid="procentpunt"),
        Kolom("bewijskracht"),
        Kolom("oordeel"),
    ]
    kolommen, kept, _ = drop_empty_columns(headings, rows)
    note = (
        "Geschat verschil in procentpunten van de mensen die in het jaar bijstand kregen. 'Op te merken "
        "vanaf': het kleinste effect dat met 80% kans zou zijn opgemerkt. "
        "Bewijskracht volgens de Maryland-schaal: 1 is alleen samenhang, 5 is geloot."
    )
    return table("Fictieve besparing en geschat effect per maatregel", kolommen, kept, voetnoot=note)


def _reported_cell(besparingen: Sequence[Besparing], resultaten: Resultaten) -> Markup:
    return stack(
        [
            Markup('{} <span class="uitleg">({})</span>').format(resultaten.show(f"cijfer.{b.gemeld}"), b.omschrijving)
            for b in besparingen
        ]
    )


def _name_row(maatregel: str, uitkomst: str) -> Markup:
    return Markup('{}<br><span class="uitleg">{}</span>').format(maatregel, uitkomst)


def _effect_row(evaluatie: Evaluatie, reported: Markup, resultaten: Resultaten) -> list[str | Markup]:
    key = effect_key(evaluatie)
    seen = resultaten.show(f"{key}.opspoorbaar") if evaluatie.detectable is not None else Markup("–")
    interval, p = resultaten.show_interval(key), resultaten.show(key, "p_value")
    return [
        _name_row(evaluatie.maatregel, evaluatie.uitkomst),
        reported,
        resultaten.show(key),
        interval,
        p,
        seen,
        f"{int(evaluatie.bewijskracht)} van 5" if evaluatie.bewijskracht else "–",
        evaluatie.oordeel.value,
    ]


def _write_one(evaluatie: Evaluatie, naam: str) -> Fragment:
    css = _CSS[evaluatie.oordeel]
    parts = heading(4, f"{evaluatie.maatregel}: {evaluatie.uitkomst}") + paragraph(evaluatie.sentence, css=css)
    if not isinstance(evaluatie.estimate, Estimate):
        return parts
    facts = bullet_list(
        [
            f"Wie: {evaluatie.populatie}.",
            f"Wanneer: {evaluatie.venster}.",
            f"Vergeleken met: {evaluatie.vergelijking}.",
            f"Bewijskracht {evaluatie.bewijskracht.dutch}.",
        ]
    )
    checks = table(
        f"Toetsen die het verschil in {evaluatie.uitkomst} kunnen weerleggen ({evaluatie.maatregel})",
        [Kolom("toets"), Kolom("uitkomst"), Kolom("toelichting", "breed")],
        [_check_row(c) for c in evaluatie.checks],
    )
    inside = (
        facts
        + checks
        + paragraph("Alleen als dit klopt, is het verschil het effect van de maatregel:")
        + bullet_list(evaluatie.aannames)
    )
    return parts + details("Toon toetsen, aannames en de andere gemeenten", inside + _plot_placebos(evaluatie, naam))


def _check_row(check: CheckResult) -> list[str]:
    return [check.name, check.verdict.dutch, check.statement]


def _plot_placebos(evaluatie: Evaluatie, naam: str) -> Fragment:
    frame = evaluatie.placebos
    assert frame is not None
    own = frame[frame["treated"]].iloc[0]
    others = 100 * frame.loc[~frame["treated"], "scaled"] * own["scale"]
    further = int((others.abs() >= abs(100 * own["effect"])).sum())
    title = (
        f"{notatie.number(further)} van de {notatie.number(len(others))} andere gemeenten weken minstens zo ver af "
        f"als {naam}"
    )
    alt = (
        f"Staafdiagram van het verschil in alle andere gemeenten, omgerekend naar de omvang van {naam}; {naam} zelf "
        f"staat op {notatie.points(own['effect'])} procentpunt. {title}."
    )
    return plot_placebos(
        list(others),
        100 * float(own["effect"]),
        titel=title,
        alt=alt,
        x_as="verschil, procentpunt, omgerekend naar de omvang van de gemeente",
        bron="CBS, tabellen 83450NED, 83747NED en 84066NED; eigen berekening",
        gemeente=naam,
    )


def _besparing_row(toets: Besparingstoets, resultaten: Resultaten) -> list[str | Markup]:
    besparing = toets.besparing
    netto = resultaten.show(f"besparing.{besparing.gemeld}.netto") if toets.netto_voordeel else Markup("–")
    if toets.netto_klopt is not None:
        netto += " (als gemeld)" if toets.netto_klopt else " (wijkt af van gemeld)"
    spent = resultaten.show(f"cijfer.{besparing.uitgaven}") if besparing.uitgaven else Markup("–")
    placed = resultaten.show(f"cijfer.{besparing.plaatsingen}") if besparing.plaatsingen else Markup("–")
    return [
        besparing.omschrijving,
        resultaten.show(f"cijfer.{besparing.gemeld}"),
        spent,
        netto,
        placed,
        _forming_sentence(toets, resultaten),
    ]


def _forming_sentence(toets: Besparingstoets, resultaten: Resultaten) -> Markup:
    key = toets.besparing.gemeld
    if not toets.vormbaar:
        each = (
            Markup(" Per geval is het {}; dat bedrag staat niet in de tabel met normbedragen.").format(
                resultaten.show(f"besparing.{key}.per_geval")
            )
            if toets.per_plaatsing
            else Markup("")
        )
        return Markup("<strong>Nee.</strong>{}").format(each)
    possible = resultaten.show_range(f"besparing.{key}.plaatsingen")
    if toets.plaatsingen and toets.voorbeeld:
        mix = notatie.join(
            [f"{count} {soort[0]} in halfjaar {soort[1]}" for soort, count in toets.voorbeeld.aantallen if count]
        )
        return Markup(
            "Ja: met {} plaatsingen op {} manieren, bijvoorbeeld {}. Het totaal past bij {} plaatsingen; de "
            "bron zegt niet welke verdeling het was."
        ).format(toets.plaatsingen, toets.wegen, mix, possible)
    return Markup("Ja, met {} plaatsingen; hoeveel het er waren staat er niet.").format(possible)
