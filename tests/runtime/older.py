"""A state as an older Kestrel left it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

FORMAT_1 = Path(__file__).with_name("format1.sql").read_text("utf-8")

Shape = dict[str, list[tuple[Any, ...]]]


def as_format_1(path: Path) -> None:
    """Put what the state at `path` holds into tables of format 1, in the same file."""
    connection = apsw.Connection(str(path))
    rows = {table: _rows(connection, table) for table in _tables(connection)}
    for table in rows:
        connection.execute(f"DROP TABLE {table}")
    connection.execute(FORMAT_1)
    for table in set(rows) & set(_tables(connection)):
        columns = _columns(connection, table)
        marks = ", ".join("?" * len(columns))
        for row in rows[table]:
            values = [row[name] for name in columns]
            connection.execute(f"INSERT INTO {table} VALUES({marks})", values)
    connection.pragma("user_version", 1)
    connection.close()


def shape(path: Path) -> Shape:
    """The columns of all tables: what two states of one format have in common."""
    connection = apsw.Connection(str(path))
    sql = 'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)'
    found = {
        table: sorted(connection.execute(sql, (table,)).fetchall()) for table in _tables(connection)
    }
    connection.close()
    return found


def _tables(connection: apsw.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    return [row[0] for row in connection.execute(sql)]


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def _rows(connection: apsw.Connection, table: str) -> list[dict[str, Any]]:
    names = _columns(connection, table)
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
