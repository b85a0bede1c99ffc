/* listen.h -- a listening socket from the words "ADDR:PORT". */
#ifndef LISTEN_H
#define LISTEN_H

#include "core/fault.h"

enum { LISTEN_URL_MAX = 96 };

/* How many connections the process has descriptors for, at most `wanted`: two for each (the socket,
 * and the file that is sent), and some for itself. Raises the process's own limit as far as it may.
 * With fewer than it believes, a server would stop accepting before it makes room. */
unsigned listen_room(unsigned wanted);

/* "127.0.0.1:8080", "localhost:0", "[::1]:8080", "0.0.0.0:80": the port is a number, 0 for any that
 * is free. The socket is the caller's, non-blocking; `url` becomes "http://ADDR:PORT" with the port
 * that it got. */
bool listen_open(const char *text, int *fd, char url[LISTEN_URL_MAX], struct fault *f) MUST_CHECK;

#endif
