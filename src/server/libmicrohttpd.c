#include "server/libmicrohttpd.h"

#include "core/library.h"

#include <assert.h>

static const char *const calls[] = {
#define CALL(name) "MHD_" #name,
#include "server/libmicrohttpd.def"
#undef CALL
};

static_assert(sizeof(struct libmicrohttpd) == sizeof calls, "a slot for each call");

bool libmicrohttpd_bring(struct libmicrohttpd *out, struct fault *f)
{
    const struct library library = {
        .soname = "libmicrohttpd.so.12",
        .calls = calls,
        .count = sizeof calls / sizeof calls[0],
    };

    return library_bring(&library, out, f);
}
