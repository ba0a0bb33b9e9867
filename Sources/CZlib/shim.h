// How Swift sees zlib, in the command line only. inflateInit2 is a macro, which Swift cannot call.
// https://zlib.net/manual.html
#pragma once
#define ZLIB_CONST
#include <string.h>
#include <zlib.h>

// Begins to unpack. Negative window bits mean deflate data as they are (RFC 1951); 16 more than the
// largest window mean gzip (RFC 1952). Z_OK, or an error.
static inline int sesmail_inflate_begin(z_stream *stream, int window_bits) {
    memset(stream, 0, sizeof *stream);
    return inflateInit2(stream, window_bits);
}
