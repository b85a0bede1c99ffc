#include "codec/libxml2.h"

#include "core/library.h"

#include <assert.h>

/* with 2.14 its functions took other forms */
#if LIBXML_VERSION >= 21400
#define SONAME "libxml2.so.16"
#else
#define SONAME "libxml2.so.2"
#endif

static const char *const calls[] = {
#define CALL(name) #name,
#include "codec/libxml2.def"
#undef CALL
};

static_assert(sizeof(struct libxml2) == sizeof calls, "a slot for each call");

bool libxml2_bring(struct libxml2 *out, struct fault *f)
{
    const struct library library = {
        .soname = SONAME,
        .calls = calls,
        .count = sizeof calls / sizeof calls[0],
    };

    return library_bring(&library, out, f);
}
