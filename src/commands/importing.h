/* importing.h -- what an import knows of a register, and writes into it: the observations of one
 * source. */
#ifndef IMPORTING_H
#define IMPORTING_H

#include "imports/import_compare.h"
#include "writer/writer.h"

/* A list out of a file's bytes, which are parsed in a process behind walls (confine/confined.h); in
 * the arena. Call it before there is a key in the memory. */
bool importing_read(const struct import *format, const struct import_ask *ask, struct arena *a,
                    struct import_list *out, struct fault *f) MUST_CHECK;

/* Everything that the register holds of the list, folded. Costs by its observations. */
bool importing_recall(struct writer *w, const char *source, struct observation_past *past,
                      struct fault *f) MUST_CHECK;

/* Sign and log every observation, seen on `date`: all of them, or none. On false *refused says
 * whether the register would not have one of them. */
bool importing_log(struct writer *w, const struct key_signer *signer, const struct import_list *l,
                   const struct import_comparison *c, int32_t date, bool *refused,
                   struct fault *f) MUST_CHECK;

#endif
