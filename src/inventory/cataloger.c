#include "inventory/cataloger.h"

const struct cataloger *const cataloger_all[] = {
#define CATALOGER(name) &name##_cataloger,
#include "inventory/catalogers.def"
#undef CATALOGER
    NULL,
};
