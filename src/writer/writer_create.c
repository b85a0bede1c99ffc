#include "core/instant.h"
#include "core/own.h"
#include "core/text.h"
#include "proof/proof.h"
#include "writer/writer_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WITNESSES_MAX = 1 << 20, MEMORY = 16 << 20 };

/* A register to be: what is written when all of it has been found good. */
struct draft {
    struct arena arena;
    char *key; /* absolute paths */
    char *clock;
    struct bytes witnesses;
    struct bytes policy;
};

static void draft_done(struct draft *d)
{
    free(d->key);
    free(d->clock);
    arena_done(&d->arena);
}

static bool check_origin(const struct writer_settings *s, struct fault *f)
{
    const struct bytes origin = bytes_of_text(s->origin);

    if (!key_name_is_plain(origin))
        return fault_set(f, FAULT_FORMAT,
                         "the origin '%s': not empty, without blanks, '+', control characters and "
                         "characters that cannot be seen (signed-note)",
                         s->origin);
    if (proof_is_simulated(origin) && s->simulated_clock == NULL)
        return fault_set(f, FAULT_DENIED,
                         "the origin %s says that its clock is simulated, and none is given",
                         s->origin);
    if (!proof_is_simulated(origin) && s->simulated_clock != NULL)
        return fault_set(f, FAULT_DENIED,
                         "the origin %s: with a simulated clock it ends in /simulated-clock, so "
                         "that every proof says so",
                         s->origin);
    return true;
}

/* A path that means the same from every folder; NULL and the fault. */
static char *absolute(const char *path, struct fault *f)
{
    OWNED(own_free) char *real = realpath(path, /* resolved */ NULL);

    if (real == NULL) {
        (void)fault_set(f, FAULT_IO, "%s: %s", path, strerror(errno));
        return NULL;
    }
    if (!text_is_clean(bytes_of_text(real))) {
        (void)fault_set(f, FAULT_DENIED, "%s: control characters in a path", path);
        return NULL;
    }
    return own_take(&real);
}

static bool check_key(const struct writer_settings *s, struct key *log, struct fault *f)
{
    if (!key_load(s->key, log, f))
        return false;
    if (log->type != KEY_ED25519)
        return fault_set(f, FAULT_DENIED, "%s: not a key for a log", s->key);
    if (strcmp(log->name, s->origin) != 0)
        return fault_set(f, FAULT_DENIED,
                         "%s: the key's name is %s, the log's origin %s (tlog-policy wants them "
                         "equal)",
                         s->key, log->name, s->origin);
    return true;
}

static bool draft_make(const struct writer_settings *s, struct draft *d, struct fault *f)
{
    struct quorum quorum;
    struct key log;
    int64_t now = 0;

    if (!check_origin(s, f) || !check_key(s, &log, f) || !instant_now(s->simulated_clock, &now, f))
        return false;
    if (s->witnesses != NULL &&
        !folder_read_any(s->witnesses, WITNESSES_MAX, &d->arena, &d->witnesses, f))
        return false;
    if (!settings_quorum(d->witnesses, &log, &d->arena, &quorum, &d->policy, f))
        return fault_wrap(f, "%s", s->witnesses == NULL ? "no witnesses" : s->witnesses);
    d->key = absolute(s->key, f);
    if (d->key == NULL)
        return false;
    d->clock = s->simulated_clock == NULL ? NULL : absolute(s->simulated_clock, f);
    return d->clock != NULL || s->simulated_clock == NULL;
}

/* The settings go last: with them it is a register, whose first entry opening adds. */
static bool draft_write(const struct draft *d, const char *origin, const struct folder *folder,
                        struct fault *f)
{
    const struct settings settings = { .origin = origin, .key = d->key, .clock = d->clock };

    return (d->witnesses.len == 0 || folder_write(folder, "private/witnesses", d->witnesses, f)) &&
           folder_write(folder, "policy.txt", d->policy, f) &&
           journal_create(folder, /* first */ 0, f) && settings_write(folder, &settings, f);
}

static bool check_free(const struct folder *folder, struct fault *f)
{
    struct arena a = arena_with_budget(MEMORY);
    struct settings settings;
    struct bytes note = { 0 };
    bool held = false;
    bool published = false;
    const bool ok = settings_read(folder, &a, &settings, &held, f) &&
                    folder_read(folder, PUBLISHED_NEWEST, NOTE_MAX, &a, &note, &published, f);

    arena_done(&a);
    return ok && ((!held && !published) ||
                  fault_set(f, FAULT_DENIED, "%s: holds a register already", folder->name));
}

static void close_folder(struct folder *folder)
{
    folder_close(folder);
}

bool writer_create(const struct writer_settings *s, struct writer **out, struct fault *f)
{
    OWNED(draft_done) struct draft draft = { .arena = arena_with_budget(MEMORY) };
    OWNED(close_folder) struct folder folder = { .fd = -1 };

    if (!draft_make(s, &draft, f) || !folder_make(s->folder, &folder, f))
        return false;
    OWNED(own_close) int lock = writer_open_lock(&folder, /* wait */ true, f);
    return lock >= 0 && check_free(&folder, f) && draft_write(&draft, s->origin, &folder, f) &&
           writer_open_held(&folder, &lock, out, f);
}
