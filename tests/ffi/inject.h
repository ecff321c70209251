// SQLite with failures: call number `fail_at` fails as the real one may. What is open is counted.
#pragma once

#include "kv.h"

#include <cstdio>
#include <string>

namespace inject {

inline int calls = 0, fail_at = 0, databases = 0, statements = 0;
inline std::string trace;

inline bool fails(const char* name) {
  trace += name;
  trace += ' ';
  return ++calls == fail_at;
}

// With most errors SQLite gives a handle all the same, and it must be closed.
inline int open(const char* path, sqlite3** db) {
  const bool bad = fails("open");
  const int code = sqlite3_open(path, db);
  databases += *db != nullptr;
  return bad ? SQLITE_CANTOPEN : code;
}
// It has closed, whatever it says.
inline int close(sqlite3* db) {
  const bool bad = fails("close");
  if (statements != 0) std::printf("a database is closed before its statements\n");
  --databases;
  const int code = sqlite3_close_v2(db);
  return bad ? SQLITE_BUSY : code;
}
inline int prepare(sqlite3* db, const char* sql, int size, sqlite3_stmt** stmt, const char** tail) {
  if (fails("prepare")) return SQLITE_NOMEM;
  const int code = sqlite3_prepare_v2(db, sql, size, stmt, tail);
  statements += *stmt != nullptr;
  return code;
}
inline int step(sqlite3_stmt* stmt) { return fails("step") ? SQLITE_IOERR : sqlite3_step(stmt); }
inline int finalize(sqlite3_stmt* stmt) {
  const bool bad = fails("finalize");
  statements -= stmt != nullptr;
  const int code = sqlite3_finalize(stmt);
  return bad ? SQLITE_IOERR : code;
}
inline int bind(sqlite3_stmt* stmt, int at, const char* text) {
  return fails("bind") ? SQLITE_NOMEM : sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT);
}

}  // namespace inject

#define sqlite3_open inject::open
#define sqlite3_close_v2 inject::close
#define sqlite3_prepare_v2 inject::prepare
#define sqlite3_step inject::step
#define sqlite3_finalize inject::finalize
#define kv_bind_text inject::bind
