#include "commands/joined.h"

#include "cli/output.h"
#include "core/instant.h"
#include "core/limits.h"
#include "core/text.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_STEM_MAX = 120, PROOFS_MAX = 1 << 24 };

static bool needs_register(const struct invocation *in, struct fault *f)
{
    static const enum option_id needing[] = { OPTION_TRUST, OPTION_KNOWN_AT, OPTION_PROOFS };

    for (size_t i = 0; i < sizeof needing / sizeof needing[0]; i++) {
        if (invocation_has(in, needing[i]))
            return fault_set(f, FAULT_FORMAT, "--%s goes with --register",
                             command_option[needing[i]].name);
    }
    return true;
}

/* What cannot be written is found before anything is scanned. */
static bool make_folder(const char *dir, struct fault *f)
{
    struct stat st;

    if (dir == NULL || mkdir(dir, 0777) == 0)
        return true;
    if (errno != EEXIST)
        return fault_set(f, FAULT_IO, "%s: %s", dir, strerror(errno));
    return (stat(dir, &st) == 0 && S_ISDIR(st.st_mode)) ||
           fault_set(f, FAULT_IO, "%s: it is no folder", dir);
}

static bool join(const struct invocation *in, struct joined *j, struct fault *f)
{
    if (!j->registry.has_quorum)
        return fault_set(f, FAULT_FORMAT,
                         "%s: it has no policy.txt: name the trusted keys with --trust FILE",
                         j->place);
    if (reader_leaf(j->registry.reader) == NULL)
        return fault_set(f, FAULT_UNSUPPORTED,
                         "%s: its last leaf is no index leaf: this log cannot answer", j->place);
    return proved_open(j->registry.reader, &j->registry.quorum, in->arena, &j->proved, f) &&
           join_open(j->proved, in->arena, &j->join, f);
}

bool joined_open(const struct invocation *in, struct joined *out, struct fault *f)
{
    *out = (struct joined){
        .place = invocation_value(in, OPTION_REGISTER),
        .trusted = invocation_value(in, OPTION_TRUST),
        .proofs = invocation_value(in, OPTION_PROOFS),
    };
    if (out->place == NULL)
        return needs_register(in, f);
    if (!registry_open_trusting(in, out->place, out->trusted, &out->registry, f))
        return false;
    out->open = true;
    if (join(in, out, f) && make_folder(out->proofs, f))
        return true;
    joined_close(out);
    return false;
}

void joined_close(struct joined *j)
{
    if (j->open)
        registry_close(&j->registry);
    j->open = false;
}

const struct listing_source *joined_listings(const struct joined *j)
{
    return j->open ? join_source(j->join) : NULL;
}

/* A colon becomes '_'; for any other byte that is not plainly safe the key's digest joins the name,
 * so that two keys never share a file. */
static const char *file_name(struct bytes key, struct arena *a, struct fault *f)
{
    const struct sha256 digest = sha256_of(key);
    char hex[SHA256_TEXT_MAX];
    char stem[FILE_STEM_MAX + 1];
    size_t len = 0;
    bool exact = key.len <= FILE_STEM_MAX;

    for (; len < key.len && len < FILE_STEM_MAX; len++) {
        const uint8_t c = key.at[len];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        exact = exact && (plain || c == ':');
        stem[len] = plain ? (char)c : '_';
    }
    stem[len] = '\0';
    (void)sha256_write(&digest, hex);
    return arena_print(a, f, "%s%s%.*s.tlog-proof", stem, exact ? "" : "-", exact ? 0 : 16, hex);
}

static const char *clean(const char *text, struct arena *a, struct fault *f)
{
    return text_from(a, bytes_of_text(text), LIMIT_PATH, f);
}

static bool add_proof(const struct joined *j, const struct proved_key *k, struct arena *a,
                      struct vec *proofs, struct fault *f)
{
    const struct sha256 digest = sha256_of(k->file);
    char hex[SHA256_TEXT_MAX];
    struct scan_proof proof = {
        .key = text_from(a, k->key, LIMIT_PATH, f),
        .sha256 = arena_print(a, f, "sha256:%s", sha256_write(&digest, hex)),
        .statement = k->statement,
    };

    if (proof.key == NULL || proof.sha256 == NULL)
        return false;
    if (j->proofs != NULL) {
        const char *name = file_name(k->key, a, f);
        const char *path = name == NULL ? NULL : output_below(j->proofs, name, a, f);
        if (path == NULL || !output_write(path, k->file, f))
            return false;
        proof.file = clean(path, a, f);
        if (proof.file == NULL)
            return false;
    }
    struct scan_proof *slot = vec_push(proofs, f);
    if (slot != NULL)
        *slot = proof;
    return slot != NULL;
}

static bool add_proofs(const struct joined *j, struct arena *a, struct vec *out, struct fault *f)
{
    struct vec keys = vec_of(a, sizeof(struct proved_key *), PROOFS_MAX);

    *out = vec_of(a, sizeof(struct scan_proof), PROOFS_MAX);
    if (!proved_rest(j->proved, &keys, f))
        return false;
    for (size_t i = 0; i < keys.count; i++) {
        const struct proved_key *const *k = vec_at(&keys, i);
        if (!add_proof(j, *k, a, out, f))
            return false;
    }
    return true;
}

static bool warn(struct scan *s, const char *sentence, struct fault *f)
{
    const char **slot = sentence == NULL ? NULL : vec_push(&s->warnings, f);

    if (slot != NULL)
        *slot = sentence;
    return slot != NULL;
}

static bool add_warnings(const struct joined *j, int32_t as_of, struct scan *s, struct arena *a,
                         struct fault *f)
{
    const int64_t time = proved_time(j->proved);
    char text[INSTANT_TEXT_MAX];
    char date[DATE_TEXT_MAX];

    if (j->trusted == NULL &&
        !warn(s,
              arena_print(a, f,
                          "the register vouches for itself: its keys are those of its own "
                          "policy.txt (--trust names those that were got elsewhere)"),
              f))
        return false;
    if (time == 0)
        return warn(s,
                    arena_print(a, f,
                                "no witness vouches for the register: the log alone says what it "
                                "held, and not when"),
                    f);
    return as_of <= instant_day(time) ||
           warn(s,
                arena_print(a, f,
                            "the register was witnessed at %s, before %s, the day asked: it says "
                            "nothing of what came between",
                            instant_write(time, text), date_write(as_of, date)),
                f);
}

bool joined_describe(const struct joined *j, const struct invocation *in, int32_t as_of,
                     struct scan *s, struct fault *f)
{
    struct arena *a = in->arena;
    const char *known_at = invocation_value(in, OPTION_KNOWN_AT);
    char text[INSTANT_TEXT_MAX];

    if (!j->open)
        return true;
    struct scan_registry *r = arena_alloc(a, sizeof *r, f);
    if (r == NULL)
        return false;
    const struct checkpoint *c = proved_checkpoint(j->proved);
    const int64_t time = proved_time(j->proved);
    *r = (struct scan_registry){
        .place = clean(j->place, a, f),
        .origin = text_from(a, c->origin, LIMIT_PATH, f),
        .size = c->size,
    };
    r->time = time == 0 ? NULL : arena_copy_text(a, instant_write(time, text), f);
    r->trusted = j->trusted == NULL ? NULL : clean(j->trusted, a, f);
    r->known_at = known_at == NULL ? NULL : clean(known_at, a, f);
    if (r->place == NULL || r->origin == NULL || (time != 0 && r->time == NULL) ||
        (j->trusted != NULL && r->trusted == NULL) || (known_at != NULL && r->known_at == NULL) ||
        !add_proofs(j, a, &r->proofs, f))
        return false;
    s->registry = r;
    return add_warnings(j, as_of, s, a, f);
}
