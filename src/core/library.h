/* library.h -- a shared library brought in by the first who needs it.
 *
 * For what few commands use: linked, libcurl, libmicrohttpd and libxml2 would bring thirty more
 * libraries into every start of the program, three quarters of what `hallmark --version` takes.
 * Headers and packages are as if it were linked; which calls are made of it stands in a .def list
 * beside a struct of function pointers, one CALL each, from which the table below is made too. A
 * library stays once it is there: bringing it in anew costs a look-up for each call. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "core/fault.h"

#include <stddef.h>

struct library {
    const char *soname;       /* "libcurl.so.4": the version whose headers we compile with */
    const char *const *calls; /* names of functions */
    size_t count;
};

/* Into `table`, a struct of `count` pointers to functions in the order of `calls`. UNSUPPORTED,
 * with the name that is missed, where the library is not installed or lacks a call. */
bool library_bring(const struct library *l, void *table, struct fault *f) MUST_CHECK;

#endif
