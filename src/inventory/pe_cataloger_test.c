/* The catalogers of PE files and bare signatures, from the bytes to the product. */
#include "inventory/cataloger.h"

#include "core/buf.h"
#include "core/limits.h"
#include "format/pe_trial.h"
#include "format/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

/* One line for the product, and one for each claim, evidence and conflict. */
static bool print_product(void *ctx, const struct product *p, struct fault *f)
{
    struct buf *out = ctx;

    (void)f;
    buf_print(out, "%s %s %s %s %s %s\n", p->type, or_dash(p->name), or_dash(p->version),
              or_dash(p->arch), presence_name(p->presence),
              p->digest == NULL ? "-" : "with digest");
    for (size_t i = 0; i < p->claims.count; i++) {
        const struct claim *c = vec_at(&p->claims, i);
        buf_print(out, "claim: %s %s chain=%s name=%s number=%s program=%s subject=%s: %s\n",
                  maker_role_name(c->role), strength_name(c->strength), chain_name(c->chain),
                  c->name, or_dash(c->registry_number), or_dash(c->program_name),
                  or_dash(c->subject), c->evidence);
    }
    for (size_t i = 0; i < p->evidence.count; i++) {
        const struct evidence *e = vec_at(&p->evidence, i);
        buf_print(out, "evidence: %s %s %s\n", e->kind, e->place, e->text);
    }
    for (size_t i = 0; i < p->conflicts.count; i++)
        buf_print(out, "conflict: %s\n", *(const char **)vec_at(&p->conflicts, i));
    return true;
}

static bool print_unidentified(void *ctx, struct fault *f)
{
    (void)f;
    buf_add_text(ctx, "unidentified\n");
    return true;
}

struct run {
    const struct cataloger *cataloger;
    struct cataloging cataloging;
};

/* As the engine does: what a record allocates is gone after it. */
static bool take_record(void *ctx, const struct record *r, struct fault *f)
{
    struct run *run = ctx;
    const struct arena_mark mark = arena_mark(run->cataloging.arena);
    const bool ok = run->cataloger->record(&run->cataloging, r, f);

    arena_release(run->cataloging.arena, mark);
    return ok;
}

static bool take_fault(void *ctx, const struct fault *lost, struct fault *f)
{
    (void)ctx;
    (void)lost;
    (void)f;
    return true;
}

static const struct sink_consumer to_cataloger = { .record = take_record, .fault = take_fault };

/* What the cataloger finds in the bytes. Caller frees. */
static char *found_in(const struct cataloger *cataloger, const char *path, struct bytes all)
{
    struct arena arenas[3];
    struct buf text = buf_with_limit(1 << 20);
    const struct findings out = { .product = print_product,
                                  .unidentified = print_unidentified,
                                  .ctx = &text };
    struct run run = { .cataloger = cataloger,
                       .cataloging = { .path = path,
                                       .raw_path = bytes_of_text(path),
                                       .root = "/",
                                       .arena = &arenas[0],
                                       .out = &out,
                                       .state = calloc(1, cataloger->state_size) } };
    const struct reading in = { .all = all, .arena = &arenas[1] };

    for (size_t i = 0; i < 3; i++)
        arenas[i] = arena_with_budget(LIMIT_ARTEFACT_MEMORY);
    struct sink sink = sink_to(&to_cataloger, &run, &arenas[2]);
    assert_non_null(run.cataloging.state);
    assert_true(cataloger->formats[0]->read(&in, &sink, /* fault */ NULL));
    assert_true(cataloger->finish(&run.cataloging, /* fault */ NULL));
    for (size_t i = 0; i < 3; i++)
        arena_done(&arenas[i]);
    free(run.cataloging.state);
    buf_add_byte(&text, '\0');
    return (char *)text.at;
}

static void expect(const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL)
        fail_msg("no \"%s\" in:\n%s", wanted, text);
}

static void names_a_program_by_its_version_resource(void **state)
{
    (void)state;
    static const struct pe_trial_string english[] = {
        { u"CompanyName", u"Example Ltd" },
        { u"ProductName", u" Exemplar " },
        { u"ProductVersion", u"Release 1, 2, 0, 4 (with help)" },
        { 0 },
    };
    static const struct pe_trial_string german[] = {
        { u"CompanyName", u"Beispiel GmbH" },
        { u"FileDescription", u"Beispiel" },
        { 0 },
    };
    static const struct pe_trial_block blocks[] = {
        { u"040904b0", english },
        { u"040704b0", german },
        { u"080904b0", english },
        { 0 },
    };
    struct buf file =
        pe_trial_program(&(struct pe_trial_program){ .plus = true, .blocks = blocks });
    char *text = found_in(&pe_cataloger, "/opt/x.exe", buf_bytes(&file));

    assert_string_equal(
        text,
        "program Exemplar 1.2.0.4 amd64 installed with digest\n"
        "claim: originator weak chain=none name=Example Ltd number=- program=- subject=-: the "
        "version resource of /opt/x.exe says CompanyName \"Example Ltd\"\n"
        "claim: originator weak chain=none name=Beispiel GmbH number=- program=- subject=-: the "
        "version resource of /opt/x.exe says CompanyName \"Beispiel GmbH\"\n"
        "evidence: version-resource /opt/x.exe version resource 040904b0: CompanyName \"Example "
        "Ltd\", ProductName \"Exemplar\", ProductVersion \"Release 1, 2, 0, 4 (with help)\"\n"
        "evidence: version-resource /opt/x.exe version resource 040704b0: CompanyName \"Beispiel "
        "GmbH\", FileDescription \"Beispiel\"\n"
        "evidence: version-resource /opt/x.exe version resource 080904b0: CompanyName \"Example "
        "Ltd\", ProductName \"Exemplar\", ProductVersion \"Release 1, 2, 0, 4 (with help)\"\n");
    free(text);
    buf_done(&file);
}

static void without_words_or_signature_it_is_unidentified(void **state)
{
    (void)state;
    struct buf file = pe_trial_program(&(struct pe_trial_program){ .plus = true });
    char *text = found_in(&pe_cataloger, "/opt/x.exe", buf_bytes(&file));

    assert_string_equal(text, "unidentified\n");
    free(text);
    buf_done(&file);
}

static struct buf signed_by(const struct pe_trial_signer *maker, bool driver)
{
    struct buf file =
        pe_trial_program(&(struct pe_trial_program){ .plus = true, .subsystem = driver ? 1 : 0 });
    const struct digest digest = pe_trial_digest(&file, DIGEST_SHA256);
    struct buf message = pe_trial_sign(
        &digest, &(struct pe_trial_signing){
                     .signer = maker, .kind = DIGEST_SHA256, .program_name = u"AO Example" });

    pe_trial_attach(&file, &message, 1);
    buf_done(&message);
    return file;
}

static void a_signer_counts_while_the_digest_holds(void **state)
{
    (void)state;
    struct pe_trial_signer root = pe_trial_signer("CN=Root", PE_TRIAL_CA, 1, NULL);
    struct pe_trial_signer maker =
        pe_trial_signer("serialNumber=1027739867473,O=AO Example,CN=X", PE_TRIAL_CODE, 2, &root);
    struct buf file = signed_by(&maker, /* driver */ true);
    char *text = found_in(&pe_cataloger, "/opt/x.sys", buf_bytes(&file));

    expect(text, "driver x.sys - amd64 installed with digest\n"
                 "claim: signer strong chain=no-root name=AO Example number=1027739867473 "
                 "program=AO Example subject=CN=X,O=AO Example,serialNumber=1027739867473: "
                 "signature 0 (certificate-entry 0) by CN=X,O=AO "
                 "Example,serialNumber=1027739867473: the file's digest matches; program name "
                 "\"AO Example\"; no root certificates were given\n"
                 "evidence: signature /opt/x.sys signature 0 (certificate-entry 0) by "
                 "/serialNumber=1027739867473/O=AO Example/CN=X: the file's digest matches");
    free(text);

    file.at[bytes_search(buf_bytes(&file), bytes_of_text("\x31\xc0\xc3"))] ^= 1;
    text = found_in(&pe_cataloger, "/opt/x.sys", buf_bytes(&file));
    expect(text, "claim: signer none chain=no-root name=AO Example ");
    expect(text, "the signed digest is not this file's");
    free(text);
    buf_done(&file);
    pe_trial_signer_done(&maker);
    pe_trial_signer_done(&root);
}

static void a_signature_that_does_not_hold_is_a_conflict(void **state)
{
    (void)state;
    struct pe_trial_signer maker = pe_trial_signer("O=AO Example", PE_TRIAL_CODE, 2, NULL);
    struct buf file = signed_by(&maker, /* driver */ false);
    char *text = found_in(&pe_cataloger, "/opt/x.exe", buf_bytes(&file));

    expect(text, "program x.exe - amd64 installed with digest\n"
                 "claim: signer medium chain=self-signed name=AO Example ");
    free(text);
    /* the last 128 bytes of the message, before its padding, are the RSA signature */
    file.at[file.len - 64] ^= 1;
    text = found_in(&pe_cataloger, "/opt/x.exe", buf_bytes(&file));
    expect(text, "claim: signer none ");
    expect(text, "conflict: a signature names AO Example, but it does not hold (the signature is "
                 "not the certificate's): it proves nothing\n");
    free(text);
    buf_done(&file);
    pe_trial_signer_done(&maker);
}

static void a_bare_signature_is_residue_and_medium_at_most(void **state)
{
    (void)state;
    struct pe_trial_signer root = pe_trial_signer("CN=Root", PE_TRIAL_CA, 1, NULL);
    struct pe_trial_signer maker = pe_trial_signer("O=AO Example,CN=X", PE_TRIAL_CODE, 2, &root);
    const struct digest digest = { .len = 32 };
    struct buf message = pe_trial_sign(
        &digest, &(struct pe_trial_signing){ .signer = &maker, .kind = DIGEST_SHA256 });
    char *text = found_in(&pkcs7_cataloger, "/opt/x.p7.der", buf_bytes(&message));

    expect(text, "signature AO Example - - residue with digest\n"
                 "claim: signer medium chain=no-root name=AO Example number=- program=- "
                 "subject=CN=X,O=AO Example: signature 0 (message) by CN=X,O=AO Example: the "
                 "signed file is not here; no root certificates were given\n");
    free(text);
    buf_done(&message);
    pe_trial_signer_done(&maker);
    pe_trial_signer_done(&root);
}

/* A shared fixture through the cataloger, or NULL with the test skipped. */
static char *found_in_fixture(const struct cataloger *cataloger, const char *path)
{
    char *full = trial_fixture(path);

    if (full == NULL)
        skip();
    const struct bytes all = trial_file(full);
    assert_non_null(all.at);
    char *text = found_in(cataloger, path, all);
    free((void *)(uintptr_t)all.at);
    free(full);
    return text;
}

static void real_programs_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *wanted[4];
    } files[] = {
        { "inventory/pe/putty.exe",
          { "program PuTTY suite 0.73 amd64 installed",
            "claim: signer strong chain=no-root name=Simon Tatham ",
            "originator weak chain=none name=Simon Tatham " } },
        { "inventory/pe/putty_modified.exe",
          { "claim: signer none chain=no-root name=Simon Tatham " } },
        { "inventory/pe/impbyord.exe", { "unidentified" } },
        { "inventory/pe/dotnet-HelloWorldApp.dll", { "library HelloWorldApp 1.0.0 amd64 " } },
        { "inventory/pe-scancode/zlib1.dll", { "library Zlib 1.2.3.2532 i386 " } },
        { "inventory/pe-scancode/Moq.Silverlight.dll", { "library Moq 4.2.1507.0118 i386 " } },
        { "artefacts/pe-contrast/liblzo2-2.dll",
          { "library liblzo2-2.dll - amd64 ",
            "signer strong chain=no-root name=Express Vpn LLC" } },
        { "artefacts/pe-contrast/pegoat32-unsigned.exe", { "unidentified" } },
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *text = found_in_fixture(&pe_cataloger, files[i].path);
        for (size_t k = 0; files[i].wanted[k] != NULL; k++)
            expect(text, files[i].wanted[k]);
        free(text);
    }
}

static void real_signatures_alone_are_named(void **state)
{
    (void)state;
    char *text = found_in_fixture(&pkcs7_cataloger, "artefacts/sigonly/klhk-73.3.10.0_2025.p7.der");

    expect(text, "signature Kaspersky Lab Switzerland GmbH - - residue with digest\n");
    expect(text, "claim: signer medium chain=no-root name=Microsoft Corporation number=- "
                 "program=Kaspersky Lab Switzerland GmbH ");
    expect(text, "claim: signer medium chain=no-root name=AO Kaspersky Lab number=1027739867473 ");
    expect(text, "claim: signer medium chain=self-signed name=Kaspersky Lab ");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_a_program_by_its_version_resource),
        cmocka_unit_test(without_words_or_signature_it_is_unidentified),
        cmocka_unit_test(a_signer_counts_while_the_digest_holds),
        cmocka_unit_test(a_signature_that_does_not_hold_is_a_conflict),
        cmocka_unit_test(a_bare_signature_is_residue_and_medium_at_most),
        cmocka_unit_test(real_programs_are_named),
        cmocka_unit_test(real_signatures_alone_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
