/* address.h -- who is meant by a line of contact ("Name <user@example.org>") or a home page. All
 * results are parts of the input. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "core/arena.h"

struct address {
    struct bytes name;   /* without quotes; empty where there is only a mail address */
    struct bytes domain; /* of the mail address; empty where there is none */
};

/* The first contact of the line. */
struct address address_of(struct bytes line);

/* The host of a URL, without user, port, and a leading "www."; empty where the text is no URL. */
struct bytes address_host(struct bytes url);

/* Where anybody may have pages or a mail box, the host says nothing of who made what: GitHub,
 * SourceForge, Debian's own forge, mail providers. `host` may be below one. */
bool address_is_shared(struct bytes host);

/* For a page on a forge of accounts ("https://github.com/besser82/libxcrypt") the host and the
 * account ("github.com/besser82"); empty for all else. */
struct bytes address_account(struct bytes url);

/* Do both belong to one owner: the same domain, or one below the other, lists and web hosts aside?
 * Never for shared ones. */
bool address_same_owner(struct bytes host, struct bytes other);

/* A domain as text: lower case, in the arena. NULL for empty bytes, and without memory, which `f`
 * tells. */
char *address_text(struct arena *a, struct bytes domain, struct fault *f);

#endif
