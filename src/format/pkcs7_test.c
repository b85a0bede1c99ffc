#include "format/trial.h"

#include "format/pe_trial.h"

#include <openssl/crypto.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How many allocations libcrypto may still make; SIZE_MAX: as many as it likes. Its hooks take no
 * argument of ours, so this is the one variable at file scope. */
static size_t allowed = SIZE_MAX;

static bool may_allocate(void)
{
    if (allowed == 0)
        return false;
    if (allowed != SIZE_MAX)
        allowed--;
    return true;
}

static void *counted_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return may_allocate() ? malloc(size) : NULL;
}

static void *counted_realloc(void *at, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return may_allocate() ? realloc(at, size) : NULL;
}

static void counted_free(void *at, const char *file, int line)
{
    (void)file;
    (void)line;
    free(at);
}

static void expect(const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL)
        fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static struct buf message_by(const struct pe_trial_signer *maker,
                             const struct pe_trial_signer *clock, bool token)
{
    const struct digest digest = { .len = 32 };

    return pe_trial_sign(&digest, &(struct pe_trial_signing){ .signer = maker,
                                                              .kind = DIGEST_SHA256,
                                                              .program_name = u"Exemplar",
                                                              .counter = clock,
                                                              .counter_time = "200701000000Z",
                                                              .token = token });
}

static char *records_of(struct bytes all)
{
    const struct reading in = { .all = all };

    return trial_records(&pkcs7_format, &in);
}

static void states_the_signature_without_a_verdict_on_the_digest(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("O=A,CN=B", PE_TRIAL_CODE, 1, NULL);
    struct buf message = message_by(&maker, NULL, false);
    char *text = records_of(buf_bytes(&message));

    expect(text, "signature: index=0 place=message subject=/O=A/CN=B ");
    expect(text, "digest_unknown=the signed file is not here to compare with "
                 "program_name=Exemplar signature_valid=1 ");
    assert_null(strstr(text, "digest_matches"));
    free(text);

    buf_add_text(&message, "tail");
    text = records_of(buf_bytes(&message));
    expect(text, " bytes_behind=4\n");
    free(text);
    buf_done(&message);
    pe_trial_signer_done(&maker);
}

/* RFC 7468, with the line breaks of Windows. */
static struct buf pem_of(struct bytes der)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf out = buf_with_limit(1 << 20);

    buf_add_text(&out, "-----BEGIN PKCS7-----\r\n");
    for (size_t i = 0; i < der.len; i += 3) {
        uint32_t word = 0;
        for (size_t k = 0; k < 3; k++)
            word = word << 8 | (i + k < der.len ? der.at[i + k] : 0u);
        for (size_t k = 0; k < 4; k++)
            buf_add_byte(&out, i + k > der.len ? (uint8_t)'='
                                               : (uint8_t)alphabet[word >> (18 - 6 * k) & 63]);
        if (i % 48 == 45)
            buf_add_text(&out, "\r\n");
    }
    buf_add_text(&out, "\r\n-----END PKCS7-----\r\n");
    return out;
}

static void reads_pem_as_der(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("O=A,CN=B", PE_TRIAL_CODE, 1, NULL);
    struct buf message = message_by(&maker, NULL, false);
    struct buf pem = pem_of(buf_bytes(&message));
    char *text = records_of(buf_bytes(&pem));

    assert_true(pkcs7_format.bid(buf_bytes(&pem)) > 0);
    assert_true(pkcs7_format.bid(buf_bytes(&message)) > 0);
    assert_int_equal(pkcs7_format.bid(bytes_of_text("-----BEGIN PKCS7-----\nMIIB\n")), 0);
    expect(text, "signature: index=0 place=message subject=/O=A/CN=B ");
    expect(text, "signature_valid=1 ");
    assert_null(strstr(text, "lost:"));
    free(text);
    buf_done(&pem);
    buf_done(&message);
    pe_trial_signer_done(&maker);
}

static void survives_the_trial(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("O=A,CN=B", PE_TRIAL_CODE, 1, NULL);
    struct pe_trial_signer clock = pe_trial_signer("CN=Clock", PE_TRIAL_TIME, 2, NULL);

    for (int token = 0; token < 2; token++) {
        struct buf message = message_by(&maker, &clock, token == 1);
        trial_format(&(struct trial){ .format = &pkcs7_format,
                                      .name = token == 1 ? "token" : "countersigned",
                                      .good = buf_bytes(&message),
                                      .flips_step = 13 });
        buf_done(&message);
    }
    pe_trial_signer_done(&maker);
    pe_trial_signer_done(&clock);
}

/* Without memory no verdict may be stated: the records are those of a full reading, or there is a
 * fault of the kind "limit" in place of what is missing. */
static void no_verdict_comes_from_a_lack_of_memory(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("O=A,CN=B", PE_TRIAL_CODE, 1, NULL);
    struct pe_trial_signer clock = pe_trial_signer("CN=Clock", PE_TRIAL_TIME, 2, NULL);

    for (int token = 0; token < 2; token++) {
        struct buf message = message_by(&maker, &clock, token == 1);
        char *full = records_of(buf_bytes(&message));
        size_t needed = 0;
        for (bool enough = false; !enough; needed++) {
            allowed = needed;
            char *text = records_of(buf_bytes(&message));
            enough = allowed > 0;
            allowed = SIZE_MAX;
            if (strcmp(text, full) != 0 && strstr(text, "limit: ") == NULL)
                fail_msg("with %zu allocations:\n%s", needed, text);
            free(text);
        }
        assert_true(needed > 100);
        free(full);
        buf_done(&message);
    }
    pe_trial_signer_done(&maker);
    pe_trial_signer_done(&clock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_the_signature_without_a_verdict_on_the_digest),
        cmocka_unit_test(reads_pem_as_der),
        cmocka_unit_test(survives_the_trial),
        cmocka_unit_test(no_verdict_comes_from_a_lack_of_memory),
    };
    if (CRYPTO_set_mem_functions(counted_malloc, counted_realloc, counted_free) != 1)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
