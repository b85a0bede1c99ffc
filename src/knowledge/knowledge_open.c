#include "knowledge/index.h"
#include "knowledge/loader.h"

enum {
    FILES_MAX = 4096,
    VENDORS_MAX = 1 << 16,
    MARKS_MAX = 1 << 18,
};

static struct knowledge *new_knowledge(struct arena *a, struct fault *f)
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

static bool load_file(struct loader *l, const struct yaml_node *root, struct fault *f)
{
    struct loading in = { .loader = l, .sources = yaml_get(root, "sources") };

    return load_vendors(&in, root, f) && load_makers(&in, root, f);
}

bool knowledge_read(const struct vec *files, struct arena *a, struct knowledge **out,
                    struct fault *f)
{
    struct knowledge *k = new_knowledge(a, f);

    if (k == NULL)
        return false;
    struct loader l = loader_for(k);
    for (size_t i = 0; i < files->count; i++) {
        const struct yaml_file *file = vec_at(files, i);
        const struct yaml_node *root = NULL;
        if (!yaml_read(file->text, file->path, a, &root, f) || !load_file(&l, root, f))
            return false;
    }
    if (!index_build(k, &l.mark_vendors, f))
        return false;
    *out = k;
    return true;
}

bool knowledge_open(const char *dir, struct arena *a, struct knowledge **out, struct fault *f)
{
    struct vec files = vec_of(a, sizeof(struct yaml_file), FILES_MAX);
    const char *folder = arena_print(a, f, "%s/vendors", dir);

    return folder != NULL && yaml_folder(folder, a, &files, f) && knowledge_read(&files, a, out, f);
}
