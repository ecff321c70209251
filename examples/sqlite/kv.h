/* What SQLite has as macros, as functions. */
#pragma once

#include <sqlite3.h>

static inline int kv_bind_text(sqlite3_stmt *stmt, int at, const char *text) {
  return sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT);
}
