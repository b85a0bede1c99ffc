#include "server/throttle.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { PLACES = 4096, PART = 1000 /* of a permit: what one takes, in thousandths */ };

struct bucket {
    uint64_t whose; /* keyed hash of the address; 0: nobody's */
    int64_t filled; /* when */
    uint64_t parts;
};

struct throttle {
    uint64_t key[2]; /* so that nobody can aim at another's place */
    uint64_t a_second;
    uint64_t most; /* parts */
    struct bucket at[PLACES];
};

bool throttle_new(unsigned a_second, unsigned at_once, struct throttle **out, struct fault *f)
{
    struct throttle *t = calloc(1, sizeof *t);

    if (t == NULL)
        return fault_set(f, FAULT_LIMIT, "out of memory");
    if (getrandom(t->key, sizeof t->key, /* flags */ 0) != sizeof t->key) {
        free(t);
        return fault_set(f, FAULT_IO, "no random numbers");
    }
    t->a_second = a_second;
    t->most = (uint64_t)at_once * PART;
    *out = t;
    return true;
}

void throttle_free(struct throttle **t)
{
    free(*t);
    *t = NULL;
}

static uint64_t mix(uint64_t h)
{
    h = (h ^ h >> 31) * 0x7fb5d329728ea185u;
    h = (h ^ h >> 27) * 0x81dadef4bc2dd44du;
    return h ^ h >> 33;
}

uint64_t throttle_client(const struct throttle *t, const struct sockaddr *from)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    uint64_t half = 0;

    if (from->sa_family == AF_INET) {
        memcpy(&v4, from, sizeof v4);
        half = v4.sin_addr.s_addr;
    } else if (from->sa_family == AF_INET6) {
        memcpy(&v6, from, sizeof v6);
        /* ::ffff:a.b.c.d is one IPv4 client, not a network of all of them */
        const size_t at = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) ? 8 : 0;
        memcpy(&half, v6.sin6_addr.s6_addr + at, sizeof half);
    }
    return mix(mix(half ^ t->key[0]) ^ t->key[1]) | 1;
}

bool throttle_permits(struct throttle *t, const struct sockaddr *from, int64_t now_ms)
{
    const uint64_t whose = throttle_client(t, from);
    struct bucket *b = &t->at[(whose >> 1) % PLACES];

    if (b->whose != whose)
        *b = (struct bucket){ .whose = whose, .filled = now_ms, .parts = t->most };
    /* a thousandth of a permit in a millisecond for each permit in a second */
    const uint64_t passed = now_ms > b->filled ? (uint64_t)(now_ms - b->filled) : 0;
    const uint64_t missing = t->most - b->parts;
    b->filled = now_ms;
    if (passed > missing / t->a_second)
        b->parts = t->most;
    else
        b->parts += passed * t->a_second;
    if (b->parts < PART)
        return false;
    b->parts -= PART;
    return true;
}
