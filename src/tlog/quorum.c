#include "tlog/quorum.h"

#include "core/instant.h"
#include "core/map.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* Witness i is member 2 * i, group i is member 2 * i + 1; a rule of `none` has no member at all. */
enum { MEMBERS_MAX = 2 * QUORUM_MAX, LIMIT_SHOWN = 64 };
#define ROOT_NONE SIZE_MAX

struct quorum_group {
    size_t threshold;
    struct vec members; /* size_t */
};

struct name {
    size_t member;
    bool is_listed; /* in a group */
};

struct reading {
    struct arena *arena;
    struct quorum *q;
    struct map names; /* struct name */
    bool has_rule;
};

static bool broken(struct fault *f, const char *rule)
{
    return fault_set(f, FAULT_FORMAT, "%s", rule);
}

/* The same, telling the word of the file that breaks it. */
static bool broken_by(const struct reading *r, struct bytes word, struct fault *f, const char *rule)
{
    const char *shown = text_from(r->arena, word, LIMIT_SHOWN, f);

    return shown != NULL && fault_set(f, FAULT_FORMAT, "%s: %s", rule, shown);
}

/* tlog-policy, "Structure": items stand between runs of spaces and tabs, and of nothing else. */
static struct bytes next_item(struct bytes *rest)
{
    size_t from = 0;

    while (from < rest->len && (rest->at[from] == ' ' || rest->at[from] == '\t'))
        from++;
    size_t end = from;
    while (end < rest->len && rest->at[end] != ' ' && rest->at[end] != '\t')
        end++;
    const struct bytes item = bytes_part(*rest, from, end - from);
    *rest = bytes_part(*rest, end, rest->len);
    return item;
}

static bool check_octets(struct bytes file, struct fault *f)
{
    size_t line = 1;

    if (file.len > QUORUM_FILE_MAX)
        return fault_set(f, FAULT_LIMIT, "a policy of %zu bytes, at most %d", file.len,
                         QUORUM_FILE_MAX);
    for (size_t i = 0; i < file.len; i++) {
        const uint8_t c = file.at[i];
        if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
            return fault_at(f, FAULT_FORMAT, i,
                            "tlog-policy, character set: line %zu: octet 0x%02x", line, c);
        line += c == '\n';
    }
    if (file.len > 0 && file.at[file.len - 1] != '\n')
        return fault_set(f, FAULT_FORMAT,
                         "tlog-policy, structure: line %zu does not end in a newline", line);
    return true;
}

/* Give `name` to the member; it must be new. */
static bool define(struct reading *r, struct bytes name, size_t member, struct fault *f)
{
    if (name.len == 0)
        return broken(f, "a name is missing");
    if (bytes_equal_text(name, "none"))
        return broken(f, "the name none is predefined");
    if (map_find(&r->names, name) != NULL)
        return broken_by(r, name, f, "the name is defined already");
    struct name *n = arena_alloc(r->arena, sizeof *n, f);
    const char *copy = n == NULL ? NULL : arena_copy(r->arena, name, f);
    if (copy == NULL)
        return false;
    n->member = member;
    return map_put(&r->names, bytes_of_text(copy), n, f);
}

/* The optional URL, and the end of the line. */
static bool read_url(struct reading *r, struct bytes *rest, const char **url, struct fault *f)
{
    const struct bytes item = next_item(rest);

    if (next_item(rest).len > 0)
        return broken(f, "more than a key and a URL");
    if (item.len == 0)
        return true;
    *url = arena_copy(r->arena, item, f);
    return *url != NULL;
}

static bool same_public(const struct key *a, const struct key *b)
{
    return a->len == b->len && memcmp(a->public, b->public, a->len) == 0;
}

static bool is_log_type(uint8_t type)
{
    return type == KEY_ED25519 || type == KEY_ECDSA || type == KEY_RFC6962 || type == KEY_MLDSA;
}

static bool read_log(struct reading *r, struct bytes rest, struct fault *f)
{
    struct quorum_log log = { .url = NULL };

    if (!key_read(next_item(&rest), &log.key, f))
        return false;
    if (!is_log_type(log.key.type))
        return fault_set(f, FAULT_UNSUPPORTED, "a key of type 0x%02x is no log's", log.key.type);
    if (!read_url(r, &rest, &log.url, f))
        return false;
    for (size_t i = 0; i < r->q->logs.count; i++) {
        const struct quorum_log *other = vec_at(&r->q->logs, i);
        if (same_public(&other->key, &log.key))
            return broken(f, "defining a log: the same public key twice");
    }
    struct quorum_log *kept = vec_push(&r->q->logs, f);
    if (kept == NULL)
        return false;
    *kept = log;
    return true;
}

static bool read_witness(struct reading *r, struct bytes rest, struct fault *f)
{
    const struct bytes name = next_item(&rest);
    struct quorum_witness w = { .name = NULL };

    if (!define(r, name, 2 * r->q->witnesses.count, f) || !key_read(next_item(&rest), &w.key, f))
        return false;
    if (w.key.type != KEY_COSIGNATURE && w.key.type != KEY_MLDSA)
        return fault_set(f, FAULT_UNSUPPORTED, "a key of type 0x%02x is no witness's", w.key.type);
    if (!read_url(r, &rest, &w.url, f))
        return false;
    for (size_t i = 0; i < r->q->witnesses.count; i++) {
        const struct quorum_witness *other = vec_at(&r->q->witnesses, i);
        if (same_public(&other->key, &w.key))
            return broken(f, "defining a witness: the same public key twice");
    }
    w.name = arena_copy(r->arena, name, f);
    struct quorum_witness *kept = w.name == NULL ? NULL : vec_push(&r->q->witnesses, f);
    if (kept == NULL)
        return false;
    *kept = w;
    return true;
}

static bool read_member(struct reading *r, struct bytes item, struct quorum_group *g,
                        struct fault *f)
{
    struct name *n = map_find(&r->names, item);

    if (bytes_equal_text(item, "none"))
        return broken(f, "none is no member of a group");
    if (n == NULL)
        return broken_by(r, item, f, "a member that no line above defines");
    if (n->is_listed)
        return broken_by(r, item, f, "a name is a member of a group at most once");
    size_t *member = vec_push(&g->members, f);
    if (member == NULL)
        return false;
    *member = n->member;
    n->is_listed = true;
    return true;
}

/* `all`, `any`, or k with 1 <= k <= n; n is known when the members are read. */
static bool read_threshold(struct bytes word, struct quorum_group *g, struct fault *f)
{
    const size_t n = g->members.count;
    uint64_t k = 0;

    if (bytes_equal_text(word, "all"))
        k = n;
    else if (bytes_equal_text(word, "any"))
        k = 1;
    else if (!checkpoint_number(word, &k))
        return broken(f, "a group wants all, any, or a decimal number");
    if (n == 0)
        return broken(f, "a group of no members");
    if (k < 1 || k > n)
        return fault_set(f, FAULT_FORMAT, "a group wants %llu of its %zu members",
                         (unsigned long long)k, n);
    g->threshold = (size_t)k;
    return true;
}

static bool read_group(struct reading *r, struct bytes rest, struct fault *f)
{
    const struct bytes name = next_item(&rest);
    const struct bytes threshold = next_item(&rest);
    struct quorum_group g = { .members = vec_of(r->arena, sizeof(size_t), MEMBERS_MAX) };

    for (struct bytes item; (item = next_item(&rest)).len > 0;) {
        if (!read_member(r, item, &g, f))
            return false;
    }
    if (!read_threshold(threshold, &g, f) || !define(r, name, 2 * r->q->groups.count + 1, f))
        return false;
    struct quorum_group *kept = vec_push(&r->q->groups, f);
    if (kept == NULL)
        return false;
    *kept = g;
    return true;
}

static bool read_rule(struct reading *r, struct bytes rest, struct fault *f)
{
    const struct bytes name = next_item(&rest);

    if (r->has_rule)
        return broken(f, "more than one quorum line");
    if (name.len == 0 || next_item(&rest).len > 0)
        return broken(f, "a quorum line has one name");
    r->q->root = ROOT_NONE;
    if (!bytes_equal_text(name, "none")) {
        const struct name *n = map_find(&r->names, name);
        if (n == NULL)
            return broken_by(r, name, f, "a quorum that no line above defines");
        r->q->root = n->member;
    }
    r->q->rule = arena_copy(r->arena, name, f);
    r->has_rule = true;
    return r->q->rule != NULL;
}

static bool read_line(struct reading *r, struct bytes line, struct fault *f)
{
    const struct bytes word = next_item(&line);

    if (word.len == 0 || word.at[0] == '#')
        return true;
    if (bytes_equal_text(word, "log"))
        return read_log(r, line, f);
    if (bytes_equal_text(word, "witness"))
        return read_witness(r, line, f);
    if (bytes_equal_text(word, "group"))
        return read_group(r, line, f);
    if (bytes_equal_text(word, "quorum"))
        return read_rule(r, line, f);
    return broken_by(r, word, f, "a line begins with log, witness, group, quorum or #");
}

bool quorum_read(struct bytes file, struct arena *a, struct quorum *out, struct fault *f)
{
    struct quorum q = { .logs = vec_of(a, sizeof(struct quorum_log), QUORUM_MAX),
                        .witnesses = vec_of(a, sizeof(struct quorum_witness), QUORUM_MAX),
                        .groups = vec_of(a, sizeof(struct quorum_group), QUORUM_MAX) };
    struct reading r = { .arena = a, .q = &q, .names = map_in(a) };
    struct bytes line;

    if (!check_octets(file, f))
        return false;
    for (size_t i = 1; bytes_next(&file, '\n', &line); i++) {
        if (!read_line(&r, line, f))
            return fault_wrap(f, "tlog-policy, line %zu", i);
    }
    if (!r.has_rule)
        return broken(f, "tlog-policy, defining the quorum: no quorum line");
    *out = q;
    return true;
}

/* What a group makes of its members' values, which stand in ascending order. */
typedef int64_t combine(const int64_t *values, size_t n, size_t threshold);

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* From the witnesses' values to the rule's. A group has only members of lines above it, so the
 * groups in their order need no recursion. */
static int64_t fold(const struct quorum *q, const int64_t *witnesses, combine *c)
{
    int64_t groups[QUORUM_MAX];
    int64_t values[MEMBERS_MAX];

    for (size_t i = 0; i < q->groups.count; i++) {
        const struct quorum_group *g = vec_at(&q->groups, i);
        for (size_t k = 0; k < g->members.count; k++) {
            const size_t m = *(const size_t *)vec_at(&g->members, k);
            values[k] = m % 2 == 0 ? witnesses[m / 2] : groups[m / 2];
        }
        qsort(values, g->members.count, sizeof values[0], ascending);
        groups[i] = c(values, g->members.count, g->threshold);
    }
    return q->root % 2 == 0 ? witnesses[q->root / 2] : groups[q->root / 2];
}

/* The latest time by which so many had signed; -1 where fewer have. */
static int64_t time_of_group(const int64_t *values, size_t n, size_t threshold)
{
    return values[n - threshold];
}

/* Two sets of k of n members share 2k - n at least; the adversary picks the cheapest. */
static int64_t overlap_of_group(const int64_t *values, size_t n, size_t threshold)
{
    int64_t sum = 0;

    for (size_t i = 0; i + n < 2 * threshold; i++)
        sum += values[i];
    return sum;
}

bool quorum_met(const struct quorum *q, const bool *signed_by)
{
    int64_t times[QUORUM_MAX];

    if (q->root == ROOT_NONE)
        return true;
    for (size_t i = 0; i < q->witnesses.count; i++)
        times[i] = signed_by[i] ? 0 : -1;
    return fold(q, times, time_of_group) >= 0;
}

int quorum_liars_survived(const struct quorum *q)
{
    int64_t ones[QUORUM_MAX];

    if (q->root == ROOT_NONE)
        return -1;
    for (size_t i = 0; i < q->witnesses.count; i++)
        ones[i] = 1;
    return (int)fold(q, ones, overlap_of_group) - 1;
}

bool quorum_is_count(const struct quorum *q, size_t *need, size_t *of)
{
    static const struct quorum_group alone = { .threshold = 1 };
    const bool is_group = q->root != ROOT_NONE && q->root % 2 != 0;
    const struct quorum_group *g = is_group ? vec_at(&q->groups, q->root / 2) : &alone;

    if (q->root == ROOT_NONE)
        return false;
    for (size_t i = 0; i < g->members.count; i++) {
        const size_t *member = vec_at(&g->members, i);
        if (*member % 2 != 0)
            return false;
    }
    *need = g->threshold;
    *of = is_group ? g->members.count : 1;
    return true;
}

/* The log whose signature stands and whose name is the origin. */
static bool find_log(const struct quorum *q, struct quorum_finding *out, struct fault *f)
{
    bool other = false;

    for (size_t i = 0; i < q->logs.count; i++) {
        const struct quorum_log *log = vec_at(&q->logs, i);
        const enum note_standing s = note_check(&out->note, &log->key, /* time */ NULL);
        if (s == NOTE_BAD)
            return broken(f, "signed-note, signatures: the signature of a known log does not "
                             "verify");
        const bool named = bytes_equal_text(out->checkpoint.origin, log->key.name);
        if (s == NOTE_GOOD && named)
            out->log = log;
        other = other || s == NOTE_GOOD;
    }
    if (out->log != NULL)
        return true;
    return broken(f, other ? "tlog-policy, defining a log: the origin is not the name of the key "
                             "that signed"
                           : "tlog-policy: no log of the policy has signed");
}

static bool find_witnesses(const struct quorum *q, struct quorum_finding *out, int64_t *times,
                           struct fault *f)
{
    for (size_t i = 0; i < q->witnesses.count; i++) {
        const struct quorum_witness *w = vec_at(&q->witnesses, i);
        int64_t time = 0;
        const enum note_standing s = note_check(&out->note, &w->key, &time);
        times[i] = -1;
        if (s == NOTE_BAD)
            return broken(f, "signed-note, signatures: the cosignature of a known witness does not "
                             "verify");
        /* tlog-cosignature lets a verifier reject a time in the future: no calendar has this one */
        if (s == NOTE_ABSENT || time > INSTANT_LAST)
            continue;
        struct quorum_signature *kept = vec_push(&out->witnesses, f);
        if (kept == NULL)
            return false;
        *kept = (struct quorum_signature){ .witness = w, .time = time };
        times[i] = time;
    }
    return true;
}

bool quorum_weigh(const struct quorum *q, struct bytes note, struct arena *a,
                  struct quorum_finding *out, struct fault *f)
{
    struct quorum_finding found = { .witnesses =
                                        vec_of(a, sizeof(struct quorum_signature), QUORUM_MAX) };
    int64_t times[QUORUM_MAX];

    if (!note_read(note, a, &found.note, f) ||
        !checkpoint_read(found.note.text, &found.checkpoint, f) || !find_log(q, &found, f) ||
        !find_witnesses(q, &found, times, f))
        return false;
    const int64_t time = q->root == ROOT_NONE ? 0 : fold(q, times, time_of_group);
    found.reached = time >= 0;
    found.time = found.reached ? time : 0;
    if (found.reached) {
        *out = found;
        return true;
    }
    const char *rule = text_from(a, bytes_of_text(q->rule), FAULT_TEXT_MAX, f);
    if (rule == NULL)
        return false;
    *out = found;
    return fault_set(f, FAULT_FORMAT,
                     "tlog-policy, defining the quorum: %zu of %zu witnesses have signed, which is "
                     "not the quorum %s",
                     found.witnesses.count, q->witnesses.count, rule);
}
