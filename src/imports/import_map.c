#include "imports/import_map.h"

#include "codec/yaml.h"

#include <string.h>

enum { ROW_COLUMNS = 16 };

static const char *const names[IMPORT_MAP_ROLES] = {
    [IMPORT_MAP_PRODUCT] = "product", [IMPORT_MAP_VENDOR] = "vendor",
    [IMPORT_MAP_STATUS] = "status",   [IMPORT_MAP_FROM] = "from",
    [IMPORT_MAP_UNTIL] = "until",     [IMPORT_MAP_DUE] = "due",
    [IMPORT_MAP_VERSION] = "version", [IMPORT_MAP_DIGEST] = "digest",
};

const char *import_map_role_name(enum import_map_role role)
{
    return names[role];
}

static bool read_column(const struct yaml_node *n, struct arena *a, struct import_map_column *out,
                        struct fault *f)
{
    if (n->kind != YAML_SCALAR || n->text[0] == '\0')
        return yaml_fault(n, f, "the name of a column is wanted here");
    out->name = n->text;
    out->place = arena_print(a, f, "%s:%d:%d", n->file, n->line, n->column);
    return out->place != NULL;
}

static bool read_rows(const struct yaml_node *root, struct arena *a, struct vec *out,
                      struct fault *f)
{
    const struct yaml_node *list = yaml_get(root, "row");

    *out = vec_of(a, sizeof(struct import_map_column), ROW_COLUMNS);
    if (list == NULL)
        return yaml_fault(root, f, "'row' is missing: the column, or columns, that name a row");
    for (const struct yaml_node *n = yaml_items(list); n != NULL; n = yaml_items_next(list, n)) {
        struct import_map_column *slot = vec_push(out, f);
        if (slot == NULL || !read_column(n, a, slot, f))
            return false;
    }
    return out->count > 0 || yaml_fault(list, f, "'row' names no column");
}

static bool read_order(const struct yaml_node *root, enum import_text_order *out, struct fault *f)
{
    const char *order = NULL;

    if (!yaml_text(root, "date-order", false, &order, f))
        return false;
    *out = IMPORT_TEXT_ISO;
    if (order == NULL || strcmp(order, "Y-M-D") == 0)
        return true;
    *out = IMPORT_TEXT_US;
    if (strcmp(order, "M/D/Y") == 0)
        return true;
    *out = IMPORT_TEXT_EU;
    return strcmp(order, "D/M/Y") == 0 ||
           yaml_fault(yaml_get(root, "date-order"), f, "date-order is Y-M-D, M/D/Y or D/M/Y");
}

static bool read_separator(const struct yaml_node *root, uint8_t *out, struct fault *f)
{
    const char *text = NULL;

    if (!yaml_text(root, "separator", false, &text, f))
        return false;
    *out = ',';
    if (text == NULL)
        return true;
    *out = strcmp(text, "tab") == 0 ? '\t' : (uint8_t)text[0];
    if (*out == '\t' || (strlen(text) == 1 && *out >= ' ' && *out < 0x7f && *out != '"'))
        return true;
    return yaml_fault(yaml_get(root, "separator"), f,
                      "the separator is one character, or the word tab");
}

bool import_map_read(struct bytes text, const char *name, struct arena *a, struct import_map *out,
                     struct fault *f)
{
    static const char *const allowed[] = { "row",        "product",   "vendor",  "status", "from",
                                           "until",      "due",       "version", "digest", "source",
                                           "date-order", "separator", NULL };
    const struct yaml_node *root = NULL;
    struct import_map map = { 0 };

    if (!yaml_read(text, name, a, &root, f))
        return false;
    if (root->kind != YAML_MAP)
        return yaml_fault(root, f, "'field: column' lines are wanted here");
    if (!yaml_allow_keys(root, allowed, f) || !read_rows(root, a, &map.rows, f))
        return false;
    for (size_t i = 0; i < IMPORT_MAP_ROLES; i++) {
        const struct yaml_node *n = yaml_get(root, names[i]);
        if (n != NULL && !read_column(n, a, &map.columns[i], f))
            return false;
    }
    if (map.columns[IMPORT_MAP_PRODUCT].name == NULL)
        return yaml_fault(root, f, "'product' is missing: the column of the product's name");
    if (!read_order(root, &map.order, f) || !read_separator(root, &map.separator, f) ||
        !yaml_text(root, "source", false, &map.source, f))
        return false;
    *out = map;
    return true;
}
