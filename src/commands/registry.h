/* registry.h -- the register that a command asks: DIR or URL, by whose keys, and as it was known
 * when. */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "cli/invocation.h"
#include "register/reader.h"

struct registry {
    struct source source;
    struct quorum quorum;
    bool has_quorum;
    const char *index; /* folder of the kept index, or NULL */
    struct reader *reader;
};

/* Whether the place is an address (http:// or https://) rather than a folder. */
bool registry_is_url(const char *place);

/* The source alone. */
bool registry_source(const char *place, struct source *out, struct fault *f) MUST_CHECK;

/* Source, quorum and reader, by --policy and --known-at. Without --policy the quorum is that of the
 * register's own policy.txt, which says whom the register itself names: enough to read by, not to
 * verify by. `out` must not move while it is open;
 * registry_close gives all back. */
bool registry_open(const struct invocation *in, const char *place, struct registry *out,
                   struct fault *f) MUST_CHECK;

/* The same where another option than --policy names the file of trusted keys. */
bool registry_open_trusting(const struct invocation *in, const char *place, const char *trusted,
                            struct registry *out, struct fault *f) MUST_CHECK;
void registry_close(struct registry *r);

#endif
