/* The roots of a user, and where chains end with and without them. */
#include "format/trust.h"

#include "format/pe_trial.h"
#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Trust in what the file says; NULL and a fault where it is refused. */
static struct trust *trust_in(struct bytes text, struct fault *f)
{
    char path[] = "/tmp/hallmark-trust-XXXXXX";
    const int fd = mkstemp(path);
    struct trust *trust = NULL;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.at, text.len), text.len);
    (void)close(fd);
    const bool ok = trust_open(path, &trust, f);
    assert_int_equal(ok, trust != NULL);
    (void)unlink(path);
    return trust;
}

static struct trust *trust_of(const struct pe_trial_signer *root)
{
    struct buf pem = pe_trial_pem(root);
    struct trust *trust = trust_in(buf_bytes(&pem), NULL);

    buf_done(&pem);
    assert_non_null(trust);
    return trust;
}

/* The fields "chain" and "chain_detail" of a message signed so, and its countersignature's. */
static char *chain_of(const struct pe_trial_signing *signing, const struct trust *trust)
{
    const struct digest digest = { .len = 32 };
    struct buf message = pe_trial_sign(&digest, signing);
    const struct reading in = { .all = buf_bytes(&message), .trust = trust };
    char *text = trial_records(&pkcs7_format, &in);

    buf_done(&message);
    return text;
}

static void expect_chain(const struct pe_trial_signing *signing, const struct trust *trust,
                         const char *wanted)
{
    char *text = chain_of(signing, trust);

    if (strstr(text, wanted) == NULL)
        fail_msg("no \"%s\" in:\n%s", wanted, text);
    free(text);
}

static void refuses_what_holds_no_certificate(void **state)
{
    (void)state;
    struct pe_trial_signer root = pe_trial_signer("CN=Root", PE_TRIAL_CA, 1, NULL);
    struct buf pem = pe_trial_pem(&root);
    struct fault f = { 0 };

    assert_null(trust_in(bytes_of_text("nothing\n"), &f));
    assert_int_equal(f.kind, FAULT_FORMAT);
    assert_non_null(strstr(f.text, "no certificate in PEM form"));
    pem.at[60] = '!';
    assert_null(trust_in(buf_bytes(&pem), &f));
    assert_non_null(strstr(f.text, "certificate 1 is broken"));
    struct trust *trust = NULL;
    assert_false(trust_open("/nowhere/roots.pem", &trust, &f));
    assert_int_equal(f.kind, FAULT_IO);
    assert_int_equal(trust_count(NULL), 0);
    buf_done(&pem);
    pe_trial_signer_done(&root);
}

static void a_chain_ends_where_it_ends(void **state)
{
    (void)state;
    struct pe_trial_signer root = pe_trial_signer("CN=Root", PE_TRIAL_CA, 1, NULL);
    struct pe_trial_signer other = pe_trial_signer("CN=Other root", PE_TRIAL_CA, 2, NULL);
    struct pe_trial_signer leaf = pe_trial_signer("CN=Leaf", PE_TRIAL_CODE, 3, &root);
    struct pe_trial_signer wrong = pe_trial_signer("CN=Clock", PE_TRIAL_TIME, 4, &root);
    struct pe_trial_signer own = pe_trial_signer("CN=Own", PE_TRIAL_CODE, 5, NULL);
    struct trust *trust = trust_of(&root);
    struct trust *elsewhere = trust_of(&other);
    struct trust *pinned = trust_of(&leaf);
    const struct pe_trial_signing signing = { .signer = &leaf, .kind = DIGEST_SHA256 };

    assert_int_equal(trust_count(trust), 1);
    expect_chain(&signing, NULL, "chain=no-root chain_detail=no root certificates were given\n");
    expect_chain(&signing, trust,
                 "chain=verified chain_detail=the chain ends in a given root; without a "
                 "countersignature its dates are not judged\n");
    expect_chain(&signing, pinned, "chain=verified ");
    expect_chain(&signing, elsewhere,
                 "chain=untrusted chain_detail=unable to get local issuer certificate\n");
    expect_chain(&(struct pe_trial_signing){ .signer = &wrong, .kind = DIGEST_SHA256 }, trust,
                 "chain=untrusted chain_detail=the certificate is not meant for this use\n");
    expect_chain(&(struct pe_trial_signing){ .signer = &own, .kind = DIGEST_SHA1 }, trust,
                 "chain=self-signed chain_detail=the certificate is its own issuer; the signature "
                 "rests on SHA-1, which is broken\n");
    trust_free(trust);
    trust_free(elsewhere);
    trust_free(pinned);
    pe_trial_signer_done(&root);
    pe_trial_signer_done(&other);
    pe_trial_signer_done(&leaf);
    pe_trial_signer_done(&wrong);
    pe_trial_signer_done(&own);
}

/* Both kinds of countersignature, at a time when the leaf was valid and at one when it was not. */
static void dates_are_judged_at_the_countersigned_time(void **state)
{
    (void)state;
    struct pe_trial_signer root = pe_trial_signer("CN=Root", PE_TRIAL_CA, 1, NULL);
    struct pe_trial_signer leaf = pe_trial_signer("CN=Leaf", PE_TRIAL_CODE, 3, &root);
    struct pe_trial_signer clock = pe_trial_signer("CN=Clock", PE_TRIAL_TIME, 4, &root);
    struct pe_trial_signer sundial = pe_trial_signer("CN=Sundial", PE_TRIAL_TIME, 5, NULL);
    struct trust *trust = trust_of(&root);

    for (int token = 0; token < 2; token++) {
        struct pe_trial_signing signing = { .signer = &leaf,
                                            .kind = DIGEST_SHA256,
                                            .counter = &clock,
                                            .counter_time = "200701000000Z",
                                            .token = token == 1 };
        expect_chain(&signing, trust,
                     token == 1 ? "countersigner=/CN=Clock countersigner_issuer=/CN=Root "
                                  "countersigner_kind=rfc3161 "
                                  "countersigner_time=2020-07-01T00:00:00Z countersigner_valid=1 "
                                  "countersigner_chain=verified chain=verified chain_detail=the "
                                  "chain ends in a given root, and was valid at the "
                                  "countersigned time\n"
                                : "countersigner_kind=pkcs9 "
                                  "countersigner_time=2020-07-01T00:00:00Z countersigner_valid=1 "
                                  "countersigner_chain=verified chain=verified ");
        signing.counter_time = "220701000000Z";
        expect_chain(&signing, trust,
                     "countersigner_valid=1 countersigner_chain=untrusted chain=untrusted "
                     "chain_detail=certificate has expired");
    }
    expect_chain(&(struct pe_trial_signing){ .signer = &leaf,
                                             .kind = DIGEST_SHA256,
                                             .counter = &sundial,
                                             .counter_time = "200701000000Z" },
                 trust,
                 "countersigner_chain=self-signed chain=verified chain_detail=the chain ends in a "
                 "given root, and was valid at the countersigned time, as said by a countersigner "
                 "whose own chain does not\n");
    trust_free(trust);
    pe_trial_signer_done(&root);
    pe_trial_signer_done(&leaf);
    pe_trial_signer_done(&clock);
    pe_trial_signer_done(&sundial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_holds_no_certificate),
        cmocka_unit_test(a_chain_ends_where_it_ends),
        cmocka_unit_test(dates_are_judged_at_the_countersigned_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
