#include "format/trial.h"

#include "format/pe_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct pe_trial_string english[] = {
    { u"CompanyName", u"Example Ltd" },
    { u"ProductName", u"Exemplar" },
    { u"ProductVersion", u"1.2.3" },
    { u"Odd", u"x=y" },
    { 0 },
};
static const struct pe_trial_string russian[] = {
    { u"CompanyName", u"\u041f\u0440\u0438\u043c\u0435\u0440" },
    { 0 },
};
static const struct pe_trial_block blocks[] = {
    { u"040904b0", english },
    { u"041904e3", russian },
    { 0 },
};
static const struct pe_trial_program program = { .plus = true, .blocks = blocks };

static char *records_of(const struct buf *file, const struct trust *trust)
{
    const struct reading in = { .all = buf_bytes(file), .trust = trust };

    return trial_records(&pe_format, &in);
}

static void expect(const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL)
        fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static void expect_not(const char *text, const char *unwanted)
{
    if (strstr(text, unwanted) != NULL)
        fail_msg("\"%s\" in:\n%s", unwanted, text);
}

/* A file with one message around it for each signing. */
static struct buf signed_program(const struct pe_trial_signing *signings, size_t count)
{
    struct buf file = pe_trial_program(&program);
    struct buf messages[4];

    for (size_t i = 0; i < count; i++) {
        const struct digest digest = pe_trial_digest(&file, signings[i].kind);
        messages[i] = pe_trial_sign(&digest, &signings[i]);
    }
    pe_trial_attach(&file, messages, count);
    for (size_t i = 0; i < count; i++)
        buf_done(&messages[i]);
    return file;
}

static void reads_every_language_of_the_version(void **state)
{
    (void)state;
    struct buf file = pe_trial_program(&program);
    char *text = records_of(&file, NULL);

    expect(text,
           "pe: machine=amd64 kind=exe bits=64 timestamp=1577836800 is_dotnet=0 sections=2\n");
    expect(text, "section: name=.text raw_size=16 sha256=");
    expect(text, "version: block=040904b0 language=1033 codepage=1200 resource_language=1033 "
                 "fixed_file_version=1.2.3.4 fixed_product_version=5.6.7.8 CompanyName=Example Ltd "
                 "ProductName=Exemplar ProductVersion=1.2.3 string=Odd=x=y\n");
    expect(text, "version: block=041904e3 language=1049 codepage=1251 ");
    expect(text, "CompanyName=\\xd0\\x9f\\xd1\\x80");
    expect_not(text, "signature:");
    expect_not(text, "lost:");
    free(text);
    buf_done(&file);
}

static void tells_kinds_apart(void **state)
{
    (void)state;
    const struct {
        struct pe_trial_program wish;
        const char *line;
    } cases[] = {
        { { .plus = false }, "machine=i386 kind=exe bits=32" },
        { { .dll = true }, "kind=dll" },
        { { .plus = true, .subsystem = 1 }, "kind=driver" },
        { { .plus = true, .subsystem = 10 }, "kind=efi" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf file = pe_trial_program(&cases[i].wish);
        char *text = records_of(&file, NULL);
        expect(text, cases[i].line);
        expect_not(text, "lost:");
        free(text);
        buf_done(&file);
    }
}

/* Where the program's code stands, which is as good a byte to damage as any. */
static size_t code_at(const struct buf *file)
{
    static const uint8_t code[] = { 0x31, 0xc0, 0xc3 };

    return bytes_search(buf_bytes(file), (struct bytes){ .at = code, .len = sizeof code });
}

static void states_a_signature(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer(
        "C=RU,O=AO Example,serialNumber=1027,CN=AO Example", PE_TRIAL_CODE, -7, NULL);
    const struct pe_trial_signing signing = {
        .signer = &maker,
        .kind = DIGEST_SHA256,
        .program_name = u"Exemplar \u0410\u041e",
    };
    struct buf file = signed_program(&signing, 1);
    char *text = records_of(&file, NULL);

    expect(text, "signature: index=0 place=certificate-entry 0 "
                 "subject=/C=RU/O=AO Example/serialNumber=1027/CN=AO Example "
                 "name_rfc4514=CN=AO Example,serialNumber=1027,O=AO Example,C=RU "
                 "organisation=AO Example common_name=AO Example registry_number=1027 country=RU ");
    expect(text, "serial=-07 digest_algorithm=sha256 ");
    expect(text, "digest_matches=1 program_name=Exemplar \\xd0\\x90\\xd0\\x9e signature_valid=1 "
                 "signing_time=2020-06-01T00:00:00Z chain=self-signed ");
    expect_not(text, "lost:");
    free(text);
    buf_done(&file);
    pe_trial_signer_done(&maker);
}

static void the_digest_is_over_all_but_what_signing_changes(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("CN=A", PE_TRIAL_CODE, 1, NULL);
    const struct pe_trial_signing signing = { .signer = &maker, .kind = DIGEST_SHA1 };
    struct buf file = signed_program(&signing, 1);

    file.at[0x40 + 24 + 64] ^= 1; /* the checksum */
    char *text = records_of(&file, NULL);
    expect(text, "digest_matches=1");
    free(text);
    const size_t code = code_at(&file);
    file.at[code] ^= 0x80;
    text = records_of(&file, NULL);
    expect(text, "digest_matches=0 signature_valid=1");
    free(text);
    file.at[code] ^= 0x80;
    buf_add_text(&file, "appended");
    text = records_of(&file, NULL);
    expect(text, "digest_matches=0 signature_valid=1");
    free(text);
    buf_done(&file);
    pe_trial_signer_done(&maker);
}

/* Other code in front of the signed code, inside the table: what is left without the table reads
 * as it did when it was signed, but what is loaded is the table. */
static void a_table_over_the_code_does_not_hide_it(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("CN=A", PE_TRIAL_CODE, 1, NULL);
    const struct pe_trial_signing signing = { .signer = &maker, .kind = DIGEST_SHA256 };
    struct buf plain = pe_trial_program(&program);
    struct buf file = signed_program(&signing, 1);
    const struct bytes all = buf_bytes(&file);
    const struct bytes table = bytes_part(all, plain.len, all.len);
    const size_t code = code_at(&plain);
    const size_t entry = 0x40 + 24 + 112 + 32;
    struct buf moved = buf_with_limit(1 << 20);

    buf_add(&moved, bytes_part(all, 0, code));
    buf_add(&moved, table);
    buf_add(&moved, bytes_part(all, code, plain.len - code));
    moved.at[entry] = (uint8_t)code;
    moved.at[entry + 1] = (uint8_t)(code >> 8);
    char *text = records_of(&moved, NULL);
    expect(text, "digest_matches=0 signature_valid=1");
    expect(text, "lost: format: PE/COFF 5.7: the certificate table is not at the file's end, "
                 "behind all else\n");
    free(text);
    buf_done(&moved);
    buf_done(&plain);
    buf_done(&file);
    pe_trial_signer_done(&maker);
}

static void takes_every_digest(void **state)
{
    (void)state;
    static const char *const names[] = { "md5", "sha1", "sha256", "sha384", "sha512" };
    struct pe_trial_signer maker = pe_trial_signer("CN=A", PE_TRIAL_CODE, 1, NULL);
    char wanted[64];

    for (int kind = DIGEST_MD5; kind <= DIGEST_SHA512; kind++) {
        const struct pe_trial_signing signing = { .signer = &maker,
                                                  .kind = (enum digest_kind)kind };
        struct buf file = signed_program(&signing, 1);
        char *text = records_of(&file, NULL);
        (void)snprintf(wanted, sizeof wanted, "digest_algorithm=%s ", names[kind]);
        expect(text, wanted);
        expect(text, "digest_matches=1 signature_valid=1 ");
        free(text);
        buf_done(&file);
    }
    pe_trial_signer_done(&maker);
}

static void finds_every_entry_and_every_nested_signature(void **state)
{
    (void)state;
    struct pe_trial_signer first = pe_trial_signer("CN=First", PE_TRIAL_CODE, 1, NULL);
    struct pe_trial_signer inner = pe_trial_signer("CN=Inner", PE_TRIAL_CODE, 2, NULL);
    struct buf file = pe_trial_program(&program);
    const struct digest sha1 = pe_trial_digest(&file, DIGEST_SHA1);
    const struct digest sha256 = pe_trial_digest(&file, DIGEST_SHA256);
    const struct pe_trial_signing inside = { .signer = &inner, .kind = DIGEST_SHA256 };
    struct buf nested[2] = { pe_trial_sign(&sha256, &inside), pe_trial_sign(&sha256, &inside) };
    /* the certificate of another goes first: the leaf is found by issuer and serial number */
    const struct pe_trial_signing outside = { .signer = &first,
                                              .other = &inner,
                                              .kind = DIGEST_SHA1,
                                              .ascii_name = "Plain words",
                                              .nested = nested,
                                              .nested_count = 2 };
    struct buf messages[2] = { pe_trial_sign(&sha1, &outside), pe_trial_sign(&sha256, &inside) };

    pe_trial_attach(&file, messages, 2);
    char *text = records_of(&file, NULL);
    expect(text, "index=0 place=certificate-entry 0 subject=/CN=First ");
    expect(text, "program_name=Plain words ");
    expect(text, "index=1 place=nested in 0 subject=/CN=Inner ");
    expect(text, "index=2 place=nested in 0 subject=/CN=Inner ");
    expect(text, "index=3 place=certificate-entry 1 subject=/CN=Inner ");
    expect_not(text, "digest_matches=0");
    expect_not(text, "signature_valid=0");
    free(text);
    for (int i = 0; i < 2; i++) {
        buf_done(&nested[i]);
        buf_done(&messages[i]);
    }
    buf_done(&file);
    pe_trial_signer_done(&first);
    pe_trial_signer_done(&inner);
}

static void signatures_nest_only_so_deep(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("CN=A", PE_TRIAL_CODE, 1, NULL);
    struct buf file = pe_trial_program(&program);
    const struct digest digest = pe_trial_digest(&file, DIGEST_SHA1);
    struct pe_trial_signing signing = { .signer = &maker, .kind = DIGEST_SHA1 };
    struct buf message = pe_trial_sign(&digest, &signing);

    for (int i = 0; i < 6; i++) {
        signing.nested = &message;
        signing.nested_count = 1;
        struct buf around = pe_trial_sign(&digest, &signing);
        buf_done(&message);
        message = around;
    }
    pe_trial_attach(&file, &message, 1);
    char *text = records_of(&file, NULL);
    expect(text, "index=4 place=nested in 3");
    expect_not(text, "index=5");
    expect(text, "lost: limit: Authenticode: signatures nested more than 4 deep\n");
    free(text);
    buf_done(&message);
    buf_done(&file);
    pe_trial_signer_done(&maker);
}

static void a_length_that_lies_loses_no_signature(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("CN=A", PE_TRIAL_CODE, 1, NULL);
    const struct pe_trial_signing signings[2] = {
        { .signer = &maker, .kind = DIGEST_SHA1 },
        { .signer = &maker, .kind = DIGEST_SHA256 },
    };
    struct buf file = signed_program(signings, 2);
    const size_t entry = 0x40 + 24 + 112 + 32;
    const size_t table = (size_t)file.at[entry] | (size_t)file.at[entry + 1] << 8;
    const uint8_t low = file.at[table];
    const uint8_t high = file.at[table + 1];

    file.at[table] = 16;
    file.at[table + 1] = 0;
    char *text = records_of(&file, NULL);
    expect(text, "lost: format: PE/COFF 5.7: a certificate entry is shorter than its message\n");
    expect(text, "index=1 place=certificate-entry 1 ");
    expect_not(text, "digest_matches=0");
    free(text);

    file.at[table] = low;
    file.at[table + 1] = (uint8_t)(high + 0x40);
    text = records_of(&file, NULL);
    expect(text, "lost: format: PE/COFF 5.7: a certificate entry is longer than its table\n");
    expect(text, "index=0 place=certificate-entry 0 ");
    free(text);
    buf_done(&file);
    pe_trial_signer_done(&maker);
}

static void data_in_an_entry_behind_its_message_is_stated(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("CN=A", PE_TRIAL_CODE, 1, NULL);
    struct buf file = pe_trial_program(&program);
    const struct digest digest = pe_trial_digest(&file, DIGEST_SHA1);
    struct buf message =
        pe_trial_sign(&digest, &(struct pe_trial_signing){ .signer = &maker, .kind = DIGEST_SHA1 });

    buf_add_text(&message, "brand=4711");
    pe_trial_attach(&file, &message, 1);
    char *text = records_of(&file, NULL);
    expect(text, "unsigned: entry=0 bytes=10\n");
    expect(text, "digest_matches=1 signature_valid=1");
    expect_not(text, "lost:");
    free(text);
    buf_done(&message);
    buf_done(&file);
    pe_trial_signer_done(&maker);
}

static void survives_the_trial_unsigned(void **state)
{
    (void)state;
    struct buf file = pe_trial_program(&program);

    trial_format(
        &(struct trial){ .format = &pe_format, .name = "plain", .good = buf_bytes(&file) });
    buf_done(&file);
}

static void survives_the_trial_signed(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("O=A,CN=B", PE_TRIAL_CODE, 1, NULL);
    const struct pe_trial_signing signing = {
        .signer = &maker,
        .kind = DIGEST_SHA256,
        .program_name = u"Exemplar",
        .counter = &maker,
        .counter_time = "200601000000Z",
    };
    struct buf file = signed_program(&signing, 1);

    trial_format(&(struct trial){
        .format = &pe_format,
        .name = "signed",
        .good = buf_bytes(&file),
    });
    buf_done(&file);
    pe_trial_signer_done(&maker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_language_of_the_version),
        cmocka_unit_test(tells_kinds_apart),
        cmocka_unit_test(states_a_signature),
        cmocka_unit_test(the_digest_is_over_all_but_what_signing_changes),
        cmocka_unit_test(a_table_over_the_code_does_not_hide_it),
        cmocka_unit_test(takes_every_digest),
        cmocka_unit_test(finds_every_entry_and_every_nested_signature),
        cmocka_unit_test(signatures_nest_only_so_deep),
        cmocka_unit_test(a_length_that_lies_loses_no_signature),
        cmocka_unit_test(data_in_an_entry_behind_its_message_is_stated),
        cmocka_unit_test(survives_the_trial_unsigned),
        cmocka_unit_test(survives_the_trial_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
