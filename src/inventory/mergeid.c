#include "inventory/mergeid.h"

#include "core/buf.h"
#include "core/digest.h"
#include "core/limits.h"
#include "inventory/mergeparts.h"

#include <stdlib.h>

enum { ID_DIGITS = 16 };

/* Each text with its length in front, so that no two lists of texts write the same bytes. */
static void add(struct buf *b, const char *text)
{
    if (text == NULL)
        buf_add_text(b, "-");
    else
        buf_print(b, "%zu:%s", bytes_of_text(text).len, text);
}

static int order_makers(const void *a, const void *b)
{
    const struct claim *x = *(const struct claim *const *)a;
    const struct claim *y = *(const struct claim *const *)b;
    const int by_name = mergeparts_compare(x->name, y->name);

    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    return by_name != 0 ? by_name : (int)x->digest_matches - (int)y->digest_matches;
}

/* Who made and who signed, each once, by name: the claims themselves stand by strength. */
static void add_makers(struct buf *b, const struct mergerow *row)
{
    const struct claim *makers[LIMIT_EVIDENCE];
    size_t count = 0;

    for (size_t i = 0; i < row->claim_count && count < LIMIT_EVIDENCE; i++) {
        if (row->claims[i].role != MAKER_SUPPLIER)
            makers[count++] = &row->claims[i];
    }
    if (count > 1)
        qsort(makers, count, sizeof makers[0], order_makers);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && order_makers(&makers[i - 1], &makers[i]) == 0)
            continue;
        add(b, maker_role_name(makers[i]->role));
        add(b, makers[i]->digest_matches ? "matches" : "");
        add(b, makers[i]->name);
    }
}

static bool write_digits(struct bytes all, struct arena *kept, char **id, struct fault *f)
{
    char hex[DIGEST_TEXT_MAX];
    struct digest d;

    if (!digest_of(DIGEST_SHA256, all, &d, f))
        return false;
    const struct bytes digits = bytes_part(bytes_of_text(digest_write(&d, hex)), 0, ID_DIGITS);
    *id = arena_copy(kept, digits, f);
    return *id != NULL;
}

bool mergeid_write(const struct mergerow *row, struct map *taken, struct arena *kept,
                   const char **id, struct fault *f)
{
    struct buf all = buf_with_limit(LIMIT_TEXT * (size_t)LIMIT_EVIDENCE);
    char *digits = NULL;

    add(&all, row->family);
    add(&all, row->root);
    add(&all, row->name);
    add(&all, row->version);
    add(&all, row->epoch);
    add(&all, row->loose ? NULL : row->arch);
    add(&all, presence_name(row->presence));
    if (row->loose)
        add_makers(&all, row);
    bool ok = buf_ok(&all) || fault_set(f, FAULT_LIMIT, "memory: the id of a product");
    while (ok) {
        ok = write_digits(buf_bytes(&all), kept, &digits, f);
        if (!ok || map_find(taken, bytes_of_text(digits)) == NULL)
            break;
        add(&all, "again");
        ok = buf_ok(&all) || fault_set(f, FAULT_LIMIT, "memory: the id of a product");
    }
    buf_done(&all);
    if (!ok || !map_put(taken, bytes_of_text(digits), digits, f))
        return false;
    *id = digits;
    return true;
}
