#include "core/instant.h"
#include "core/own.h"
#include "core/text.h"
#include "proof/proof.h"
#include "writer/writer_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* What a register leaves behind, whole or in part. */
static bool check_empty(const struct folder *folder, struct fault *f)
{
    static const char *const traces[] = { "private/settings", "private/signed", "checkpoint",
                                          "tile" };
    struct stat st;
    bool some = false;

    for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++) {
        if (fstatat(folder->fd, traces[i], &st, AT_SYMLINK_NOFOLLOW) == 0)
            return fault_set(f, FAULT_DENIED,
                             "%s: holds a register already, or what is left of one: %s",
                             folder->name, traces[i]);
    }
    if (!folder_has_files(folder, "checkpoints", &some, f))
        return false;
    return !some || fault_set(f, FAULT_DENIED,
                              "%s: holds a register already, or what is left of one: checkpoints",
                              folder->name);
}

static void close_folder(struct folder *folder)
{
    folder_close(folder);
}

/* A folder that is not there is free, and is not made by asking. */
static bool check_place(const char *name, struct fault *f)
{
    OWNED(close_folder) struct folder folder = { .fd = -1 };
    struct stat st;

    if (lstat(name, &st) != 0 && errno == ENOENT)
        return true;
    return folder_open(name, &folder, f) && check_empty(&folder, f);
}

static bool check(const struct writer_settings *s, struct draft *d, struct fault *f)
{
    return draft_make(s, d, f) && check_place(s->folder, f);
}

bool writer_check(const struct writer_settings *s, struct fault *f)
{
    OWNED(draft_done) struct draft draft = { .arena = arena_with_budget(MEMORY) };

    return check(s, &draft, f);
}

/* Without its settings it is no register, and the next try finds the folder free. The lock is still
 * held: nobody has written anything into it. */
static void take_back(const struct folder *folder)
{
    static const char *const made[] = { "private/settings", "private/journal", "policy.txt",
                                        "private/witnesses" };

    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        (void)!folder_remove(folder, made[i], /* fault */ NULL);
}

static bool make(const struct writer_settings *s, const struct draft *d, struct folder *folder,
                 struct writer **out, struct fault *f)
{
    OWNED(close_folder) struct folder kept = { .fd = -1 };
    OWNED(own_close) int lock = writer_open_lock(folder, /* wait */ true, f);

    OWNED(own_close) int held = lock < 0 ? -1 : fcntl(lock, F_DUPFD_CLOEXEC, 0);

    if (lock >= 0 && held < 0)
        return fault_set(f, FAULT_IO, "%s: %s", folder->name, strerror(errno));
    /* another may have made one since it was looked for */
    if (lock < 0 || !check_empty(folder, f) || !folder_open(s->folder, &kept, f))
        return false;
    if (draft_write(d, s->origin, folder, f) && writer_open_held(folder, &lock, out, f))
        return true;
    take_back(&kept);
    return false;
}

bool writer_create(const struct writer_settings *s, struct writer **out, struct fault *f)
{
    OWNED(draft_done) struct draft draft = { .arena = arena_with_budget(MEMORY) };
    OWNED(close_folder) struct folder folder = { .fd = -1 };

    return check(s, &draft, f) && folder_make(s->folder, &folder, f) &&
           make(s, &draft, &folder, out, f);
}
