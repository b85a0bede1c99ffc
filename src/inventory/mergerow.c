#include "inventory/mergerow.h"

#include "core/buf.h"
#include "core/limits.h"
#include "inventory/mergeparts.h"

#include <string.h>

static const char *const program_types[] = { "program", "library", "driver" };
static const char *const content_types[] = { "signature", "engine" };

static bool is_among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

bool mergerow_keep(struct mergerow_store *s, const char **text, struct fault *f)
{
    return *text == NULL || intern_add(&s->texts, bytes_of_text(*text), text, f);
}

bool mergerow_keep_claim(struct mergerow_store *s, struct claim *claim, struct fault *f)
{
    return mergerow_keep(s, &claim->name, f) && mergerow_keep(s, &claim->vendor, f) &&
           mergerow_keep(s, &claim->evidence, f) && mergerow_keep(s, &claim->domain, f) &&
           mergerow_keep(s, &claim->registry_number, f) &&
           mergerow_keep(s, &claim->certificate, f) && mergerow_keep(s, &claim->subject, f) &&
           mergerow_keep(s, &claim->program_name, f);
}

/* An array for the elements of a product's list, which has some. */
static void *room_for(struct mergerow_store *s, const struct mergerow *row, const struct vec *from,
                      struct fault *f)
{
    if (from->count <= UINT16_MAX)
        return arena_array(row->loose ? s->rows : s->kept, from->count, from->size, f);
    (void)fault_set(f, FAULT_LIMIT, "%zu parts of one product", from->count);
    return NULL;
}

static bool keep_texts(struct mergerow_store *s, const struct mergerow *row, const struct vec *from,
                       struct mergerow_texts *to, struct fault *f)
{
    if (from->count == 0)
        return true;
    const char **texts = room_for(s, row, from, f);
    if (texts == NULL)
        return false;
    for (size_t i = 0; i < from->count; i++) {
        texts[i] = *(const char *const *)vec_at(from, i);
        if (!mergerow_keep(s, &texts[i], f))
            return false;
    }
    to->items = texts;
    to->count = (uint16_t)mergeparts_settle_texts(texts, from->count);
    return true;
}

static bool keep_claims(struct mergerow_store *s, const struct vec *from, struct mergerow *row,
                        struct fault *f)
{
    if (from->count == 0)
        return true;
    row->claims = room_for(s, row, from, f);
    if (row->claims == NULL)
        return false;
    for (size_t i = 0; i < from->count; i++) {
        row->claims[i] = *(const struct claim *)vec_at(from, i);
        if (!mergerow_keep_claim(s, &row->claims[i], f))
            return false;
    }
    row->claim_count = (uint16_t)mergeparts_settle_claims(row->claims, from->count);
    return true;
}

static bool keep_evidence(struct mergerow_store *s, const struct vec *from, struct mergerow *row,
                          struct fault *f)
{
    if (from->count == 0)
        return true;
    row->evidence = room_for(s, row, from, f);
    if (row->evidence == NULL)
        return false;
    for (size_t i = 0; i < from->count; i++) {
        struct evidence *e = &row->evidence[i];
        *e = *(const struct evidence *)vec_at(from, i);
        if (!mergerow_keep(s, &e->kind, f) || !mergerow_keep(s, &e->place, f) ||
            !mergerow_keep(s, &e->text, f))
            return false;
    }
    row->evidence_count = (uint16_t)mergeparts_settle_evidence(row->evidence, from->count);
    return true;
}

/* Two certificates of one signer say the same of who made a program. */
static bool is_same_maker(const struct claim *a, const struct claim *b)
{
    return a->role == b->role && a->strength == b->strength && a->chain == b->chain &&
           a->digest_matches == b->digest_matches && a->name == b->name;
}

/* The makers as one text: each claim's role, strength, chain, digest and name, in order. Two
 * programs of one name are one product only where the same are said to have made and signed them,
 * with the same weight: a copy whose digest is broken stays apart. Clean text has no line feed. */
static bool write_makers(struct mergerow_store *s, struct mergerow *row, struct fault *f)
{
    struct buf text = buf_with_limit(LIMIT_TEXT * (size_t)LIMIT_EVIDENCE);

    for (size_t i = 0; i < row->claim_count; i++) {
        const struct claim *c = &row->claims[i];
        if (i == 0 || !is_same_maker(c - 1, c))
            buf_print(&text, "%d%d%d%d%s\n", (int)c->role, (int)c->strength, (int)c->chain,
                      c->digest_matches, c->name == NULL ? "" : c->name);
    }
    const bool ok = buf_ok(&text) ? intern_add(&s->texts, buf_bytes(&text), &row->makers, f)
                                  : fault_set(f, FAULT_LIMIT, "memory: the makers of a program");
    buf_done(&text);
    return ok;
}

static bool keep_names(struct mergerow_store *s, struct mergerow *row, struct fault *f)
{
    return mergerow_keep(s, &row->type, f) && mergerow_keep(s, &row->family, f) &&
           mergerow_keep(s, &row->root, f) && mergerow_keep(s, &row->name, f) &&
           mergerow_keep(s, &row->version, f) && mergerow_keep(s, &row->epoch, f) &&
           mergerow_keep(s, &row->arch, f) && mergerow_keep(s, &row->source, f) &&
           mergerow_keep(s, &row->source_version, f) && mergerow_keep(s, &row->homepage, f) &&
           mergerow_keep(s, &row->digest, f) && mergerow_keep(s, &row->vendor, f) &&
           mergerow_keep(s, &row->title, f);
}

bool mergerow_new(struct mergerow_store *s, const struct product *p, struct mergerow **out,
                  struct fault *f)
{
    const char *type = p->type == NULL ? "program" : p->type;
    const bool program =
        is_among(type, program_types, sizeof program_types / sizeof program_types[0]);
    struct mergerow *row = arena_alloc(s->rows, sizeof *row, f);

    if (row == NULL)
        return false;
    *row = (struct mergerow){
        .type = type,
        .family = program ? program_types[0] : type,
        .root = p->root == NULL ? "/" : p->root,
        .name = p->name,
        .version = p->version,
        .epoch = p->epoch,
        .arch = p->arch,
        .source = p->source,
        .source_version = p->source_version,
        .homepage = p->homepage,
        .digest = p->digest,
        .vendor = p->vendor,
        .title = p->title,
        .more_paths = p->more_paths,
        .more_evidence = p->more_evidence,
        .presence = p->presence,
        .loose = program ||
                 is_among(type, content_types, sizeof content_types / sizeof content_types[0]),
    };
    if (!keep_names(s, row, f) || !keep_texts(s, row, &p->paths, &row->paths, f) ||
        !keep_texts(s, row, &p->conflicts, &row->conflicts, f) ||
        !keep_texts(s, row, &p->categories, &row->categories, f) ||
        !keep_claims(s, &p->claims, row, f) || !keep_evidence(s, &p->evidence, row, f) ||
        (row->loose && !write_makers(s, row, f)))
        return false;
    *out = row;
    return true;
}

int mergerow_compare(const struct mergerow *a, const struct mergerow *b)
{
    const char *const texts[][2] = {
        { a->family, b->family }, { a->root, b->root },
        { a->name, b->name },     { a->version, b->version },
        { a->epoch, b->epoch },   { a->loose ? NULL : a->arch, b->loose ? NULL : b->arch },
        { a->makers, b->makers }, { a->loose ? a->vendor : NULL, b->loose ? b->vendor : NULL },
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const int by_text = mergeparts_compare(texts[i][0], texts[i][1]);
        if (by_text != 0)
            return by_text;
    }
    return (a->presence > b->presence) - (a->presence < b->presence);
}
