/* settings.h -- what a register was made with: DIR/private/settings, and the witnesses' file beside
 * it. The log's private key is not in the folder: its path is. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "tlog/quorum.h"
#include "writer/folder.h"

struct settings {
    const char *origin;
    const char *key;   /* absolute path of the skey file */
    const char *clock; /* absolute path of the simulated clock, or NULL: the host's */
};

/* Not there: true, with *found false: no register that is written here. */
bool settings_read(const struct folder *folder, struct arena *a, struct settings *out, bool *found,
                   struct fault *f) MUST_CHECK;
bool settings_write(const struct folder *folder, const struct settings *s,
                    struct fault *f) MUST_CHECK;

/* Whose cosignatures the log gathers: private/witnesses (without it: none), with the log's key. The
 * text is a whole quorum file, for DIR/policy.txt. All in the arena. */
bool settings_read_quorum(const struct folder *folder, const struct key *log, struct arena *a,
                          struct quorum *out, struct bytes *text, struct fault *f) MUST_CHECK;

/* The same from witnesses' text not yet kept. */
bool settings_quorum(struct bytes witnesses, const struct key *log, struct arena *a,
                     struct quorum *out, struct bytes *text, struct fault *f) MUST_CHECK;

#endif
