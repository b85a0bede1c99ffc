#include "record/record_trial.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static FILE *open_in(const char *folder, const char *name, const char *mode)
{
    char path[4096];
    const int n = snprintf(path, sizeof path, "%s/%s", folder, name);

    assert(n > 0 && (size_t)n < sizeof path);
    return fopen(path, mode);
}

static void render(const char *folder, const char *name, struct bytes text)
{
    FILE *out = open_in(folder, name, "wb");

    assert(out != NULL);
    const size_t written = fwrite(text.at, 1, text.len, out);
    assert(written == text.len);
    const int closed = fclose(out);
    assert(closed == 0);
}

static bool is_same(FILE *in, struct bytes text)
{
    uint8_t piece[4096];
    size_t at = 0;

    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0; at += n)
        if (n > text.len - at || memcmp(piece, text.at + at, n) != 0)
            return false;
    return at == text.len;
}

void record_trial_document(const char *name, struct bytes text)
{
    const char *folder = getenv("HALLMARK_RENDER");
    const char *source = getenv("HALLMARK_SOURCE");
    char docs[4096];

    if (folder != NULL) {
        render(folder, name, text);
        return;
    }
    if (source == NULL)
        return;
    (void)snprintf(docs, sizeof docs, "%s/docs", source);
    FILE *in = open_in(docs, name, "rb");
    const bool same = in != NULL && is_same(in, text);
    if (in != NULL)
        (void)fclose(in);
    if (!same)
        (void)fprintf(stderr, "docs/%s is not what the table says (src/record/README.md)\n", name);
    assert(same);
}

void record_trial_seed(const char *target, const char *name, struct bytes seed)
{
    const char *folder = getenv("HALLMARK_SEEDS");
    char path[4096];

    if (folder == NULL)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", folder, target);
    (void)mkdir(path, 0777);
    render(path, name, seed);
}
