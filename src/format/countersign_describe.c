#include "format/countersign.h"

#include "format/signer.h"

bool countersign_describe(const struct countersign_question *q, X509 *leaf, STACK_OF(X509) * others,
                          struct countersign *out, struct fault *f)
{
    struct certpath_answer path = { 0 };

    out->subject = signer_name_line(X509_get_subject_name(leaf), q->arena, f);
    out->issuer = signer_name_line(X509_get_issuer_name(leaf), q->arena, f);
    if (out->subject == NULL || out->issuer == NULL)
        return false;
    const struct certpath_question question = {
        .trust = q->trust,
        .leaf = leaf,
        .others = others,
        .usage = CERTPATH_TIME_STAMPING,
        .has_time = out->has_time,
        .time = out->seconds,
    };
    if (!certpath_check(&question, &path, f))
        return false;
    out->chain = path.chain;
    return true;
}
