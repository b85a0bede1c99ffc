#include "policy/policy_pack.h"

const struct instrument *policy_pack_find(const struct policy *p, struct bytes id)
{
    for (size_t i = 0; i < p->instruments.count; i++) {
        const struct instrument *one = vec_at(&p->instruments, i);
        if (bytes_equal_text(id, one->id))
            return one;
    }
    return NULL;
}

const struct words *policy_pack_words(const struct policy *p)
{
    return p->words;
}
