#include "commands/registry.h"

#include "core/file.h"
#include "core/instant.h"
#include "fetch/source_http.h"

#include <stdio.h>
#include <string.h>

enum { POLICY_FILE_MAX = 4 << 20 };

bool registry_is_url(const char *place)
{
    return strncmp(place, "http://", 7) == 0 || strncmp(place, "https://", 8) == 0;
}

bool registry_source(const char *place, struct source *out, struct fault *f)
{
    return registry_is_url(place) ? source_http_open(place, out, f)
                                  : source_folder_open(place, out, f);
}

/* Of the named file, else of the register's own. */
static bool read_quorum(const char *named, const struct source *s, struct arena *a,
                        struct quorum *out, bool *found, struct fault *f)
{
    struct bytes file;

    *found = named != NULL;
    if (named != NULL && !file_load(named, POLICY_FILE_MAX, a, &file, f))
        return false;
    if (named == NULL && !source_read(s, "policy.txt", POLICY_FILE_MAX, a, &file, found, f))
        return false;
    return !*found || quorum_read(file, a, out, f) ||
           fault_wrap(f, "%s", named == NULL ? "policy.txt of the register" : named);
}

static bool read_known_at(const struct invocation *in, int64_t *out, struct fault *f)
{
    const char *text = invocation_value(in, OPTION_KNOWN_AT);

    *out = INT64_MAX;
    return text == NULL || instant_read_by(bytes_of_text(text), out) ||
           fault_set(f, FAULT_FORMAT,
                     "--known-at: '%.40s' is no time (YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ)", text);
}

bool registry_open(const struct invocation *in, const char *place, struct registry *out,
                   struct fault *f)
{
    return registry_open_trusting(in, place, invocation_value(in, OPTION_POLICY), out, f);
}

bool registry_open_trusting(const struct invocation *in, const char *place, const char *trusted,
                            struct registry *out, struct fault *f)
{
    struct reader_question q = { .source = &out->source };

    *out = (struct registry){ .has_quorum = false };
    if (!read_known_at(in, &q.known_at, f) || !registry_source(place, &out->source, f))
        return false;
    if (!registry_is_url(place))
        out->index = arena_print(in->arena, f, "%s/index", place);
    q.index = out->index;
    if (read_quorum(trusted, &out->source, in->arena, &out->quorum, &out->has_quorum, f)) {
        q.quorum = out->has_quorum ? &out->quorum : NULL; /* the reader keeps the pointer */
        if (reader_open(&q, &out->reader, f))
            return true;
    }
    source_close(&out->source);
    return false;
}

void registry_close(struct registry *r)
{
    reader_close(&r->reader);
    source_close(&r->source);
}
