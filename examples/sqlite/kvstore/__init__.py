"""A key-value store on SQLite, whose functions are written in Kestrel."""

from kvstore.kv import CodeError, Db, get, keys, open, put, set_audit_sink  # noqa: A004

__all__ = ["CodeError", "Db", "get", "keys", "open", "put", "set_audit_sink"]
