#include "core/library.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

bool library_bring(const struct library *l, void *table, struct fault *f)
{
    void *const library = dlopen(l->soname, RTLD_NOW | RTLD_NODELETE);
    uint8_t *slot = table;

    if (library == NULL)
        return fault_set(f, FAULT_UNSUPPORTED, "a library is missing: %s", dlerror());
    for (size_t i = 0; i < l->count; i++) {
        void *const at = dlsym(library, l->calls[i]);
        if (at == NULL)
            return fault_set(f, FAULT_UNSUPPORTED, "%s has no %s", l->soname, l->calls[i]);
        /* POSIX lets dlsym's pointer be a function's; ISO C has no conversion for it */
        memcpy(slot, &at, sizeof at);
        slot += sizeof at;
    }
    return true;
}
