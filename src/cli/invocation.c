#include "cli/invocation.h"

#include "cli/near.h"
#include "core/buf.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 65536 }; /* of one command line; the kernel's own limit is near it */

static bool add(struct vec *words, const char *word, struct fault *f)
{
    const char **slot = vec_push(words, f);

    if (slot == NULL)
        return false;
    *slot = word;
    return true;
}

/* Names may end at a '='. */
static enum option_id option_named(const char *name, size_t len)
{
    int i = 0;

    while (i < OPTION_MAX &&
           (strncmp(command_option[i].name, name, len) != 0 || command_option[i].name[len] != '\0'))
        i++;
    return (enum option_id)i;
}

static enum option_id option_lettered(char letter)
{
    int i = 0;

    while (i < OPTION_MAX && command_option[i].letter != letter)
        i++;
    return (enum option_id)i;
}

/* The help to see: of the command, where it is known already. */
static bool no_option(const struct command *c, const char *word, struct fault *f)
{
    return fault_set(f, FAULT_FORMAT, "there is no option '%s'; see 'hallmark help%s%s'", word,
                     c == NULL ? "" : " ", c == NULL ? "" : c->name);
}

static bool unknown_option(const struct command *c, const char *word, struct fault *f)
{
    const size_t len = strcspn(word, "=");
    char name[64];
    struct near near;

    (void)snprintf(name, sizeof name, "%.*s", len > 40 ? 40 : (int)len, word);
    near = near_to(name + 2);
    for (int i = 0; i < OPTION_MAX; i++) {
        if (c == NULL || command_takes(c, (enum option_id)i))
            near_offer(&near, command_option[i].name);
    }
    if (near.best != NULL)
        return fault_set(f, FAULT_FORMAT, "there is no option '%s'; did you mean '--%s'?", name,
                         near.best);
    return no_option(c, name, f);
}

/* The words that are still to be read. */
struct words {
    char *const *at;
    char *const *end;
};

static bool take_value(struct invocation *in, enum option_id id, const char *value, struct words *w,
                       struct fault *f)
{
    const struct option *option = &command_option[id];

    if (option->value == NULL && value != NULL)
        return fault_set(f, FAULT_FORMAT, "--%s takes no value", option->name);
    if (option->value != NULL && value == NULL && w->at < w->end)
        value = *w->at++;
    if (option->value != NULL && (value == NULL || value[0] == '\0'))
        return fault_set(f, FAULT_FORMAT, "--%s needs a value: %s", option->name, option->value);
    return add(&in->values[id], value == NULL ? "" : value, f);
}

static bool take_long(struct invocation *in, const char *word, struct words *w, struct fault *f)
{
    const size_t len = strcspn(word + 2, "=");
    const enum option_id id = option_named(word + 2, len);

    if (id == OPTION_MAX)
        return unknown_option(in->command, word, f);
    return take_value(in, id, word[2 + len] == '=' ? word + 3 + len : NULL, w, f);
}

static bool take_letters(struct invocation *in, const char *word, struct words *w, struct fault *f)
{
    for (const char *at = word + 1; *at != '\0'; at++) {
        const enum option_id id = option_lettered(*at);
        if (id == OPTION_MAX) {
            const char letter[] = { '-', *at, '\0' };
            return no_option(in->command, letter, f);
        }
        const bool valued = command_option[id].value != NULL;
        if (!take_value(in, id, valued && at[1] != '\0' ? at + 1 : NULL, w, f))
            return false;
        if (valued)
            return true;
    }
    return true;
}

bool invocation_command(const struct command *group, const char *word, const struct command **out,
                        struct fault *f)
{
    struct near near = near_to(word);
    const char *before = group == NULL ? "" : group->name;
    const char *blank = group == NULL ? "" : " ";
    const struct command *found =
        group == NULL ? command_named(word, NULL) : command_named(group->name, word);

    if (found != NULL) {
        *out = found;
        return true;
    }
    for (size_t i = 0; command_all[i] != NULL; i++) {
        if (command_group(command_all[i]) == group)
            near_offer(&near, command_short(command_all[i]));
    }
    if (near.best != NULL)
        return fault_set(f, FAULT_FORMAT, "there is no command '%s%s%.40s'; did you mean '%s%s%s'?",
                         before, blank, word, before, blank, near.best);
    return fault_set(f, FAULT_FORMAT, "there is no command '%s%s%.40s'; see 'hallmark help%s%s'",
                     before, blank, word, blank, before);
}

static bool take_operand(struct invocation *in, const char *word, struct fault *f)
{
    if (in->command != NULL && !in->command->group)
        return add(&in->operands, word, f);
    return invocation_command(in->command, word, &in->command, f);
}

/* `what`, empty or ended by "; ", and how the command is called. */
static bool refuse_usage(const struct command *c, const char *what, struct fault *f)
{
    struct buf usage = buf_with_limit(FAULT_TEXT_MAX);

    command_usage(c, &usage);
    (void)fault_set(f, FAULT_FORMAT, "%susage: hallmark %s%.*s; see 'hallmark help %s'", what,
                    c->name, (int)usage.len, usage.len == 0 ? "" : (const char *)usage.at, c->name);
    buf_done(&usage);
    return false;
}

static bool check_words(const struct invocation *in, const struct command *c, struct fault *f)
{
    char what[128];

    if (in->operands.count < c->operands_least)
        return refuse_usage(c, "", f);
    if (in->operands.count <= c->operands_most)
        return true;
    (void)snprintf(what, sizeof what, "one word too many: '%.80s'; ",
                   invocation_operand(in, c->operands_most));
    return refuse_usage(c, what, f);
}

static bool check_options(const struct invocation *in, const struct command *c, struct fault *f)
{
    char what[64];

    for (int i = 0; i < OPTION_MAX; i++) {
        if (in->values[i].count > 0 && !command_takes(c, (enum option_id)i))
            return fault_set(f, FAULT_FORMAT, "'%s' has no option --%s; see 'hallmark help %s'",
                             c->name, command_option[i].name, c->name);
    }
    for (size_t i = 0; i < c->needed; i++) {
        if (invocation_has(in, c->options[i]))
            continue;
        (void)snprintf(what, sizeof what, "--%s is missing; ", command_option[c->options[i]].name);
        return refuse_usage(c, what, f);
    }
    return true;
}

static bool check(const struct invocation *in, struct fault *f)
{
    const struct command *c = in->command;

    if (c == NULL || invocation_has(in, OPTION_HELP) || invocation_has(in, OPTION_VERSION))
        return true;
    return check_words(in, c, f) && check_options(in, c, f);
}

bool invocation_read(int argc, char *const *argv, struct arena *a, struct invocation *out,
                     struct fault *f)
{
    struct words w = { argv + (argc > 0), argv + argc };
    struct invocation in = { .arena = a, .operands = vec_of(a, sizeof(const char *), WORDS_MAX) };
    bool options = true;

    for (int i = 0; i < OPTION_MAX; i++)
        in.values[i] = vec_of(a, sizeof(const char *), WORDS_MAX);
    while (w.at < w.end) {
        const char *word = *w.at++;
        bool ok = true;
        if (options && strcmp(word, "--") == 0)
            options = false;
        else if (options && strncmp(word, "--", 2) == 0)
            ok = take_long(&in, word, &w, f);
        else if (options && word[0] == '-' && word[1] != '\0')
            ok = take_letters(&in, word, &w, f);
        else
            ok = take_operand(&in, word, f);
        if (!ok)
            return false;
    }
    if (!check(&in, f))
        return false;
    *out = in;
    return true;
}

bool invocation_has(const struct invocation *in, enum option_id option)
{
    return in->values[option].count > 0;
}

const char *invocation_value(const struct invocation *in, enum option_id option)
{
    const struct vec *values = &in->values[option];

    if (values->count == 0)
        return NULL;
    const char *const *value = vec_at(values, values->count - 1);
    return *value;
}

const char *invocation_operand(const struct invocation *in, size_t i)
{
    if (i >= in->operands.count)
        return NULL;
    const char *const *word = vec_at(&in->operands, i);
    return *word;
}

int invocation_verbosity(const struct invocation *in)
{
    if (invocation_has(in, OPTION_QUIET))
        return -1;
    return invocation_has(in, OPTION_VERBOSE) ? 1 : 0;
}

int invocation_refuse(const struct fault *f)
{
    struct arena a = arena_with_budget(64 * FAULT_TEXT_MAX);
    /* what the user typed may hold anything; his terminal must not obey it */
    const char *text = text_from(&a, bytes_of_text(f->text), FAULT_TEXT_MAX, /* f */ NULL);

    (void)fprintf(stderr, "hallmark: %s%s\n", text == NULL ? "no memory" : text,
                  f->truncated ? " ..." : "");
    arena_done(&a);
    return EXIT_REFUSED;
}
