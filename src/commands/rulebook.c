#include "commands/rulebook.h"

#include "core/limits.h"
#include "core/text.h"

#include <time.h>

enum { FILES_MAX = 100000 };

bool rulebook_open_words(struct rulebook *r, struct arena *a, struct fault *f)
{
    struct vec files = vec_of(a, sizeof(struct yaml_file), FILES_MAX);

    *r = (struct rulebook){ .arena = a, .as_of = DATE_NONE };
    if (!data_open(a, &r->data, f) || !data_files(&r->data, "knowledge/words.yaml", &files, f))
        return false;
    if (files.count == 0)
        return fault_set(f, FAULT_IO, "%s: no knowledge/words.yaml", r->data.folder);
    return words_read(vec_at(&files, 0), a, &r->words, f);
}

bool rulebook_open_knowledge(struct rulebook *r, struct fault *f)
{
    struct vec files = vec_of(r->arena, sizeof(struct yaml_file), FILES_MAX);

    return data_files(&r->data, "knowledge/vendors/", &files, f) &&
           knowledge_read(&files, r->arena, &r->knowledge, f);
}

bool rulebook_open_policy(struct rulebook *r, const struct invocation *in, struct fault *f)
{
    const struct vec *own = &in->values[OPTION_POLICY];
    struct vec files = vec_of(r->arena, sizeof(struct yaml_file), FILES_MAX);

    if (!data_files(&r->data, "policies/", &files, f) ||
        !policy_read(&files, &r->words, r->knowledge, r->arena, &r->policy, f))
        return false;
    for (size_t i = 0; i < own->count; i++) {
        const char *const *file_or_dir = vec_at(own, i);
        if (!policy_add(r->policy, *file_or_dir, f))
            return false;
    }
    return true;
}

static bool today(int32_t *date, struct fault *f)
{
    const time_t now = time(NULL);
    struct tm local;

    if (localtime_r(&now, &local) == NULL)
        return fault_set(f, FAULT_IO, "the clock says no date; give one with --as-of");
    *date = date_of((struct date_parts){
        .year = local.tm_year + 1900, .month = local.tm_mon + 1, .day = local.tm_mday });
    return true;
}

static bool read_date(struct rulebook *r, const struct invocation *in, struct fault *f)
{
    const char *as_of = invocation_value(in, OPTION_AS_OF);

    if (as_of == NULL)
        return today(&r->as_of, f);
    return date_read(bytes_of_text(as_of), &r->as_of) ||
           fault_set(f, FAULT_FORMAT, "--as-of: '%.40s' is no date (YYYY-MM-DD)", as_of);
}

static bool read_context(struct rulebook *r, const struct invocation *in, struct fault *f)
{
    const struct vec *texts = &in->values[OPTION_CONTEXT];

    r->context = policy_context_new(r->arena, f);
    if (r->context == NULL)
        return false;
    for (size_t i = 0; i < texts->count; i++) {
        const char *const *text = vec_at(texts, i);
        if (!policy_context_add(r->context, r->policy, *text, f))
            return false;
    }
    return true;
}

bool rulebook_open(struct rulebook *r, const struct invocation *in, struct arena *a,
                   struct fault *f)
{
    return rulebook_open_words(r, a, f) && read_date(r, in, f) && rulebook_open_knowledge(r, f) &&
           rulebook_open_policy(r, in, f) && read_context(r, in, f);
}

/* `text` may be anything that a shell can pass. */
static bool add_clean(struct vec *texts, const char *text, struct arena *a, struct fault *f)
{
    const char **slot = vec_push(texts, f);

    if (slot == NULL)
        return false;
    *slot = text_from(a, bytes_of_text(text), LIMIT_PATH, f);
    return *slot != NULL;
}

bool rulebook_describe(const struct rulebook *r, const struct invocation *in, struct scan *s,
                       struct fault *f)
{
    const struct vec *own = &in->values[OPTION_POLICY];
    char date[DATE_TEXT_MAX];

    s->as_of = arena_copy_text(r->arena, date_write(r->as_of, date), f);
    s->context = vec_of(r->arena, sizeof(struct context_line), LIMIT_FIELDS);
    s->policies = vec_of(r->arena, sizeof(const char *), LIMIT_FIELDS);
    if (s->as_of == NULL || !policy_context_lines(r->context, &s->context, f))
        return false;
    for (size_t i = 0; i < own->count; i++) {
        const char *const *file_or_dir = vec_at(own, i);
        if (!add_clean(&s->policies, *file_or_dir, r->arena, f))
            return false;
    }
    if (s->warnings.arena == NULL)
        s->warnings = vec_of(r->arena, sizeof(const char *), LIMIT_RECORDS);
    if (r->data.warning != NULL && !add_clean(&s->warnings, r->data.warning, r->arena, f))
        return false;
    for (size_t i = 0; i < r->knowledge->warnings.count; i++) {
        const char *const *warning = vec_at(&r->knowledge->warnings, i);
        if (!add_clean(&s->warnings, *warning, r->arena, f))
            return false;
    }
    return true;
}
