#include "knowledge/knowledge.h"

#include "core/limits.h"
#include "core/own.h"
#include "core/text.h"
#include "knowledge/affiliation.h"
#include "knowledge/index.h"
#include "knowledge/loader.h"
#include "knowledge/recognise.h"

#include <string.h>

enum {
    FILES_MAX = 4096,
    VENDORS_MAX = 1 << 16,
    MARKS_MAX = 1 << 18,
    NAME_KEY_MAX = 4 * LIMIT_NAME, /* what a name's key may take while it is looked up */
};

static struct knowledge *knowledge_new(struct arena *a, struct fault *f)
{
    struct knowledge *k = arena_alloc(a, sizeof *k, f);

    if (k == NULL)
        return NULL;
    *k = (struct knowledge){
        .arena = a,
        .vendors = vec_of(a, sizeof(struct vendor), VENDORS_MAX),
        .marks = vec_of(a, sizeof(struct mark), MARKS_MAX),
        .by_id = map_in(a),
        .by_name = map_in(a),
        .by_domain = map_in(a),
        .by_attester = map_in(a),
        .hosts = map_in(a),
        .by_signer = map_in(a),
        .by_package = map_in(a),
        .package_ends = vec_of(a, sizeof(const struct mark *), MARKS_MAX),
        .warnings = vec_of(a, sizeof(const char *), MARKS_MAX),
    };
    return k;
}

static struct loader loader_for(struct knowledge *k)
{
    return (struct loader){
        .knowledge = k,
        .mark_vendors = vec_of(k->arena, sizeof(const char *), MARKS_MAX),
        .seen = map_in(k->arena),
    };
}

bool knowledge_open(const char *dir, struct arena *a, struct knowledge **out, struct fault *f)
{
    struct vec paths = vec_of(a, sizeof(const char *), FILES_MAX);
    struct knowledge *k = knowledge_new(a, f);

    const char *folder = k == NULL ? NULL : arena_print(a, f, "%s/vendors", dir);
    if (folder == NULL || !yaml_folder(folder, a, &paths, f))
        return false;
    struct loader l = loader_for(k);
    for (size_t i = 0; i < paths.count; i++) {
        const char *const *path = vec_at(&paths, i);
        const struct yaml_node *root = NULL;
        if (!yaml_read_file(*path, a, &root, f) || !loader_read(&l, root, f))
            return false;
    }
    if (!index_build(k, &l.mark_vendors, f))
        return false;
    *out = k;
    return true;
}

bool knowledge_read(struct bytes text, const char *name, struct arena *a, struct knowledge **out,
                    struct fault *f)
{
    const struct yaml_node *root = NULL;
    struct knowledge *k = knowledge_new(a, f);

    if (k == NULL || !yaml_read(text, name, a, &root, f))
        return false;
    struct loader l = loader_for(k);
    if (!loader_read(&l, root, f) || !index_build(k, &l.mark_vendors, f))
        return false;
    *out = k;
    return true;
}

const struct vendor *knowledge_vendor(const struct knowledge *k, struct bytes id)
{
    return map_find(&k->by_id, id);
}

const struct vendor *knowledge_named(const struct knowledge *k, struct bytes name)
{
    struct arena scratch = arena_with_budget(NAME_KEY_MAX);
    const char *key = text_name_key(&scratch, name, NULL);
    const struct vendor *v = key == NULL ? NULL : map_find(&k->by_name, bytes_of_text(key));

    arena_done(&scratch);
    return v;
}

bool knowledge_affiliated(const struct knowledge *k, const char *vendor, const char *of,
                          int32_t date)
{
    return affiliation_holds(k, vendor, of, date);
}

const struct vendor_product *knowledge_product_named(const struct vendor *v, struct bytes name)
{
    return recognise_product(v, name);
}

bool knowledge_apply_mark(const struct knowledge *k, const struct mark *m, const char *place,
                          struct product *p, struct arena *a, struct fault *f)
{
    (void)k;
    return recognise_mark(m, place, p, a, f);
}

bool knowledge_recognise(const struct knowledge *k, const struct system *system, struct product *p,
                         struct arena *a, struct fault *f)
{
    return recognise_makers(k, system, p, a, f);
}
