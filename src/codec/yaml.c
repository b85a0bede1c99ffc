#include "codec/yaml.h"

#include "core/buf.h"
#include "core/date.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/own.h"
#include "core/text.h"

#include <libfyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

/* One collection that is open while the events go by. */
struct open_node {
    struct yaml_node *node;
    struct yaml_node *last;
    const char *key; /* MAP: the key that waits for its value */
    int key_line;
    int key_column;
};

struct builder {
    struct arena *arena;
    const char *file;
    struct yaml_node *root;
    struct open_node open[DEPTH_MAX];
    size_t depth;
};

static void done_parser(struct fy_parser **p)
{
    if (*p != NULL)
        fy_parser_destroy(*p);
}

static void done_diag(struct fy_diag **d)
{
    if (*d != NULL)
        fy_diag_destroy(*d);
}

static bool refuse(const struct builder *b, const struct fy_mark *mark, struct fault *f,
                   enum fault_kind kind, const char *what)
{
    return fault_set(f, kind, "%s:%d:%d: %s", b->file, mark == NULL ? 1 : mark->line + 1,
                     mark == NULL ? 1 : mark->column + 1, what);
}

/* Hang `node` under the innermost open collection; a scalar in key position becomes the key. */
static bool attach(struct builder *b, struct yaml_node *node, struct fault *f)
{
    if (b->depth == 0) {
        b->root = node;
        return true;
    }
    struct open_node *in = &b->open[b->depth - 1];
    if (in->node->kind == YAML_MAP && in->key == NULL) {
        if (node->kind != YAML_SCALAR)
            return yaml_fault(node, f, "a key must be plain text");
        if (yaml_get(in->node, node->text) != NULL)
            return yaml_fault(node, f, "the key '%s' stands twice", node->text);
        in->key = node->text;
        in->key_line = node->line;
        in->key_column = node->column;
        return true;
    }
    node->key = in->key;
    node->key_line = in->key_line;
    node->key_column = in->key_column;
    in->key = NULL;
    if (in->last == NULL)
        in->node->first = node;
    else
        in->last->next = node;
    in->last = node;
    in->node->count++;
    return true;
}

static struct yaml_node *node_new(struct builder *b, enum yaml_kind kind,
                                  const struct fy_mark *mark, struct fault *f)
{
    struct yaml_node *node = arena_alloc(b->arena, sizeof *node, f);

    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->file = b->file;
    node->line = mark == NULL ? 1 : mark->line + 1;
    node->column = mark == NULL ? 1 : mark->column + 1;
    return node;
}

static bool add_scalar(struct builder *b, const struct fy_event *event, const struct fy_mark *mark,
                       struct fault *f)
{
    size_t len = 0;
    const char *at = fy_token_get_text(event->scalar.value, &len);
    struct yaml_node *node = node_new(b, YAML_SCALAR, mark, f);

    if (node == NULL)
        return false;
    const struct bytes text = { .at = (const uint8_t *)at, .len = at == NULL ? 0 : len };
    node->quoted = fy_token_scalar_style(event->scalar.value) != FYSS_PLAIN;
    char *copy = arena_copy(b->arena, bytes_trim(text), f);
    if (copy == NULL)
        return false;
    /* a block scalar's line ends are the writer's own: they become blanks */
    for (char *c = strpbrk(copy, "\n\t"); c != NULL; c = strpbrk(c, "\n\t"))
        *c = ' ';
    if (strlen(copy) != bytes_trim(text).len || !text_is_clean(bytes_of_text(copy)))
        return yaml_fault(node, f, "control characters in a text");
    node->text = copy;
    return attach(b, node, f);
}

static bool open_collection(struct builder *b, enum yaml_kind kind, const struct fy_mark *mark,
                            struct fault *f)
{
    struct yaml_node *node = node_new(b, kind, mark, f);

    if (node == NULL || !attach(b, node, f))
        return false;
    if (b->depth == DEPTH_MAX)
        return refuse(b, mark, f, FAULT_LIMIT, "nested too deep");
    b->open[b->depth++] = (struct open_node){ .node = node };
    return true;
}

static bool has_tag_or_anchor(const struct fy_event *event)
{
    if (event->type == FYET_SCALAR)
        return event->scalar.anchor != NULL || event->scalar.tag != NULL;
    if (event->type == FYET_SEQUENCE_START)
        return event->sequence_start.anchor != NULL || event->sequence_start.tag != NULL;
    if (event->type == FYET_MAPPING_START)
        return event->mapping_start.anchor != NULL || event->mapping_start.tag != NULL;
    return event->type == FYET_ALIAS;
}

static bool take_event(struct builder *b, struct fy_event *event, struct fault *f)
{
    const struct fy_mark *mark = fy_event_start_mark(event);

    if (has_tag_or_anchor(event))
        return refuse(b, mark, f, FAULT_UNSUPPORTED, "anchors, aliases and tags are not taken");
    if (event->type == FYET_SCALAR)
        return add_scalar(b, event, mark, f);
    if (event->type == FYET_SEQUENCE_START)
        return open_collection(b, YAML_LIST, mark, f);
    if (event->type == FYET_MAPPING_START)
        return open_collection(b, YAML_MAP, mark, f);
    if (event->type == FYET_SEQUENCE_END || event->type == FYET_MAPPING_END)
        b->depth--;
    if (event->type == FYET_DOCUMENT_START && b->root != NULL)
        return refuse(b, mark, f, FAULT_UNSUPPORTED, "a second document in one file");
    return true;
}

static bool syntax_fault(struct fy_diag *diag, const char *name, struct fault *f)
{
    void *at = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &at);

    if (error == NULL)
        return fault_set(f, FAULT_FORMAT, "%s:1:1: this is no YAML", name);
    return fault_set(f, FAULT_FORMAT, "%s:%d:%d: %s", name, error->line, error->column, error->msg);
}

static bool take_all(struct builder *b, struct fy_parser *parser, struct fault *f)
{
    bool ok = true;

    while (ok) {
        struct fy_event *event = fy_parser_parse(parser);
        if (event == NULL)
            return true;
        ok = take_event(b, event, f);
        fy_parser_event_free(parser, event);
    }
    return false;
}

/* One line of the file, whose number it is for the fault. Tabs and a CR at the end pass: libfyaml
 * says where they may stand. */
static bool check_line(struct bytes line, const char *name, int number, struct fault *f)
{
    int column = 1;

    if (line.len > 0 && line.at[0] == '%')
        return fault_set(f, FAULT_UNSUPPORTED, "%s:%d:1: directives ('%%' lines) are not taken",
                         name, number);
    for (size_t i = 0; i < line.len; column++) {
        const uint8_t byte = line.at[i];
        if (byte >= 0x20 && byte < 0x7f) {
            i++;
            continue;
        }
        struct bytes rest = bytes_part(line, i, line.len);
        const int32_t c = text_next(&rest);
        if (c < 0)
            return fault_set(f, FAULT_FORMAT, "%s:%d:%d: this is no UTF-8", name, number, column);
        if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f)
            return fault_set(f, FAULT_FORMAT, "%s:%d:%d: a control character", name, number,
                             column);
        i = line.len - rest.len;
    }
    return true;
}

/* What libfyaml must not see: 0.7.12 loops for ever on bytes that are no UTF-8 in a directive. */
static bool check_text(struct bytes text, const char *name, struct fault *f)
{
    struct bytes line;
    int number = 1;

    while (bytes_next(&text, '\n', &line)) {
        if (!check_line(line, name, number++, f))
            return false;
    }
    return true;
}

bool yaml_read(struct bytes text, const char *name, struct arena *a, const struct yaml_node **root,
               struct fault *f)
{
    struct builder b = { .arena = a };
    struct fy_diag_cfg diag_cfg;

    b.file = arena_copy_text(a, name, f);
    if (b.file == NULL || !check_text(text, name, f))
        return false;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    OWNED(done_diag) struct fy_diag *diag = fy_diag_create(&diag_cfg);
    if (diag == NULL)
        return fault_set(f, FAULT_LIMIT, "memory: no room to read %s", name);
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_DEFAULT_PARSE, .diag = diag };
    OWNED(done_parser) struct fy_parser *parser = fy_parser_create(&cfg);
    if (parser == NULL || fy_parser_set_string(parser, (const char *)text.at, text.len) != 0)
        return fault_set(f, FAULT_LIMIT, "memory: no room to read %s", name);
    if (!take_all(&b, parser, f))
        return false;
    if (fy_parser_get_stream_error(parser))
        return syntax_fault(diag, name, f);
    if (b.root == NULL)
        return fault_set(f, FAULT_FORMAT, "%s:1:1: nothing in this file", name);
    *root = b.root;
    return true;
}

bool yaml_file_open(const char *path, struct arena *a, struct yaml_file *out, struct fault *f)
{
    struct bytes text;

    if (!file_load(path, LIMIT_SMALL_FILE, a, &text, f))
        return false;
    *out = (struct yaml_file){ .path = path, .text = text };
    return true;
}

bool yaml_read_file(const char *path, struct arena *a, const struct yaml_node **root,
                    struct fault *f)
{
    struct buf text = buf_with_limit(LIMIT_SMALL_FILE);
    const bool ok = file_read(path, &text, f) && yaml_read(buf_bytes(&text), path, a, root, f);

    buf_done(&text);
    return ok;
}

const struct yaml_node *yaml_get(const struct yaml_node *n, const char *key)
{
    if (n == NULL || n->kind != YAML_MAP)
        return NULL;
    for (const struct yaml_node *child = n->first; child != NULL; child = child->next) {
        if (strcmp(child->key, key) == 0)
            return child;
    }
    return NULL;
}

bool yaml_fault(const struct yaml_node *n, struct fault *f, const char *fmt, ...)
{
    char text[FAULT_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return fault_set(f, FAULT_FORMAT, "%s:%d:%d: %s", n->file, n->line, n->column, text);
}

bool yaml_allow_keys(const struct yaml_node *n, const char *const *allowed, struct fault *f)
{
    if (n->kind != YAML_MAP)
        return yaml_fault(n, f, "'key: value' lines were expected here");
    for (const struct yaml_node *child = n->first; child != NULL; child = child->next) {
        size_t i = 0;
        while (allowed[i] != NULL && strcmp(allowed[i], child->key) != 0)
            i++;
        if (allowed[i] == NULL)
            return fault_set(f, FAULT_FORMAT, "%s:%d:%d: the key '%s' is not known here", n->file,
                             child->key_line, child->key_column, child->key);
    }
    return true;
}

bool yaml_text(const struct yaml_node *n, const char *key, bool required, const char **text,
               struct fault *f)
{
    const struct yaml_node *child = yaml_get(n, key);

    if (child == NULL && required)
        return yaml_fault(n, f, "'%s' is missing", key);
    if (child != NULL && child->kind != YAML_SCALAR)
        return yaml_fault(child, f, "'%s' must be one text", key);
    if (child != NULL && required && child->text[0] == '\0')
        return yaml_fault(child, f, "'%s' is empty", key);
    *text = child == NULL ? NULL : child->text;
    return true;
}

bool yaml_date(const struct yaml_node *n, const char *key, bool required, int32_t *date,
               struct fault *f)
{
    const char *text = NULL;

    if (!yaml_text(n, key, required, &text, f))
        return false;
    if (text == NULL) {
        *date = DATE_NONE;
        return true;
    }
    if (!date_read(bytes_of_text(text), date))
        return yaml_fault(yaml_get(n, key), f, "'%s' is no date: YYYY-MM-DD", text);
    return true;
}

bool yaml_bool(const struct yaml_node *n, const char *key, bool otherwise, bool *value,
               struct fault *f)
{
    const char *text = NULL;

    if (!yaml_text(n, key, /* required */ false, &text, f))
        return false;
    if (text != NULL && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return yaml_fault(yaml_get(n, key), f, "'%s' must be true or false", key);
    *value = text == NULL ? otherwise : strcmp(text, "true") == 0;
    return true;
}

const struct yaml_node *yaml_items(const struct yaml_node *n)
{
    return n == NULL || n->kind == YAML_SCALAR ? n : n->first;
}

const struct yaml_node *yaml_items_next(const struct yaml_node *list, const struct yaml_node *item)
{
    return list->kind == YAML_SCALAR ? NULL : item->next;
}
