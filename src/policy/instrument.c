#include "policy/instrument.h"

#include <string.h>

static const char *const kinds[] = {
    [INSTRUMENT_SCHEME] = "scheme",
    [INSTRUMENT_LIST] = "list",
    [INSTRUMENT_DIRECTIVE] = "directive",
    [INSTRUMENT_LAW] = "law",
    [INSTRUMENT_ORDER] = "order",
    [INSTRUMENT_REGULATION] = "regulation",
    [INSTRUMENT_CLAUSE] = "clause",
    [INSTRUMENT_DECISION] = "decision",
    [INSTRUMENT_ADVICE] = "advice",
    [INSTRUMENT_WARNING] = "warning",
    [INSTRUMENT_RESOLUTION] = "resolution",
    [INSTRUMENT_NOTICE] = "notice",
    [INSTRUMENT_OWN] = "own",
    [INSTRUMENT_EXCEPTION] = "exception",
    NULL,
};
static const char *const stages[] = { "proposed", "in-force", "notice", "ended", NULL };
static const char *const keys[] = {
    "id",       "title",     "authority", "kind",     "binding",  "issued",   "stages",
    "subjects", "residue",   "binds",     "past-use", "embedded", "excludes", "where",
    "steps",    "not-bound", "clauses",   "sources",  "text",     "notes",    "excepts",
    "signer",   "lists",     "schemes",   NULL,
};
enum { ID_MAX = 128 };

static const char *const stage_keys[] = { "stage", "from", "text", NULL };

const char *instrument_kind_name(enum instrument_kind k)
{
    return kinds[k];
}

const char *instrument_stage_name(enum stage s)
{
    return s == STAGE_NONE ? "not issued" : stages[s - 1];
}

static void read_stage(struct reading *r, const struct yaml_node *n, struct instrument *out)
{
    if (!reading_keys(r, n, stage_keys))
        return;
    const struct stage_rule s = {
        .stage = (enum stage)(reading_choice(r, n, "stage", /* must */ true, stages) + 1),
        .from = reading_date(r, n, "from"),
        .text = reading_text(r, n, "text", /* must */ false),
    };
    if (out->stages.count > 0) {
        const struct stage_rule *before = vec_at(&out->stages, out->stages.count - 1);
        if (yaml_get(n, "from") == NULL)
            reading_wrong(r, n, "'from' is missing: only the first stage may be without");
        else if (before->from != DATE_NONE && s.from <= before->from)
            reading_wrong(r, yaml_get(n, "from"), "stages stand in the order of their dates");
    }
    struct stage_rule *slot = reading_push(r, &out->stages);
    if (slot != NULL)
        *slot = s;
}

static void read_stages(struct reading *r, const struct yaml_node *n, struct instrument *out)
{
    const struct yaml_node *list = yaml_get(n, "stages");

    out->stages = reading_vec(r, sizeof(struct stage_rule));
    if (list == NULL || list->kind != YAML_LIST || list->count == 0) {
        reading_wrong(r, list == NULL ? n : list, "'stages' must be a list of {stage, from}");
        return;
    }
    for (const struct yaml_node *i = list->first; i != NULL; i = i->next)
        read_stage(r, i, out);
}

static bool ever_in_force(const struct instrument *i)
{
    for (size_t k = 0; k < i->stages.count; k++) {
        const struct stage_rule *s = vec_at(&i->stages, k);
        if (s->stage == STAGE_IN_FORCE)
            return true;
    }
    return false;
}

static void read_clauses(struct reading *r, const struct yaml_node *n, struct instrument *out)
{
    const struct yaml_node *list = yaml_get(n, "clauses");

    out->clauses = reading_vec(r, sizeof(struct clause));
    if (list == NULL && ever_in_force(out))
        reading_wrong(r, n, "'clauses' is missing");
    if (list == NULL)
        return;
    if (list->kind != YAML_LIST || list->count == 0) {
        reading_wrong(r, list, "'clauses' takes a list");
        return;
    }
    for (const struct yaml_node *i = list->first; i != NULL; i = i->next) {
        const struct clause c = clause_read(r, i, &out->scope, &out->bounds, out->issued);
        struct clause *slot = reading_push(r, &out->clauses);
        if (slot != NULL)
            *slot = c;
    }
}

static void check_exception(struct reading *r, const struct yaml_node *n,
                            const struct instrument *out)
{
    const bool is = out->kind == INSTRUMENT_EXCEPTION;

    if (!is && (out->excepts.count > 0 || out->signer != NULL))
        reading_wrong(r, n, "'excepts' and 'signer' go with 'kind: exception'");
    if (is && out->excepts.count == 0)
        reading_wrong(r, n, "'excepts' is missing: the instrument that it sets aside");
    if (is && out->signer == NULL)
        reading_wrong(r, n, "'signer' is missing: an exception names who signed it");
    for (size_t i = 0; is && i < out->clauses.count; i++) {
        const struct clause *c = vec_at(&out->clauses, i);
        if (c->until == DATE_NONE)
            reading_wrong(r, c->node, "'until' is missing: an exception names its end");
    }
}

static void check_id(struct reading *r, const struct yaml_node *n, const char *id)
{
    const size_t len = id == NULL ? 0 : strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789.-");

    if (id != NULL && id[len] != '\0')
        reading_wrong(r, yaml_get(n, "id"),
                      "'%s' is no id: lower case letters, digits, '-' and '.'", id);
}

/* An id as a register has them (docs/register-entries.md). */
static bool is_registered(const char *id)
{
    const size_t len = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789._/-");

    return len > 0 && len <= ID_MAX && id[len] == '\0' && strspn(id, "._/-") == 0;
}

/* What a register answers stands for the whole instrument, so its limits must stand there too. */
static struct vec read_registered(struct reading *r, const struct yaml_node *n, const char *key,
                                  const struct instrument *out)
{
    const struct yaml_node *node = yaml_get(n, key);
    const struct vec ids = reading_texts(r, n, key, /* must */ false);

    if (node != NULL && out->kind != INSTRUMENT_SCHEME && out->kind != INSTRUMENT_LIST)
        reading_wrong_key(r, node, "'%s' goes with 'kind: scheme' and 'kind: list'", key);
    if (node != NULL && (out->scope.subjects.count == 0 || !out->scope.binds.given))
        reading_wrong_key(r, node, "'%s' needs 'subjects' and 'binds' at the instrument", key);
    for (size_t i = 0; i < ids.count; i++) {
        const char *const *id = vec_at(&ids, i);
        if (!is_registered(*id))
            reading_wrong(r, node,
                          "'%s' is no id of a register: lower case letters, digits, '.', '_', "
                          "'/', '-'",
                          *id);
        for (size_t k = 0; k < i; k++) {
            const char *const *before = vec_at(&ids, k);
            if (strcmp(*before, *id) == 0)
                reading_wrong(r, node, "'%s' stands here twice", *id);
        }
    }
    return ids;
}

void instrument_read(struct reading *r, const struct yaml_node *root, struct instrument *out)
{
    *out = (struct instrument){ .node = root, .issued = DATE_NONE };
    if (!reading_keys(r, root, keys))
        return;
    out->id = reading_text(r, root, "id", /* must */ true);
    check_id(r, root, out->id);
    out->title = reading_text(r, root, "title", /* must */ true);
    out->authority = reading_text(r, root, "authority", /* must */ true);
    out->text = reading_text(r, root, "text", /* must */ false);
    out->signer = reading_text(r, root, "signer", /* must */ false);
    out->issued = reading_date(r, root, "issued");
    const int kind = reading_choice(r, root, "kind", /* must */ true, kinds);
    out->kind = kind < 0 ? INSTRUMENT_OWN : (enum instrument_kind)kind;
    read_stages(r, root, out);
    out->scope = clause_read_scope(r, root, /* outer */ NULL);
    out->bounds = clause_read_bounds(r, root, out->issued);
    out->sources = reading_texts(r, root, "sources", /* must */ true);
    out->notes = reading_texts(r, root, "notes", /* must */ false);
    out->excepts = reading_texts(r, root, "excepts", /* must */ false);
    out->lists = read_registered(r, root, "lists", out);
    out->schemes = read_registered(r, root, "schemes", out);
    read_clauses(r, root, out);
    check_exception(r, root, out);
}

enum stage instrument_stage(const struct instrument *i, int32_t date, int32_t *from, int32_t *until)
{
    enum stage stage = STAGE_NONE;

    *from = DATE_NONE;
    *until = DATE_NONE;
    for (size_t k = 0; k < i->stages.count; k++) {
        const struct stage_rule *s = vec_at(&i->stages, k);
        if (s->from != DATE_NONE && s->from > date) {
            *until = s->from - 1;
            break;
        }
        stage = s->stage;
        *from = s->from;
    }
    return stage;
}
