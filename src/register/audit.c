#include "register/audit.h"

#include "core/limits.h"
#include "proof/indexleaf.h"
#include "record/mapfn.h"
#include "record/record.h"
#include "register/audit_ahead.h"
#include "register/audit_resume.h"
#include "register/audit_tiles.h"
#include "register/reader.h"
#include "standing/admission.h"

#include <stdio.h>

struct audit {
    const struct audit_request *request;
    struct audit_finding finding;
    struct reader *reader;
    bool ours; /* it has leaves of ours: the rules of a register hold */
    struct reader_walk walk;
    struct index *index;
    struct admission *admission;
    struct history history;
    struct audit_tiles *tiles;
    struct audit_ahead *ahead;
    struct arena scratch;
    struct checkpoint since;
    bool leans; /* on what an earlier audit kept */
};

/* An entry that breaks a rule is its writer's and the log's fault only where it is what the log has
 * signed: else the copy is damaged, and that is what is told. */
static bool wrong_entry(const struct audit *a, uint64_t place, struct fault *f)
{
    struct merkle_proof proof;
    struct fault damage = { 0 };

    if ((f->kind == FAULT_FORMAT || f->kind == FAULT_DENIED) &&
        !reader_inclusion(a->reader, place, &proof, &damage)) {
        *f = damage;
        return false;
    }
    return fault_wrap(f, "%s: entry %llu", a->request->source->name, (unsigned long long)place);
}

static bool find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    struct audit *a = with;
    const struct index_question q = { .key = key, .limit = UINT64_MAX };

    return index_find(a->index, &q, places, f);
}

static bool entry_at(void *with, uint64_t place, struct arena *arena, struct bytes *out,
                     struct fault *f)
{
    const struct audit *a = with;

    return reader_entry(a->reader, place, arena, out, f);
}

static bool logged_at(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    (void)with;
    (void)place;
    (void)f;
    *time = 0;
    return true;
}

/* The tree of what was read so far. */
static bool check_root(struct audit *a, const struct checkpoint *c, const char *name,
                       struct fault *f)
{
    const struct sha256 root = merkle_edge_root(&a->walk.edge);

    return sha256_equal(&root, &c->root) ||
           fault_set(f, FAULT_FORMAT,
                     "%s: %s has another root than the %llu entries make: the log was forked or "
                     "changed (RFC 6962 2.1)",
                     a->request->source->name, name, (unsigned long long)c->size);
}

/* A kept checkpoint of the size that the tree has just now, where there is one. */
static bool check_form(struct audit *a, const char *tail, bool *found, struct fault *f)
{
    struct checkpoint c;
    struct note note;
    struct bytes file;
    char path[64];

    (void)snprintf(path, sizeof path, "checkpoints/%llu%s", (unsigned long long)a->walk.next, tail);
    if (!source_read(a->request->source, path, NOTE_MAX, &a->scratch, &file, found, f))
        return false;
    if (!*found)
        return true;
    if (!note_read(file, &a->scratch, &note, f) || !checkpoint_read(note.text, &c, f))
        return fault_wrap(f, "%s: %s", a->request->source->name, path);
    if (note_check(&note, a->request->log, /* time */ NULL) != NOTE_GOOD ||
        !bytes_equal_text(c.origin, a->request->log->name) || c.size != a->walk.next)
        return fault_set(f, FAULT_FORMAT, "%s: %s is not signed by the log as that size of it",
                         a->request->source->name, path);
    return check_root(a, &c, path, f);
}

/* Where a heartbeat made a newer form, the first one tells since when the entries are public: it is
 * as much the log's word, and a copy needs it as much. */
static bool check_kept(struct audit *a, struct fault *f)
{
    bool found = false;
    bool first = false;

    if (!check_form(a, "", &found, f))
        return false;
    a->finding.checkpoints += found;
    return !found || check_form(a, ".first", &first, f);
}

static bool check_leaf(struct audit *a, struct bytes entry, uint64_t place, struct fault *f)
{
    const struct sha256 ours = mapfn_digest();
    struct indexleaf leaf;
    struct sha256 root;
    uint64_t keys;

    if (!indexleaf_read(entry, &leaf, f))
        return false;
    if (leaf.covers != place)
        return fault_set(f, FAULT_FORMAT, "the index leaf covers %llu entries (rule R1)",
                         (unsigned long long)leaf.covers);
    if (!sha256_equal(&leaf.mapfn, &ours))
        return fault_set(f, FAULT_UNSUPPORTED,
                         "the index leaf is made by another map function than ours");
    if (!index_root(a->index, &root, &keys, f))
        return false;
    if (keys != leaf.keys || !sha256_equal(&root, &leaf.root))
        return fault_set(f, FAULT_FORMAT,
                         "the index leaf commits another index than the entries before it make: "
                         "the register's own statement is false, and signed");
    a->finding.index_leaves++;
    return true;
}

static bool admit(struct audit *a, struct bytes entry, uint64_t place, const struct key *verified,
                  struct fault *f)
{
    const struct admission_entry e = { .entry = entry,
                                       .log = a->request->log,
                                       .signed_here = verified };
    struct vec keys = vec_of(&a->scratch, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct record record;

    return admission_check(a->admission, &e, &a->scratch, &record, f) &&
           mapfn_record_keys(&record, &a->scratch, &keys, f) &&
           index_add_entry(a->index, place, keys.items, keys.count, f);
}

static bool take_entry(struct audit *a, struct bytes entry, const struct key *verified,
                       struct fault *f)
{
    const uint64_t place = a->walk.next - 1;
    const bool is_leaf = indexleaf_is(entry);
    const bool judged = place < a->finding.judged;

    if (a->ours && !judged &&
        !(is_leaf ? check_leaf(a, entry, place, f) : admit(a, entry, place, verified, f)))
        return wrong_entry(a, place, f);
    if (!a->ours && (is_leaf || record_is(entry)))
        return fault_set(f, FAULT_FORMAT,
                         "%s: entry %llu is one of a register, and the last leaf of the checkpoint "
                         "is no index leaf (rule R1)",
                         a->request->source->name, (unsigned long long)place);
    if (!audit_tiles_add(a->tiles, &a->walk.leaf, f) || (is_leaf && !judged && !check_kept(a, f)))
        return false;
    return a->walk.next != a->finding.since ||
           check_root(a, &a->since, "the earlier checkpoint", f);
}

/* The earlier checkpoint: signed by the same log, and not larger. Its root is compared on the way.
 */
static bool read_since(struct audit *a, struct arena *arena, struct fault *f)
{
    const uint64_t size = reader_checkpoint(a->reader)->size;
    struct note note;

    if (a->request->since == NULL)
        return true;
    if (!note_read(*a->request->since, arena, &note, f) ||
        !checkpoint_read(note.text, &a->since, f))
        return fault_wrap(f, "the earlier checkpoint");
    if (note_check(&note, a->request->log, /* time */ NULL) != NOTE_GOOD ||
        !bytes_equal_text(a->since.origin, a->request->log->name))
        return fault_set(f, FAULT_FORMAT, "the earlier checkpoint is not signed by this log");
    if (a->since.size > size)
        return fault_set(f, FAULT_FORMAT,
                         "the earlier checkpoint has %llu entries, and the log now %llu: it was "
                         "cut back",
                         (unsigned long long)a->since.size, (unsigned long long)size);
    a->finding.since = a->since.size;
    return a->since.size != 0 || check_root(a, &a->since, "the earlier checkpoint", f);
}

/* The key under which the entry's signature is known to be good, or NULL. */
static bool look_ahead(struct audit *a, struct bytes entry, const struct key **verified,
                       struct fault *f)
{
    const struct audit_bundle bundle = {
        .first = entry, .rest = a->walk.bundle, .admission = a->admission, .log = a->request->log
    };

    *verified = NULL;
    if (!a->ours)
        return true;
    if (a->walk.next % TILE_WIDTH == 1 && !audit_ahead_bundle(a->ahead, &bundle, f))
        return false;
    *verified = audit_ahead_next(a->ahead);
    return true;
}

static bool read_all(struct audit *a, struct fault *f)
{
    const struct key *verified;
    struct bytes entry;
    bool found = true;
    bool ok = true;

    while (ok && found) {
        const struct arena_mark mark = arena_mark(&a->scratch);
        ok = reader_walk_next(a->reader, &a->walk, &entry, &found, f) &&
             (!found || (look_ahead(a, entry, &verified, f) && take_entry(a, entry, verified, f)));
        arena_release(&a->scratch, mark);
    }
    return ok;
}

/* The kept index, emptied where it is damaged or shall not be used. */
static bool open_index(struct audit *a, bool empty, struct fault *f)
{
    const char *folder = a->request->index;
    struct fault why = { 0 };

    index_close(&a->index);
    if (folder == NULL)
        return index_new(&a->index, f);
    if (!empty && index_open(folder, /* writable */ true, &a->index, &why))
        return true;
    if (!empty && why.kind != FAULT_FORMAT)
        return fault_set(f, why.kind, "%s", why.text);
    return index_discard(folder, f) && index_open(folder, /* writable */ true, &a->index, f);
}

/* Index and tiles: of the first entry, or as an earlier audit left them. */
static bool begin(struct audit *a, bool whole, struct fault *f)
{
    struct audit_start start = { .judged = 0 };
    bool found = false;

    if (!open_index(a, whole, f))
        return false;
    a->leans = a->ours && a->since.size > 0 && index_covers(a->index) > 0;
    if (a->leans && !audit_resume(a->reader, &a->since, a->index, a->tiles, &start, &found, f))
        return false;
    if (!found)
        return index_covers(a->index) == 0 || open_index(a, /* empty */ true, f);
    a->walk = reader_walk_after(&start.edge);
    a->finding.judged = start.judged;
    return true;
}

static bool run(struct audit *a, bool whole, struct fault *f)
{
    const struct audit_request *q = a->request;
    const struct reader_question question = { .source = q->source,
                                              .log = q->log,
                                              .known_at = INT64_MAX };
    const struct checkpoint *c;

    if (!reader_open(&question, &a->reader, f))
        return false;
    c = reader_checkpoint(a->reader);
    if (!bytes_equal_text(c->origin, q->log->name))
        return fault_set(f, FAULT_FORMAT, "%s: the checkpoint is of another log than the key's",
                         q->source->name);
    a->ours = reader_leaf(a->reader) != NULL;
    a->history =
        (struct history){ .with = a, .find = find, .entry = entry_at, .logged = logged_at };
    if (!read_since(a, &a->scratch, f) || !admission_new(&a->history, &a->admission, f) ||
        !audit_ahead_new(&a->ahead, f) || !audit_tiles_new(q->source, c->size, &a->tiles, f) ||
        !begin(a, whole, f) || !read_all(a, f) || !audit_tiles_end(a->tiles, &a->finding.tiles, f))
        return false;
    a->finding.size = c->size;
    a->finding.index_checked = a->ours;
    return !a->ours || q->index == NULL ||
           index_commit(a->index, reader_leaf(a->reader)->covers, f);
}

static bool audit(const struct audit_request *q, bool whole, struct audit_finding *out, bool *leant,
                  struct fault *f)
{
    struct audit a = { .request = q,
                       .walk = reader_walk_begin(),
                       .scratch = arena_with_budget(LIMIT_ARTEFACT_MEMORY) };
    const bool ok = run(&a, whole, f);

    reader_walk_done(&a.walk);
    audit_tiles_free(&a.tiles);
    audit_ahead_free(&a.ahead);
    admission_free(&a.admission);
    index_close(&a.index);
    reader_close(&a.reader);
    arena_done(&a.scratch);
    *out = a.finding;
    *leant = a.leans;
    return ok;
}

bool audit_log(const struct audit_request *q, struct audit_finding *out, struct fault *f)
{
    struct audit_finding found;
    struct fault why = { 0 };
    bool leant;
    bool ok = audit(q, /* whole */ false, &found, &leant, &why);

    /* what was kept may be damaged, and accuses nobody */
    if (!ok && leant && (why.kind == FAULT_FORMAT || why.kind == FAULT_DENIED))
        ok = audit(q, /* whole */ true, &found, &leant, &why);
    if (ok)
        *out = found;
    return ok || fault_set(f, why.kind, "%s", why.text);
}
