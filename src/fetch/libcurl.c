#include "fetch/libcurl.h"

#include "core/library.h"

#include <assert.h>

static const char *const calls[] = {
#define CALL(name) "curl_" #name,
#include "fetch/libcurl.def"
#undef CALL
};

static_assert(sizeof(struct libcurl) == sizeof calls, "a slot for each call");

bool libcurl_bring(struct libcurl *out, struct fault *f)
{
    const struct library library = {
        .soname = "libcurl.so.4",
        .calls = calls,
        .count = sizeof calls / sizeof calls[0],
    };

    return library_bring(&library, out, f);
}
