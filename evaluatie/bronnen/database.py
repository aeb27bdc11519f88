"""Read a table or query from a database, through ibis: a DuckDB file, or PostgreSQL with the extra `postgres`.

Connections are read-only. Packages are imported when they are needed; a message never repeats a user or a password.
"""

from __future__ import annotations

import importlib
import re
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pandas as pd

from evaluatie.bronnen.adres import Adres, parse_url
from evaluatie.errors import ChoiceError, DataError, EvaluatieError
from evaluatie.project import explain_install

_DRIVERS = {"duckdb": "duckdb", "postgres": "psycopg"}
_EXTRAS = {"duckdb": "database", "postgres": "postgres"}
_IS_QUERY = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(?:select|with|values|from)\s", re.IGNORECASE | re.DOTALL)
_UNKNOWN_TABLE = ("TableNotFound", "CatalogException", "UndefinedTable")
_WAIT = 10
SHOWN_TABLES = 20
_USUAL = ("main", "public")
_TABLES = """select table_schema, table_name from information_schema.tables
where table_schema not in ('information_schema', 'pg_catalog')"""

_REASONS = (
    ("refused", "de server weigert de verbinding", "Draait de database, en kloppen server en poort?"),
    ("translate host", "de server is niet te vinden", "Controleer de naam van de server."),
    ("resolve host", "de server is niet te vinden", "Controleer de naam van de server."),
    ("timeout", "de server antwoordt niet", "Controleer server, poort en netwerk."),
    ("password", "de aanmelding is geweigerd", "Controleer gebruiker en wachtwoord."),
    ("authentication", "de aanmelding is geweigerd", "Controleer gebruiker en wachtwoord."),
    ("does not exist", "de database of de gebruiker bestaat niet", "Controleer de naam van database en gebruiker."),
    ("not a valid duckdb", "het bestand is geen DuckDB-database", "Kies een bestand dat DuckDB heeft gemaakt."),
    ("lock", "het bestand is in gebruik", "Sluit het programma dat het bestand open heeft."),
)


def read_query(url: str, query_or_table: str) -> pd.DataFrame:
    """Read a table or the outcome of a query.

    Parameters
    ----------
    url : str
        ``duckdb:///map/bestand.duckdb`` (looked for from the root, then from the working folder) or
        ``postgresql://gebruiker:wachtwoord@server:5432/database``; a password may also come from ``PGPASSWORD``.
    query_or_table : str
        A query (``SELECT …`` or ``WITH …``), or a table: ``"uitkeringen"`` or ``"schema.uitkeringen"``.

    Returns
    -------
    DataFrame
        Decimal columns as float64; everything else as ibis gives it.

    Raises
    ------
    ChoiceError
        For an unknown kind of database, a missing file or a missing package.
    DataError
        When the connection fails, the table is unknown or the query is wrong.
    """
    if not query_or_table.strip():
        raise ChoiceError("Er is geen tabel of vraag opgegeven.", "Noem een tabel, of schrijf SELECT …")
    adres = parse_url(url)
    errors = _load_errors(adres)
    connection = _connect(adres, errors)
    try:
        return _fetch(connection, query_or_table)
    except errors as error:
        raise _explain(adres, connection, query_or_table, error, errors) from None
    finally:
        with suppress(*errors):
            connection.disconnect()


def _load_errors(adres: Adres) -> tuple[type[Exception], ...]:
    """Import what is needed, and return what it may raise."""
    try:
        importlib.import_module(f"ibis.backends.{adres.backend}")
        driver: Any = importlib.import_module(_DRIVERS[adres.backend])
        ibis_errors: Any = importlib.import_module("ibis.common.exceptions")
        sql_errors: Any = importlib.import_module("sqlglot.errors")
    except ImportError:
        extra = _EXTRAS[adres.backend]
        raise ChoiceError(f"Om {adres.backend} te lezen ontbreekt een pakket.", explain_install(extra)) from None
    # TypeError: a word in the address that the driver does not know
    return (driver.Error, TypeError, ibis_errors.IbisError, ibis_errors.TableNotFound, sql_errors.SqlglotError)


def _connect(adres: Adres, errors: tuple[type[Exception], ...]) -> Any:
    ibis: Any = importlib.import_module("ibis")
    try:
        if adres.bestand is not None:
            return ibis.duckdb.connect(adres.bestand, read_only=True)
        settings = {"connect_timeout": _WAIT, **adres.verbinding}
        options = f"{settings.pop('options', '')} -c default_transaction_read_only=on"
        return ibis.postgres.connect(**settings, options=options)
    except errors as error:
        reason, remedy = _find_reason(str(error))
        raise DataError(f"Geen verbinding met {adres.toon}: {reason}.", remedy) from None


def _find_reason(text: str) -> tuple[str, str]:
    text = text.lower()
    found = ((reason, remedy) for part, reason, remedy in _REASONS if part in text)
    return next(found, ("de verbinding mislukte", "Controleer het adres, en of de database bereikbaar is."))


def _fetch(connection: Any, query_or_table: str) -> pd.DataFrame:
    if _IS_QUERY.match(query_or_table):
        frame = _run_query(connection.raw_sql(query_or_table))
    else:
        schema, _, table = query_or_table.strip().rpartition(".")
        frame = connection.table(table, database=schema or None).to_pandas()
    return frame.astype(dict.fromkeys(_find_decimals(frame), "float64"))


def _run_query(cursor: Any) -> pd.DataFrame:
    """Take the rows of a cursor; `ibis` itself would create a view for it, which a read-only connection refuses."""
    names = [column[0] for column in cursor.description or ()]
    if len(set(names)) < len(names):
        raise DataError("De vraag geeft twee kolommen met dezelfde naam.", "Geef elke kolom een eigen naam met AS.")
    rows = cursor.fetchall()
    cursor.close()
    return pd.DataFrame.from_records(rows, columns=names)


def _find_decimals(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame if frame[name].map(lambda value: isinstance(value, Decimal)).any()]


def _explain(
    adres: Adres, connection: Any, query_or_table: str, error: Exception, errors: tuple[type[Exception], ...]
) -> EvaluatieError:
    if type(error).__name__ in _UNKNOWN_TABLE:
        what = "Een tabel in de vraag bestaat niet" if _IS_QUERY.match(query_or_table) else "Deze tabel bestaat niet"
        return DataError(f"{what} in {adres.toon}.", _list_tables(connection, errors))
    first_line = adres.redact(next(iter(str(error).splitlines()), type(error).__name__))
    return DataError(f"De vraag aan {adres.toon} is niet uit te voeren: {first_line}", "Verbeter de SQL.")


def _list_tables(connection: Any, errors: tuple[type[Exception], ...]) -> str:
    names: list[str] = []
    with suppress(*errors):
        frame = _run_query(connection.raw_sql(_TABLES))
        names = [table if schema in _USUAL else f"{schema}.{table}" for schema, table in frame.itertuples(index=False)]
    if not names:
        return "Er zijn geen tabellen die deze gebruiker mag lezen."
    rest = f" en nog {len(names) - SHOWN_TABLES}" if len(names) > SHOWN_TABLES else ""
    return f"Er zijn: {', '.join(sorted(names)[:SHOWN_TABLES])}{rest}."
