#include "commands/sealing.h"

#include "codec/base64.h"
#include "core/date.h"
#include "core/file.h"
#include "core/sha256.h"
#include "record/record_json.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { SALT = 32, LINE_MAX_BYTES = 1 << 18 };

struct seal {
    const char *digest; /* "sha256:..." */
    const char *salt;   /* hexadecimal */
    const char *date;
};

/* The line that opens it: {"type":"opened",...}. */
static void put_opening(const struct seal *s, struct bytes text, struct buf *out)
{
    buf_print(out, "{\"type\":\"opened\",\"sealed\":\"%s\",\"salt\":\"%s\",\"text\":\"", s->digest,
              s->salt);
    base64_put(out, text);
    buf_print(out, "\",\"date\":\"%s\"}\n", s->date);
}

static bool describe(struct bytes text, struct arena *a, struct seal *out, struct fault *f)
{
    struct sha256_run run = sha256_begin();
    uint8_t salt[SALT];
    char hex[SHA256_TEXT_MAX];
    char date[DATE_TEXT_MAX];
    struct record record;

    if (!record_read_text(text, a, &record, f))
        return false;
    if (getrandom(salt, sizeof salt, 0) != (ssize_t)sizeof salt)
        return fault_set(f, FAULT_IO, "no random bytes for a salt: %s", strerror(errno));
    sha256_feed(&run, (struct bytes){ .at = salt, .len = sizeof salt });
    sha256_feed(&run, text);
    const struct sha256 digest = sha256_end(&run);
    struct sha256 as_hex;
    memcpy(as_hex.at, salt, sizeof salt);
    out->salt = arena_copy_text(a, sha256_write(&as_hex, hex), f);
    out->digest = arena_print(a, f, "sha256:%s", sha256_write(&digest, hex));
    out->date = arena_copy_text(a, date_write(record_happened(&record), date), f);
    return out->salt != NULL && out->digest != NULL && out->date != NULL;
}

bool sealing_make(struct bytes text, const char *path, struct arena *a, struct buf *sealed,
                  struct fault *f)
{
    struct buf line = buf_with_limit(LINE_MAX_BYTES);
    struct seal s = { 0 };

    if (!describe(text, a, &s, f))
        return false;
    put_opening(&s, text, &line);
    const struct record_pair pairs[] = {
        { .key = bytes_of_text("digest"), .value = bytes_of_text(s.digest) },
        { .key = bytes_of_text("date"), .value = bytes_of_text(s.date) },
    };
    const bool ok =
        record_json_pairs(record_type_named(bytes_of_text("sealed")), pairs,
                          sizeof pairs / sizeof pairs[0], a, sealed, f) &&
        (buf_ok(&line) || fault_set(f, FAULT_LIMIT, "a record too long to be sealed")) &&
        file_create(path, buf_bytes(&line), f);
    buf_done(&line);
    return ok;
}

void sealing_undo(const char *path)
{
    (void)unlink(path);
}
