// A library of C for the tests: it keeps a record of what is done, and the n-th call fails on demand.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lib_db { int open; int stmts; } lib_db;
typedef struct lib_stmt { lib_db *db; int steps; } lib_stmt;
typedef struct lib_file { int64_t size; } lib_file;

int lib_open(const char *path, lib_db **db);
int lib_close(lib_db *db);
int lib_prepare(lib_db *db, const char *sql, lib_stmt **stmt);
int lib_step(lib_stmt *stmt);
int64_t lib_column(lib_stmt *stmt, int i);
int lib_finalize(lib_stmt *stmt);
lib_file *lib_file_open(const char *path);
int64_t lib_file_size(lib_file *file);
int lib_file_close(lib_file *file);
int lib_ping(lib_db *db);
int lib_anything(int x);
int lib_twice(int x);
unsigned lib_sum(const unsigned char *items, size_t n);
const char *lib_text(int code);

#ifdef __cplusplus
}
#endif
