"""Every figure of the four policy documents, typed over by hand, stands in the dossier with unit and place.

The table below was written from the documents and the list of their figures, not from the dossiers. A
row names a value, its unit, the period, the place in the document and a word of the description; exactly
one cijfer of that municipality must answer to it.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from evaluatie.dossier import Cijfer, Dossier, list_dossiers, load_dossier
from evaluatie.dossier.schema import find_references
from evaluatie.panel import Gemeentepanel

GEMEENTEN = {"dalfsen": "GM0148", "deventer": "GM0150", "renkum": "GM0274", "voorschoten": "GM0626"}
SAMEN = "Voorschoten, Leidschendam-Voorburg en Wassenaar samen"

# value, unit, period, place in the document, word in the description
Row = tuple[float, str, str, str, str]

VOORSCHOTEN: list[Row] = [
    # §2, budget and spending per year
    (225_000, "euro", "2015", "§2", "Budget Arbeidsmarktoffensief"),
    (225_000, "euro", "2016", "§2", "Budget Arbeidsmarktoffensief"),
    (225_000, "euro", "2017", "§2", "Budget Arbeidsmarktoffensief"),
    (225_000, "euro", "2018", "§2", "Budget Arbeidsmarktoffensief"),
    (118_929, "euro", "2015", "§2", "Uitgaven"),
    (199_332, "euro", "2016", "§2", "Uitgaven"),
    (111_505, "euro", "2017 t/m augustus", "§2", "Uitgaven"),
    # §2, budget per maatregel and contributions
    (50_000, "euro", "2017", "§2", "doorstroom van WW naar Participatiewet"),
    (70_000, "euro", "2017", "§2.2", "Budget jeugdwerkgelegenheid"),
    (120_000, "euro", "2017", "§2", "Budget handhaving"),
    (320_000, "euro", "2017", "§2", "tijdelijke inzet van capaciteit"),
    (450_000, "euro", "2017", "§2", "Budget werkgeversbenadering"),
    (70_000, "euro", "2017", "§2", "Budget Werken is meedoen"),
    (70_000, "euro", "2017", "§2", "Budget deeltijdwerk"),
    (70_000, "euro", "2017", "§2", "Budget Social Return"),
    (1_220_000, "euro", "2017", "§2", "Totaal budget"),
    (225_000, "euro", "2017", "§2", "Bijdrage van Voorschoten"),
    (770_000, "euro", "2017", "§2", "Bijdrage van Leidschendam-Voorburg"),
    (225_000, "euro", "2017", "§2", "Bijdrage van Wassenaar"),
    # §2 and bijlage 1, fictieve besparing and netto voordeel
    (268_125, "euro", "2015", "§2", "Fictieve besparing"),
    (448_500, "euro", "2016", "§2", "Fictieve besparing door extra plaatsingen"),
    (243_750, "euro", "2017-H1", "§2", "Fictieve besparing"),
    (149_196, "euro", "2015", "§2", "Netto voordeel"),
    (249_168, "euro", "2016", "§2", "Netto voordeel"),
    (132_245, "euro", "2017-H1", "§2", "Netto voordeel"),
    (13_000, "euro", "2017", "bijlage 1", "fulltime, uitstroom in het eerste halfjaar"),
    (6_500, "euro", "2017", "bijlage 1", "fulltime, uitstroom in het tweede halfjaar"),
    (3_250, "euro", "2017", "bijlage 1", "parttime, uitstroom in het eerste halfjaar"),
    (1_625, "euro", "2017", "bijlage 1", "parttime, uitstroom in het tweede halfjaar"),
    (15, "plaatsingen", "2015 t/m 2018", "§2", "Doel voor extra plaatsingen"),
    (60, "plaatsingen", "2016", "§2", "Extra plaatsingen"),
    (2, "keer", "2015 t/m 2017", "§2", "Besparing gedeeld door uitgaven"),
    # §2.1.1
    (41, "personen", "2015", "§2.1.1", "Instroom in de Participatiewet vanuit de WW"),
    (34, "personen", "2017", "§2.1.1", "Instroom in de Participatiewet vanuit de WW, verwacht"),
    (-0.17, "aandeel", "2015 t/m 2017", "§2.1.1", "Verandering van de instroom"),
    (516, "personen", "2015", "§2.1.1", "Aantal WW'ers"),
    (449, "personen", "2017", "§2.1.1", "Aantal WW'ers, verwacht"),
    (1_650, "euro_per_jaar", "2017", "§2.1.1", "Kosten van de informatiebijeenkomsten"),
    (0.1, "fte", "2017", "§2.1.1", "Inzet van personeel"),
    (0.1, "aandeel", "2017", "§2.1.2", "extra begeleiding"),
    # §2.2
    (25, "personen", "2016", "§2.2", "Deelnemers uit Voorschoten"),
    (15, "personen", "2016", "§2.2", "een baan vonden"),
    (13, "bijeenkomsten", "2016", "§2.2", "Bijeenkomsten"),
    (150_000, "euro", "2016", "§2.2", "Fictieve besparing jeugdwerkgelegenheid"),
    (10_000, "euro", "2016", "§2.2", "per jongere"),
    # §2.3.1
    (450, "personen", "2016", "§2.3.1", "gesproken moeten worden"),
    (336, "personen", "2016", "§2.3.1", "Cliënten die zijn gesproken"),
    (80, "personen", "2016", "§2.3.1", "geschikt"),
    (118, "intakes", "2016", "§2.3.1", "Intakes met de poortwachter"),
    (50, "meldingen", "2016", "§2.3.1", "niet tot een aanvraag"),
    (0.42, "aandeel", "2016", "§2.3.1", "preventiequote"),
    (4, "boetes", "2016", "§2.3.1", "Boetes"),
    (5_465, "euro", "2016", "§2.3.1", "vier boetes"),
    (30, "huisbezoeken", "2016", "§2.3.1", "Huisbezoeken"),
    (6, "uitkeringen", "2016", "§2.3.1", "door handhaving zijn beëindigd"),
    (90_000, "euro", "2016", "§2.3.1", "beëindigde uitkeringen"),
    (15_000, "euro", "2016", "§2.3.1", "per beëindigde uitkering"),
    (3, "onderzoeken", "2016", "§2.3.1", "Sociale Recherche"),
    (1, "onderzoeken", "2016", "§2.3.1", "beëindigde uitkering of afgewezen aanvraag"),
    (15_000, "euro", "2016", "§2.3.1", "Sociale Recherche"),
    (0.15, "aandeel", "2018", "§2.3.1", "Extra besparing door handhaving"),
    (1, "fte", "2016", "§2.3.1", "Formatie voor de gesprekken"),
    # §2.3.2 to §2.7
    (0, "onderzoeken", "2016 t/m 2017", "§2.3.2", "inwoners van Voorschoten"),
    (200, "personen", "2016", "§2.4.4", "Tempo Team"),
    (3, "personen", "2015 t/m 2017", "§2.4.5", "extra accountmanagers"),
    (9_200, "euro", "2015 t/m 2017", "§2.5", "CV Online"),
    (0.32, "aandeel", "2016", "§2.6", "deeltijdwerk"),
    (0.05, "aandeel", "2016", "§2.7", "SROI"),
    # §3 and §4
    (17_500, "euro", "2017-09 t/m 2017-10", "§3.1", "re-integratietrajecten"),
    (25_000, "euro", "2017-09 t/m 2018-01", "§3.2", "handhaving"),
    (400, "euro_per_jaar", "2017", "§3.4", "Hogere prijs van een uitkering"),
    (60_000, "euro_per_jaar", "2017", "§3.4", "debiteuren"),
    (18_000, "euro", "2017-11 t/m 2018-01", "§4.1", "leanen"),
    (0.4, "aandeel", "2017", "§4.2", "ingehuurde medewerker"),
]
RENKUM: list[Row] = [
    (0.126, "aandeel", "2016", "Beschikbaar budget", "Overschrijding"),
    (0.0875, "aandeel", "2017", "Beschikbaar budget", "eigen risico"),
    (971_000, "euro", "2017", "Beschikbaar budget", "Budget re-integratie"),
    (1_058_949, "euro", "2018", "Beschikbaar budget", "Budget re-integratie"),
    (1.0, "aandeel", "2017-09 t/m 2018-12", "§1", "Bezetting van consulenten"),
    (2, "personen", "2017", "§2", "Consulenten in het Matchteam"),
    (100, "personen", "2017", "§2", "Kansrijke inwoners"),
    (4, "weken", "2017", "§3", "Zoekperiode"),
    (0.2, "aandeel", "2017", "§3", "aanvragers"),
    (0.16, "aandeel", "2017", "§5", "deeltijdwerk"),
    (0.08, "aandeel", "2017", "Inkomsten uit werk", "landelijk"),
    (75, "werkplekken", "2018-09-01", "§6", "werkervaringsplek"),
    (6, "maanden", "2017", "§6", "Langste duur van een traject"),
    # What became of it
    (8_088_748, "euro", "2019", "1J Inkomensvoorziening", "Budget BUIG"),
    (0.122, "aandeel", "2019", "1J Inkomensvoorziening", "Tekort als aandeel"),
    (794_955, "euro", "2019", "1J Inkomensvoorziening", "Eigen risico van de gemeente"),
    (188_298, "euro", "2019", "1J Inkomensvoorziening", "Vangnetuitkering"),
    (983_253, "euro", "2019", "1J Inkomensvoorziening", "Tekort op het budget"),  # 794.955 + 188.298
    (52, "uitkeringen", "2019-10", "artikel", "Daling van het aantal uitkeringen"),
    (-0.1, "aandeel", "2017-06 t/m 2019-09", "artikel", "sinds de piek"),
]
DALFSEN: list[Row] = [
    (195, "uitkeringen", "eind 2015", "241 − 46, uit projectplan §2", "eind 2015"),
    (46, "uitkeringen", "2016-09-01", "§2", "Stijging van eind 2015"),
    (219, "uitkeringen", "medio 2016", "§2", "halverwege 2016"),
    (241, "uitkeringen", "2016-09-01", "§2", "1 september 2016"),
    (241, "uitkeringen", "2016-09-12", "§2", "laatste telling"),
    (14, "personen", "2016 tot 1 september", "§2", "volledig zijn uitgestroomd"),
    (16, "personen", "2016-09-01", "§2", "parttime baan"),
    (6, "personen", "2016-09-01", "§2", "Gedetacheerde"),
    (14, "plaatsingen", "2016-09-01", "§2", "Proefplaatsingen"),
    (16, "plaatsingen", "2016-09-01", "§2", "Werkstages"),
    (8, "uitkeringen", "2016-H1", "§2", "komst van statushouders"),
    (70, "uitkeringen", "2016-09", "§2", "statushouder"),
    (0.3, "aandeel", "2016-09", "§2", "Aandeel statushouders"),
    # §3.1, three scenarios
    (6, "maanden", "2017-2018", "§3.1, scenario 1", "aan het werk"),
    (3, "jaar", "2017-2018", "§3.1, scenario 2", "werkfit"),
    (0.333, "aandeel", "2017-2018", "§3.1, scenario 3", "korting op de uitkering per maand"),
    (0.33, "aandeel", "2017-2018", "§3.1, scenario 3", "korting op de uitkering per maand"),
    (3, "maanden", "2017-2018", "§3.1, scenario 3", "korting wordt verdeeld"),
    (1, "jaar", "2017-2018", "§3.1, scenario 1", "lening"),
    # §4 and §6
    (1, "fte", "2017-2018", "§4.7", "Extra formatie voor statushouders"),
    (1.5, "fte", "2017-2018", "§4.7", "bestaande cliëntenbestand"),
    (2, "dagen_per_week", "2017-2018", "§4.3", "jurist"),
    (340_000, "euro", "2017-2018", "§6", "Eenmalig"),
    (183_444, "euro_per_jaar", "2017-2018", "§6", "Structureel"),
    # What became of it
    (236, "uitkeringen", "eind 2017", "eerste alinea", "eind 2017"),
    (40, "personen", "2017-H2", "derde alinea", "Instroom"),
    (46, "personen", "2017-H2", "derde alinea", "Uitstroom"),
    (17, "personen", "2017", "derde alinea", "betaald werk"),
]
DEVENTER: list[Row] = [
    # Klantgroepen: nota, text and table contradict each other
    (300, "personen", "2019", "Financiële consequenties", "Matchen"),
    (800, "personen", "2019", "Financiële consequenties", "Groeien"),
    (850, "personen", "2019", "Financiële consequenties", "Faciliteren"),
    (875, "personen", "2019", "Financiële consequenties", "Zorgen"),
    (300, "personen", "2019-07", "§3.1", "Matchen"),
    (800, "personen", "2019-07", "§3.1", "Groeien"),
    (875, "personen", "2019-07", "§3.1", "Faciliteren"),
    (900, "personen", "2019-07", "§3.1", "Zorgen"),
    (300, "personen", "2019", "tabel §3.3", "Matchen"),
    (700, "personen", "2019", "tabel §3.3", "Groeien"),
    (850, "personen", "2019", "tabel §3.3", "Faciliteren"),
    (875, "personen", "2019", "tabel §3.3", "Zorgen"),
    # Targets, volume, duration
    (0.8, "aandeel", "vanaf 2020", "hoofdstuk 5", "uitstroom, gelezen als Matchen"),
    (0.5, "aandeel", "vanaf 2020", "hoofdstuk 5", "uitstroom, gelezen als Groeien"),
    (0.5, "aandeel", "vanaf 2020", "hoofdstuk 5", "participatie, gelezen als Faciliteren"),
    (0.0, "aandeel", "vanaf 2020", "hoofdstuk 5", "uitstroom, gelezen als Zorgen"),
    (2_945, "uitkeringen", "2017", "Financiële consequenties", "gemiddeld over 2017"),
    (2_675, "uitkeringen", "2019", "Financiële consequenties", "gemiddeld over 2019"),
    (55.8, "maanden", "2016", "bijlage Bestandsontwikkeling", "Gemiddelde uitkeringsduur"),
    (66.3, "maanden", "2019", "bijlage Bestandsontwikkeling", "Gemiddelde uitkeringsduur"),
    (133, "personen", "2019-09", "§3.3, Zorgen", "Wmo"),
    # Monitoring, early warning, tolerances
    (1, "keer", "vanaf 2020", "hoofdstuk 5", "per kwartaal"),
    (0.05, "aandeel", "2020", "hoofdstuk 8", "Stijging van het bestand"),
    (2, "weken", "2020", "§6.1", "Toegestane afwijking in tijd"),
    (0.1, "aandeel", "2020", "§6.1", "Toegestane afwijking in kosten"),
    # §6.1, budgets
    (6_026_000, "euro", "2020", "tabel §6.1", "Budget participatie"),
    (6_073_000, "euro", "2021", "tabel §6.1", "Budget participatie"),
    (6_236_000, "euro", "2022", "tabel §6.1", "Budget participatie"),
    (6_393_000, "euro", "2023", "tabel §6.1", "Budget participatie"),
    (15_810_000, "euro", "2020", "tabel §6.1", "WSW"),
    (15_300_000, "euro", "2021", "tabel §6.1", "WSW"),
    (14_810_000, "euro", "2022", "tabel §6.1", "WSW"),
    (14_260_000, "euro", "2023", "tabel §6.1", "WSW"),
    *((38_800_000, "euro", jaar, "tabel §6.1", "uitkeringen") for jaar in ("2020", "2021", "2022", "2023")),
    *((2_600_000, "euro", jaar, "tabel §6.1", "Inkomensondersteuning") for jaar in ("2020", "2021", "2022", "2023")),
    (350_000, "euro_per_jaar", "vanaf 2020", "verdeling over klantgroepen", "Deventer Werktalent: intake"),
    (550_000, "euro_per_jaar", "vanaf 2020", "verdeling over klantgroepen", "Deventer Werktalent: Matchen"),
    (4_600_000, "euro_per_jaar", "vanaf 2020", "verdeling over klantgroepen", "Deventer Werktalent: Groeien"),
    (350_000, "euro_per_jaar", "vanaf 2020", "verdeling over klantgroepen", "Inkomensondersteuning: intake"),
    (20_000, "euro_per_jaar", "vanaf 2020", "verdeling over klantgroepen", "Inkomensondersteuning: Matchen"),
    (350_000, "euro_per_jaar", "vanaf 2020", "verdeling over klantgroepen", "Inkomensondersteuning: Groeien"),
    (450_000, "euro_per_jaar", "vanaf 2020", "verdeling over klantgroepen", "Inkomensondersteuning: Faciliteren"),
    (420_000, "euro_per_jaar", "vanaf 2020", "verdeling over klantgroepen", "Inkomensondersteuning: Zorgen"),
    # Implementation
    (260_000, "euro", "2020", "onderdeel Geld", "Budget voor de invoering"),
    (65_000, "euro", "2020", "onderdeel Geld", "formatie Deventer Werktalent"),
    (65_000, "euro", "2020", "onderdeel Geld", "formatie Inkomensondersteuning"),
    (25_000, "euro", "2020", "onderdeel Geld", "formatie KV"),
    (35_000, "euro", "2020", "onderdeel Geld", "Externe expertise"),
    (35_000, "euro", "2020", "onderdeel Geld", "Training en scholing"),
    (10_000, "euro", "2020", "onderdeel Geld", "Communicatiemiddelen"),
    (25_000, "euro", "2020", "onderdeel Geld", "Onvoorzien"),
]
FIGURES = [
    (gemeente, *row)
    for gemeente, rows in (
        ("voorschoten", VOORSCHOTEN),
        ("renkum", RENKUM),
        ("dalfsen", DALFSEN),
        ("deventer", DEVENTER),
    )
    for row in rows
]

# Ranges: value, upper end
RANGES = [
    ("voorschoten", 400, 500, "euro_per_jaar"),
    ("voorschoten", 40, 50, "personen"),
    ("deventer", 0.0, 0.1, "aandeel"),
    ("deventer", 2, 4, "gesprekken"),
]

# Figures that a document expects or plans, which may not pass for results
NO_RESULT = [
    ("voorschoten", 34, "personen", "2017", "raming"),
    ("voorschoten", 449, "personen", "2017", "raming"),
    ("voorschoten", 15, "plaatsingen", "2015 t/m 2018", "doel"),
    ("renkum", 8_088_748, "euro", "2019", "raming"),
    ("renkum", 794_955, "euro", "2019", "raming"),
    ("renkum", 188_298, "euro", "2019", "raming"),
    ("renkum", 983_253, "euro", "2019", "afgeleid"),
    ("dalfsen", 195, "uitkeringen", "eind 2015", "afgeleid"),
    ("deventer", 2_675, "uitkeringen", "2019", "raming"),
    ("deventer", 260_000, "euro", "2020", "begroting"),
]

RENKUM_MIJLPALEN = [
    ("2017-09-01", "Formatie", "team"),
    ("2017-12-01", "Opleidingsprogramma gereed", "team"),
    ("2018-07-01", "Opleidingsprogramma afgerond", "team"),
    ("2017-12-01", "Werkinstructie", "poort"),
    ("2018-02-01", "Dienstverlening", "poort"),
    ("2017-12-01", "UWV", "poort"),
    ("2017-12-01", "plan van aanpak", "direct_plan"),
    ("2017-11-01", "Onderzoek", "inkomstenverrekening"),
    ("2018-03-01", "in gebruik", "inkomstenverrekening"),
    ("2018-03-01", "Onderzoek", "parttime_ondernemen"),
    ("2018-06-01", "in gebruik", "parttime_ondernemen"),
    ("2018-01-01", "Overzicht", "instrumentenoverzicht"),
    ("2018-03-01", "plaatselijk", "focusvacatures"),
    ("2018-01-01", "regio", "focusvacatures"),
    ("2017-10-01", "Plan van aanpak", "werkervaringsplekken"),
    ("2017-11-01", "formatie", "werkervaringsplekken"),
    ("2018-09-01", "aantal werkervaringsplekken", "werkervaringsplekken"),
]
# The "Doel:" lines of the Actieplan, per action point
RENKUM_DOELEN = {
    "team": {"instroombeperkend", "uitstroombevorderend"},
    "poort": {"instroombeperkend"},
    "direct_plan": {"uitstroombevorderend"},
    "inkomstenverrekening": {"kostenbesparend", "uitstroombevorderend"},
    "parttime_ondernemen": {"kostenbesparend", "uitstroombevorderend"},
    "instrumentenoverzicht": {"uitstroombevorderend"},
    "focusvacatures": {"instroombeperkend", "uitstroombevorderend"},
    "werkervaringsplekken": {"uitstroombevorderend"},
}
DALFSEN_MIJLPALEN = [
    ("2017-01-01", "alle nieuwe cliënten"),
    ("2017-12-31", "alle bestaande cliënten"),
    ("2017-12-31", "dan in 2016"),
    ("2018-12-31", "dan in 2017"),
    ("2018-12-31", "werkfitte cliënt heeft een plan"),
    ("2018-12-31", "niet werkfit"),
    ("2018-12-31", "statushouder"),
    ("2017-12-31", "training"),
    ("2017-12-31", "schulden"),
]
DEVENTER_MIJLPALEN = {"2019-12-03", "2020-04-01", "2020-07-01", "2020-10-01", "2021-01-01"}

# Sizes of the klantgroepen of Deventer by place: nota, text, table (and the press for Zorgen)
KLANTGROEPEN = {
    "matchen": {("Financiële consequenties", 300), ("§3.1", 300), ("tabel §3.3", 300)},
    "groeien": {("Financiële consequenties", 800), ("§3.1", 800), ("tabel §3.3", 700)},
    "faciliteren": {("Financiële consequenties", 850), ("§3.1", 875), ("tabel §3.3", 850)},
    "zorgen": {("Financiële consequenties", 875), ("§3.1", 900), ("tabel §3.3", 875), ("vierde alinea", 900)},
}
STREEFCIJFERS = {
    "matchen": ("uitstroom", 0.8, None),
    "groeien": ("uitstroom", 0.5, None),
    "faciliteren": ("participatie", 0.5, None),
    "zorgen": ("uitstroom", 0.0, 0.1),
}

# What the documents do in words
WORDS = [
    ("dalfsen", "oorzaken", ["WW duurt korter", "AOW-leeftijd", "Anw", "belastingregels", "Wajong", "statushouders"]),
    ("dalfsen", "maatregelen", ["binnen een half jaar", "binnen drie jaar", "halfjaarrapportage", "Renteloze lening"]),
    ("deventer", "maatregelen", ["drie niveaus", "elk kwartaal", "management en bestuur", "Wmo", "ligt niet vast"]),
    ("deventer", "claims", ["in lijn met het land", "past het beter bij het BUIG-budget"]),
    ("deventer", "claims", ["55 jaar en ouder", "27 tot 45", "45 tot 55", "onder de 27", "drie tot vijf jaar"]),
    ("renkum", "klantgroepen", ["Kansrijken", "Arbeidsactivering", "Banenafspraak", "Zorg & participatie"]),
    ("renkum", "maatregelen", ["tijdens een traject minder naar werk zoeken", "medio 2016"]),
    ("voorschoten", "buig", ["over 2017 geen vangnetuitkering", "aanvraag over 2018"]),
    ("voorschoten", "claims", ["andere factoren, zoals economisch herstel", "verhoudingsgewijs sneller"]),
    ("voorschoten", "maatregelen", ["zo veel mogelijk uitstroom naar werk of opleiding voor zo weinig mogelijk geld"]),
]  # fmt: skip

# Context that the sources give and that no maatregel, claim or list refers to; reports show it in the full list.
UNREFERENCED = {
    "dalfsen": {
        "aandeel_langer_dan_vijf_jaar", "aandeel_moeilijk_bemiddelbaar", "aandeel_twee_tot_vijf_jaar",
        "aangenomen_termijn", "consulenten_statushouders", "fte_extra_totaal", "fte_statushouders_huidig",
        "stijging_zomer_2016",
    },
    "deventer": {
        "groei_economie_2017", "groei_economie_2018", "groei_economie_2019", "groei_economie_2020",
        "kenmerk_faciliteren_termijn", "kenmerk_groeien_duur", "kenmerk_groeien_ontwikkeling", "kenmerk_matchen_duur",
        "overleg_bestuurlijk", "overleg_opdrachtgever", "overleg_projectgroep", "overleg_stuurgroep",
        "verdiencapaciteit_voorrang",
    },
    "renkum": set(),
    "voorschoten": set(),
}  # fmt: skip

# Everyone whom the four documents mention by name.
NAMES = [
    "Keiren", "Langeveld", "Kooijman", "Engels", "Hanneke", "Kortschot", "Dianne", "Manden", "Lambert", "Saskia",
    "van der Velden", "Lankhuijzen", "Langezaal", "Gerty", "van Spijker", "Lisbeth", "de Waal", "Klodiana", "Giorgio",
    "Marthe", "Anniek", "Eske", "Tanja", "Marleen", "Sharda", "Robyn", "Birgitte", "Samira", "Walder", "de Geest",
    "Grijsen", "Verhaar", "Rorink", "Kossen", "König", "Kerver", "Loderus", "Pels", "Mittendorp", "Oorthuis", "Louter",
]  # fmt: skip


@functools.cache
def load(gemeente: str) -> Dossier:
    """Read each file once; a dossier is frozen."""
    return load_dossier(gemeente)


@pytest.fixture(scope="module", params=sorted(GEMEENTEN))
def dossier(request: pytest.FixtureRequest) -> Dossier:
    return load(request.param)


def _matches(cijfer: Cijfer, row: Row) -> bool:
    value, unit, period, place, word = row
    return (
        cijfer.waarde == value
        and cijfer.eenheid == unit
        and cijfer.periode.startswith(period)
        and place in cijfer.bron.paragraaf
        and word in cijfer.omschrijving
    )


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, BaseModel):
        part = part.model_dump(mode="json")
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


def test_the_four_municipalities_and_no_other():
    assert {name: load(name).gemeente.code for name in list_dossiers()} == GEMEENTEN


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f"{f[0]}-{f[1]}-{f[4]}-{f[5]}")
def test_every_figure_of_the_documents_stands_in_the_dossier_once(figure: tuple[str, float, str, str, str, str]):
    gemeente, *row = figure
    cijfers = load(gemeente).cijfers
    found = [name for name, cijfer in cijfers.items() if _matches(cijfer, tuple(row))]
    assert len(found) == 1, (row, found)


def test_the_checklist_has_no_row_twice():
    assert [row for row, count in Counter(FIGURES).items() if count > 1] == []


@pytest.mark.parametrize(("gemeente", "low", "high", "unit"), RANGES)
def test_a_range_keeps_both_ends(gemeente: str, low: float, high: float, unit: str):
    found = [c for c in load(gemeente).cijfers.values() if (c.waarde, c.waarde_tot, c.eenheid) == (low, high, unit)]
    assert len(found) == 1


@pytest.mark.parametrize(("gemeente", "value", "unit", "period", "status"), NO_RESULT)
def test_an_expectation_is_not_recorded_as_a_result(gemeente: str, value: float, unit: str, period: str, status: str):
    cijfers = load(gemeente).cijfers.values()
    found = {c.status.value for c in cijfers if (c.waarde, c.eenheid, c.periode) == (value, unit, period)}
    assert found == {status}


def test_what_holds_for_three_municipalities_together_says_so():
    cijfers = load("voorschoten").cijfers
    shared = [(50_000, "§2"), (120_000, "§2"), (320_000, "§2"), (450_000, "§2"), (1_220_000, "§2"), (450, "§2.3.1"),
              (336, "§2.3.1"), (80, "§2.3.1"), (400, "§3.4"), (0.05, "§2.7")]  # fmt: skip
    for value, place in shared:
        (cijfer,) = [c for c in cijfers.values() if c.waarde == value and c.bron.paragraaf.startswith(place)]
        assert cijfer.gebied == SAMEN, (value, place)
    assert [c.gebied for c in cijfers.values() if c.waarde in (268_125, 516, 41, 25)] == ["", "", "", ""]


def test_the_benchmark_share_is_not_of_renkum():
    (cijfer,) = [c for c in load("renkum").cijfers.values() if c.waarde == 0.08]
    assert cijfer.gebied == "Nederland"


def test_renkum_has_exactly_its_seventeen_deadlines():
    maatregelen = load("renkum").maatregelen
    found = [(mp.datum.isoformat(), mp.omschrijving, m.id) for m in maatregelen for mp in m.mijlpalen]
    for date, word, maatregel in RENKUM_MIJLPALEN:
        assert sum(d == date and word in text and m == maatregel for d, text, m in found) == 1, (date, word)
    assert len(found) == len(RENKUM_MIJLPALEN) == 17


def test_renkum_action_points_have_the_goals_that_the_plan_states():
    dossier = load("renkum")
    assert {key: {doel.value for doel in dossier.maatregel(key).doelen} for key in RENKUM_DOELEN} == RENKUM_DOELEN


def test_dalfsen_has_its_indicators_as_dated_milestones():
    maatregelen = load("dalfsen").maatregelen
    found = [(m.datum.isoformat(), m.omschrijving) for maatregel in maatregelen for m in maatregel.mijlpalen]
    for date, word in DALFSEN_MIJLPALEN:
        assert sum(d == date and word in text for d, text in found) == 1, (date, word)


def test_dalfsen_starts_on_the_first_of_january_2017():
    vragen = load("dalfsen").maatregel("nieuwe_werkwijze").evaluatie
    assert {vraag.ingangsdatum.isoformat() for vraag in vragen} == {"2017-01-01"}
    assert {(vraag.uitkomst, vraag.verwachting) for vraag in vragen} == {
        ("instroom", "daling"),
        ("uitstroom", "stijging"),
        ("uitstroom_naar_werk", "stijging"),
    }


def test_deventer_has_the_five_dates_with_two_weeks_of_tolerance():
    mijlpalen = [m for maatregel in load("deventer").maatregelen for m in maatregel.mijlpalen]
    planned = [m for m in mijlpalen if m.bron.document == "implementatieplan" and m.bron.paragraaf == "hoofdstuk 4"]
    assert {m.datum.isoformat() for m in planned} == DEVENTER_MIJLPALEN
    assert {m.tolerantie_dagen for m in planned} == {14}


def test_no_source_shows_that_a_milestone_was_met(dossier: Dossier):
    assert [m for maatregel in dossier.maatregelen for m in maatregel.mijlpalen if m.gereed is not None] == []


def test_every_variant_of_the_klantgroepen_is_kept():
    dossier = load("deventer")
    found = {
        groep.id: {(dossier.cijfer(i).bron.paragraaf, dossier.cijfer(i).waarde) for i in groep.aantallen}
        for groep in dossier.klantgroepen
    }
    assert found == KLANTGROEPEN


@pytest.mark.parametrize("groep", ["groeien", "faciliteren", "zorgen"])
def test_every_variant_is_reported_as_a_contradiction(groep: str):
    dossier = load("deventer")
    ids = {i for item in dossier.tegenstrijdigheden if groep.capitalize() in item.onderwerp for i in item.cijfers}
    assert {(dossier.cijfer(i).bron.paragraaf, dossier.cijfer(i).waarde) for i in ids} == KLANTGROEPEN[groep]


def test_every_klantgroep_has_its_target():
    dossier = load("deventer")
    found = {}
    for groep in dossier.klantgroepen:
        (doel,) = groep.streefcijfers
        cijfer = dossier.cijfer(doel.cijfer)
        found[groep.id] = (doel.uitkomst, cijfer.waarde, cijfer.waarde_tot)
    assert found == STREEFCIJFERS


def test_every_klantgroep_has_its_budget():
    dossier = load("deventer")
    budgets = {g.id: sorted(dossier.cijfer(i).waarde for i in g.budget) for g in dossier.klantgroepen}
    assert budgets == {
        "matchen": [20_000, 550_000],
        "groeien": [350_000, 4_600_000],
        "faciliteren": [450_000],
        "zorgen": [420_000],
    }


def test_the_norm_amounts_of_bijlage_1():
    dossier = load("voorschoten")
    found = {(norm.dienstverband, norm.halfjaar): dossier.cijfer(norm.cijfer).waarde for norm in dossier.normbedragen}
    assert found == {("fulltime", 1): 13_000, ("fulltime", 2): 6_500, ("parttime", 1): 3_250, ("parttime", 2): 1_625}


def test_budgets_stand_with_the_maatregel_they_belong_to():
    dossier = load("voorschoten")
    found = {m.id: [dossier.cijfer(i).waarde for i in m.budget] for m in dossier.maatregelen if m.budget}
    assert found == {
        "ww_bijeenkomsten": [50_000],
        "jeugd": [70_000],
        "handhaving": [120_000],
        "werkgeversbenadering": [450_000],
        "werken_is_meedoen": [70_000],
        "deeltijdwerk": [70_000],
        "sroi": [70_000],
        "tijdelijke_capaciteit": [320_000],
        "trajectonderzoek": [17_500],
        "extra_handhaving": [25_000],
        "debiteuren": [60_000],
        "leanen": [18_000],
    }
    renkum_2019 = next(item for item in load("renkum").buig if item.jaar == 2019)
    assert load("renkum").cijfer(str(renkum_2019.budget)).waarde == 8_088_748
    assert load("renkum").cijfer(str(renkum_2019.gemelde_uitkering)).waarde == 188_298
    assert load("renkum").cijfer(str(renkum_2019.gemeld_eigen_risico)).waarde == 794_955


@pytest.mark.parametrize(("gemeente", "part", "phrases"), WORDS, ids=str)
def test_what_the_document_does_in_words(gemeente: str, part: str, phrases: list[str]):
    text = "\n".join(_texts(list(getattr(load(gemeente), part))))
    assert [phrase for phrase in phrases if phrase not in text] == []


def test_every_figure_has_a_document_with_title_and_a_place(dossier: Dossier):
    assert len(dossier.cijfers) > 20
    for name, cijfer in dossier.cijfers.items():
        assert dossier.documenten[cijfer.bron.document].titel.strip(), name
        assert cijfer.bron.paragraaf.strip(), name
        assert cijfer.periode.strip(), name


def test_a_derived_figure_says_from_what(dossier: Dossier):
    for name, cijfer in dossier.cijfers.items():
        if dossier.documenten[cijfer.bron.document].soort == "afleiding":
            assert cijfer.status == "afgeleid", name
            assert re.search(r"\d", cijfer.bron.paragraaf), name
            assert "uit " in cijfer.bron.paragraaf, name


def test_every_maatregel_has_a_goal_and_a_place(dossier: Dossier):
    assert dossier.maatregelen
    for maatregel in dossier.maatregelen:
        assert maatregel.doelen, maatregel.id
        assert maatregel.bron.paragraaf.strip(), maatregel.id
        assert maatregel.bron.document in dossier.documenten, maatregel.id


def test_ids_are_unique(dossier: Dossier):
    for part in (dossier.maatregelen, dossier.claims, dossier.klantgroepen):
        assert [name for name, count in Counter(item.id for item in part).items() if count > 1] == []


def test_every_figure_is_used_or_listed_as_context():
    for name in GEMEENTEN:
        dossier = load(name)
        used = {identifier for _, kind, identifier in find_references(dossier) if kind == "cijfer"}
        assert set(dossier.cijfers) - used == UNREFERENCED[name], name


def test_every_document_is_used(dossier: Dossier):
    used = {identifier for _, kind, identifier in find_references(dossier) if kind == "document"}
    assert used == set(dossier.documenten)


def test_the_comparison_groups_exist_in_the_cbs_table(dossier: Dossier, panel: Gemeentepanel):
    assert dossier.vergelijkingsgroep is not None
    codes = [panel.code_of(name) for name in dossier.vergelijkingsgroep.gemeenten]
    assert len(set(codes)) == len(codes)
    assert dossier.gemeente.code not in codes
    assert panel.code_of(dossier.gemeente.naam) == dossier.gemeente.code


def test_no_person_is_named(dossier: Dossier):
    text = "\n".join(_texts(dossier))
    assert len(text) > 5_000
    assert [name for name in NAMES if re.search(rf"\b{name}\b", text)] == []
    assert re.findall(r"\b(?:dhr|mw|mevr|drs|mr|ir)\.|\b(?:mevrouw|meneer|wethouder|burgemeester) [A-Z]\w+", text) == []


def test_the_deventer_inflow_and_outflow_are_those_of_cbs():
    # StatLine 84066NED, Deventer, 2017, 15 years and over
    dossier = load("deventer")
    assert (dossier.cijfer("instroom_cbs_2017").waarde, dossier.cijfer("uitstroom_cbs_2017").waarde) == (870, 940)
