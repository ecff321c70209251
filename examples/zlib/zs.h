/* zlib's streams as handles, with a buffer for what comes out. */
#pragma once

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct zs {
  z_stream stream;
  unsigned char out[65536];
} zs;

typedef struct zblob {
  uLong size;
  unsigned char data[];
} zblob;

static inline zs *zs_open(void) {
  zs *made = (zs *)calloc(1, sizeof *made);
  if (made && inflateInit(&made->stream) != Z_OK) {
    free(made);
    made = NULL;
  }
  return made;
}
static inline void zs_close(zs *z) {
  inflateEnd(&z->stream);
  free(z);
}
/* `data` must stay until all of it has been taken. */
static inline void zs_feed(zs *z, const unsigned char *data, unsigned size) {
  z->stream.next_in = (Bytef *)data;
  z->stream.avail_in = size;
}
static inline int zs_next(zs *z) {
  z->stream.next_out = z->out;
  z->stream.avail_out = sizeof z->out;
  int code = inflate(&z->stream, Z_NO_FLUSH);
  return code == Z_BUF_ERROR ? Z_OK : code; /* no more input: nothing is wrong */
}
static inline const unsigned char *zs_data(zs *z) { return z->out; }
static inline unsigned zs_size(zs *z) { return (unsigned)(sizeof z->out - z->stream.avail_out); }

static inline zblob *zblob_compress(const unsigned char *data, uLong size, int level) {
  uLong bound = compressBound(size);
  zblob *made = (zblob *)malloc(sizeof *made + bound);
  if (!made) return NULL;
  made->size = bound;
  if (compress2(made->data, &made->size, data, size, level) == Z_OK) return made;
  free(made);
  return NULL;
}
static inline const unsigned char *zblob_data(zblob *b) { return b->data; }
static inline uLong zblob_size(zblob *b) { return b->size; }
static inline void zblob_free(zblob *b) { free(b); }
