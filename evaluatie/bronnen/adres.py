"""The address of a database: what a connection needs, kept apart from what a message may show."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from evaluatie.errors import ChoiceError

SCHEMES = {"duckdb": "duckdb", "postgresql": "postgres", "postgres": "postgres"}
_EXAMPLES = "duckdb:///map/bestand.duckdb of postgresql://gebruiker@server:5432/database"


@dataclass(frozen=True, slots=True)
class Adres:
    """A parsed connection URL.

    Parameters
    ----------
    backend : str
        Name of the ibis backend: ``"duckdb"`` or ``"postgres"``.
    toon : str
        The address without user and password, for messages.
    bestand : Path, optional
        The file of an embedded database.
    verbinding : dict
        What the driver needs; holds the password and is never shown.
    """

    backend: str
    toon: str
    bestand: Path | None = None
    verbinding: dict[str, object] = field(default_factory=dict, repr=False)

    def redact(self, text: str) -> str:
        """Return a message of the driver without user and password."""
        for key in ("password", "user"):
            secret = str(self.verbinding.get(key) or "")
            text = text.replace(secret, "…") if secret else text
        return text


def parse_url(url: str) -> Adres:
    """Read a connection URL.

    Raises
    ------
    ChoiceError
        When the kind of database is unknown or the address cannot be read; never repeats the address.
    """
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in SCHEMES:
        known = ", ".join(SCHEMES)
        raise ChoiceError(f"Onbekend soort database; bekend zijn: {known}.", f"Schrijf bijvoorbeeld {_EXAMPLES}.")
    return _parse_file(rest) if SCHEMES[scheme.lower()] == "duckdb" else _parse_server(url)


def _parse_file(rest: str) -> Adres:
    if rest in ("", "/", ":memory:", "/:memory:"):
        raise ChoiceError("Het adres noemt geen databasebestand.", f"Schrijf bijvoorbeeld {_EXAMPLES}.")
    absolute, relative = Path(rest), Path(rest.lstrip("/"))
    path = absolute if absolute.exists() else relative
    if not path.is_file():
        raise ChoiceError(f"Het databasebestand {absolute} bestaat niet.", "Controleer de map en de bestandsnaam.")
    return Adres("duckdb", f"{path}", path)


def _parse_server(url: str) -> Adres:
    unreadable = ChoiceError(
        "Het adres van de database is niet te lezen.",
        "Schrijf bijzondere tekens in het wachtwoord met een procentteken, bijvoorbeeld %40 voor @ en %23 voor #.",
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise unreadable from None
    # An unescaped / ? or # in the password would make half of it the host: then an @ stands in what follows.
    if "@" in parts.path + parts.query + parts.fragment or parts.fragment:
        raise unreadable
    database = unquote(parts.path.strip("/"))
    given = {
        "host": host,
        "port": port,
        "user": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "database": database,
    }
    verbinding: dict[str, object] = {
        **dict(parse_qsl(parts.query)),
        **{key: value for key, value in given.items() if value},
    }
    return Adres("postgres", f"{database or 'de database'} op {host or 'deze computer'}", None, verbinding)
