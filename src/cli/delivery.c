#include "cli/delivery.h"

#include "cli/near.h"
#include "cli/output.h"
#include "core/limits.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct report_options delivery_terminal(int verbosity)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    struct winsize size = { 0 };
    struct report_options o = { .verbosity = verbosity };

    if (isatty(STDOUT_FILENO) == 0)
        return o;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        o.columns = size.ws_col;
    o.colour =
        (no_colour == NULL || no_colour[0] == '\0') && term != NULL && strcmp(term, "dumb") != 0;
    return o;
}

/* "there is no form 'jsn'; did you mean 'json'?" */
static bool no_word(enum value_kind kind, const char *what, const char *word, struct fault *f)
{
    struct near near = near_to(word);

    for (size_t i = 0; command_word(kind, i) != NULL; i++)
        near_offer(&near, command_word(kind, i));
    if (near.best != NULL)
        return fault_set(f, FAULT_FORMAT, "there is no %s '%.40s'; did you mean '%s'?", what, word,
                         near.best);
    return fault_set(f, FAULT_FORMAT, "there is no %s '%.40s'; see 'hallmark formats'", what, word);
}

static bool read_mildest(const struct invocation *in, struct delivery *d, struct fault *f)
{
    const char *word = invocation_value(in, OPTION_FAIL_ON);

    d->mildest = STATUS_DECIDE;
    if (word == NULL)
        return true;
    d->never = strcmp(word, "never") == 0;
    return d->never || status_read(bytes_of_text(word), &d->mildest) ||
           no_word(VALUE_STATUS, "status", word, f);
}

bool delivery_read(const struct invocation *in, struct delivery *out, struct fault *f)
{
    const char *form = invocation_value(in, OPTION_FORMAT);
    struct delivery d = {
        .form = form == NULL ? report_all[0] : report_named(form),
        .path = invocation_value(in, OPTION_OUTPUT),
        .verbosity = invocation_verbosity(in),
    };

    if (d.form == NULL)
        return no_word(VALUE_FORM, "form of report", form, f);
    if (!read_mildest(in, &d, f) || !output_check(d.path, f))
        return false;
    *out = d;
    return true;
}

static int status_of(const struct delivery *d, const struct scan *s)
{
    size_t counts[STATUS_MAX];

    report_count(s, counts);
    for (int i = 0; !d->never && i <= (int)d->mildest; i++) {
        if (counts[i] > 0)
            return EXIT_FOUND;
    }
    return s->incomplete ? EXIT_INCOMPLETE : EXIT_CLEAN;
}

int delivery_send(const struct delivery *d, struct scan *s)
{
    const bool to_file = d->path != NULL && strcmp(d->path, "-") != 0;
    const struct report_options o = to_file ? (struct report_options){ .verbosity = d->verbosity }
                                            : delivery_terminal(d->verbosity);
    struct buf out = buf_with_limit(LIMIT_RUN_MEMORY);
    struct fault f = { 0 };

    report_sort(s);
    const bool ok = d->form->write(s, &o, &out, &f) && output_write(d->path, buf_bytes(&out), &f);
    buf_done(&out);
    return ok ? status_of(d, s) : invocation_refuse(&f);
}

bool delivery_json(const struct invocation *in, bool *json, struct fault *f)
{
    const char *form = invocation_value(in, OPTION_FORMAT);

    *json = form != NULL && strcmp(form, "json") == 0;
    return form == NULL || *json || strcmp(form, "text") == 0 ||
           fault_set(f, FAULT_FORMAT, "there is no form '%.40s': text or json", form);
}

int delivery_print(const struct buf *text)
{
    struct fault f = { 0 };

    if (!buf_ok(text))
        (void)fault_set(&f, FAULT_LIMIT, "memory: no room for the text");
    else if (output_write(NULL, buf_bytes(text), &f))
        return EXIT_CLEAN;
    return invocation_refuse(&f);
}
