#include "fetch/libcurl.h"

#include <dlfcn.h>
#include <string.h>

#define SONAME "libcurl.so.4"

/* POSIX lets dlsym's pointer be a function's; ISO C has no conversion for it. */
static bool find(void *library, const char *name, void *slot, struct fault *f)
{
    void *const at = dlsym(library, name);

    if (at == NULL)
        return fault_set(f, FAULT_UNSUPPORTED, SONAME " has no %s", name);
    memcpy(slot, &at, sizeof at);
    return true;
}

bool libcurl_load(struct libcurl *out, struct fault *f)
{
    void *const library = dlopen(SONAME, RTLD_NOW | RTLD_NODELETE);

    if (library == NULL)
        return fault_set(f, FAULT_UNSUPPORTED, "libcurl: %s", dlerror());
#define CALL(name) find(library, "curl_" #name, &out->name, f) &&
    return
#include "fetch/libcurl.def"
        true;
#undef CALL
}
