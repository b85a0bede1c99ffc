/* record_test.c -- the table of types, and the text of records. */
#include "record/record.h"

#include "codec/base64.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/sha256.h"
#include "record/token.h"
#include "tlog/tlog_trial.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 16 << 20 };

static const char certificate[] =
    "hallmark/certificate/v1\n"
    "id cpa/1001\n"
    "scheme cpa\n"
    "vendor northgate\n"
    "vendor-name Northgate Systems Ltd.\n"
    "product Northgate Disk Vault\n"
    "version 4.2\n"
    "version 4.3\n"
    "artefact sha256:54a370bc6c691f5b012acf4a5f30c600af842cf1a625d4701e0f3dd0cd9fdf48\n"
    "from 2017-02-01\n"
    "until 2019-02-01\n";

#define SIGNED                                                                                     \
    "\n\xe2\x80\x94 scheme.example/cpa "                                                           \
    "c3AbxDf54IP/Hcq78R3Yg6Wnqg7V6KbeFQWgGjxxajm/CNDrwpc16J762RmgpHnikNuBkrLTzr5PMn8LUBy/"         \
    "u2IIZws=\n"

#define VKEY "scheme.example/cpa+73701bc4+Ae1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR"

/* The fault's text where the text is refused, else "". */
static void expect(const char *text, const char *wanted)
{
    struct arena a = arena_with_budget(BUDGET);
    struct fault f = { 0 };
    struct record r;
    const bool ok = record_read_text(bytes_of_text(text), &a, &r, &f);

    if (ok != (wanted[0] == '\0') || strstr(f.text, wanted) == NULL)
        fail_msg("%swanted: %s\ngot: %s", text, wanted, f.text);
    arena_done(&a);
}

static void tokens_part_at_what_is_no_letter(void **state)
{
    static const char *const wanted[] = { "kaspersky", "lab", "s", "2017", "zo\xc3\xab", "x" };
    struct arena a = arena_with_budget(BUDGET);
    struct bytes rest = bytes_of_text("  Kaspersky-LAB's (2017)\tZo\xc3\xab, X.");
    struct bytes token;
    struct fault f = { 0 };
    bool found;

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(token_next(&rest, &a, &token, &found, &f) && found);
        assert_true(bytes_equal_text(token, wanted[i]));
        assert_true(token_is_one(token));
    }
    assert_true(token_next(&rest, &a, &token, &found, &f));
    assert_false(found);
    assert_false(token_is_one(bytes_of_text("")));
    assert_false(token_is_one(bytes_of_text("Lab")));
    assert_false(token_is_one(bytes_of_text("a b")));
    arena_done(&a);
}

static bool is_among_fields(const struct record_type *t, const char *line)
{
    return record_type_field(t, bytes_of_text(line)) != NULL;
}

static void the_table_holds_together(void **state)
{
    const struct record_type *t;
    size_t count = 0;

    (void)state;
    for (; (t = record_type_at(count)) != NULL; count++) {
        assert_ptr_equal(record_type_named(bytes_of_text(t->name)), t);
        assert_true(is_among_fields(t, t->id));
        assert_true(t->happened != NULL && is_among_fields(t, t->happened));
        assert_true(t->writers != 0 && t->title[0] != '\0');
        for (const struct record_field *field = t->fields; field->name != NULL; field++) {
            assert_ptr_equal(record_type_field(t, bytes_of_text(field->name)), field);
            assert_true((field->kind == RECORD_WORD) == (field->words != NULL));
            assert_string_not_equal(field->name, "type");
        }
        for (const struct record_rule *rule = t->rules; rule != NULL && rule->lines; rule++) {
            struct bytes rest = bytes_of_text(rule->lines);
            struct bytes word;
            const bool has_value =
                rule->kind == RECORD_RULE_NEEDS || rule->kind == RECORD_RULE_ZERO;
            for (size_t i = 0; bytes_next(&rest, ' ', &word); i++)
                assert_true((has_value && i == 1) || record_type_field(t, word) != NULL);
        }
    }
    assert_int_equal(count, 36);
    assert_null(record_type_named(bytes_of_text("index")));
    assert_string_equal(record_type_near(bytes_of_text("certifcate")), "certificate");
    assert_null(record_type_near(bytes_of_text("zzzzzzzz")));
    assert_int_equal(record_writer_named(bytes_of_text("list-owner")), RECORD_BY_LIST_OWNER);
    assert_int_equal(record_writer_named(bytes_of_text("any")), 0);
}

static void a_record_tells_its_lines(void **state)
{
    struct arena a = arena_with_budget(BUDGET);
    struct fault f = { 0 };
    struct record r;

    (void)state;
    assert_true(record_read_text(bytes_of_text(certificate), &a, &r, &f));
    assert_string_equal(r.type->name, "certificate");
    assert_int_equal(r.lines.count, 10);
    assert_true(bytes_equal_text(record_id(&r), "cpa/1001"));
    assert_true(bytes_equal_text(record_value(&r, "version"), "4.2"));
    assert_true(bytes_equal_text(record_value_at(&r, "version", 1), "4.3"));
    assert_int_equal(record_value_at(&r, "version", 2).len, 0);
    assert_int_equal(record_value(&r, "lab").len, 0);
    assert_int_equal(record_happened(&r), date_of((struct date_parts){ 2017, 2, 1 }));
    assert_int_equal(r.note.signatures.count, 0);
    arena_done(&a);
}

#define VENDOR "hallmark/vendor/v1\nid northgate\n"

static void every_refusal_names_the_line_and_the_rule(void **state)
{
    (void)state;
    expect(certificate, "");
    expect("", "does not end in a newline");
    expect("hallmark/vendor/v1\nid x", "does not end in a newline");
    expect("\n", "line 1: '' is no hallmark/TYPE/v1");
    expect("hallmark/vendor\n", "is no hallmark/TYPE/v1");
    expect("hallmark/vendor/v2\n", "we read version 1 alone");
    expect("hallmark/vendro/v1\n", "'vendro' is no type of entry");
    expect("hallmark/index/v1\ncovers 5\n", "only the log writes index entries");
    expect(VENDOR "name X\n", "hallmark/vendor/v1: the line 'date' is missing");
    expect(VENDOR "date 2017-01-03\n", "line 3: hallmark/vendor/v1: the line 'name' is missing");
    expect(VENDOR "name X\nnmae Y\ndate 2017-01-03\n",
           "line 4: 'nmae' is no line of hallmark/vendor/v1; there is 'name'");
    expect(VENDOR "name X\nname Y\ndate 2017-01-03\n", "line 4: 'name' may stand only once");
    expect(VENDOR "name X\ndate 2017-01-03\ncountry uk\n", "line 5: 'country' stands too late");
    expect(VENDOR "name X\ndate 2017-02-30\n", "line 4: date: '2017-02-30' is no day (YYYY-MM-DD)");
    expect(VENDOR "name X\ndate\n", "line 4: 'date' is no KEY SP VALUE");
    expect(VENDOR "name X\n\ndate 2017-01-03\n", "line 4: '' is no KEY SP VALUE");
    expect(VENDOR "name  X\ndate 2017-01-03\n", "line 3: name: ' X' is no text");
    expect(VENDOR "name X \ndate 2017-01-03\n", "line 3: name: 'X ' is no text");
    expect(VENDOR "name X\xff\ndate 2017-01-03\n", "name: 'X\\xff' is no text");
    expect(VENDOR "name a\xe2\x80\xae"
                  "b\ndate 2017-01-03\n",
           "name: 'a\\xe2\\x80\\xae"
           "b'");
    expect("hallmark/vendor/v1\nid Northgate\nname X\ndate 2017-01-03\n",
           "line 2: id: 'Northgate' is no id");
}

static void every_kind_has_its_bounds(void **state)
{
    (void)state;
#define PARTY(rest) "hallmark/party/v1\nid a\nkind lab\n" rest "date 2017-01-03\n"
    expect(PARTY("key " VKEY "\n"), "");
    expect(PARTY("key " VKEY "\nthreshold 1\n"), "");
    expect(PARTY("key " VKEY "\nthreshold 01\n"), "'01' is no count");
    expect(PARTY("key " VKEY "\nthreshold 0\n"), "threshold: 0, where one signature");
    expect(PARTY("key " VKEY "\nthreshold 2\n"), "threshold: 2, where there are 1 keys");
    expect(PARTY("key " VKEY "\nkey " VKEY "\n"), "key: 'scheme.example/cpa+73701bc4+Ae1");
    expect(PARTY("key scheme.example/cpa+73701bc5+Ae1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR\n"),
           "is no verifier key");
    expect(PARTY("key witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU\n"),
           "is no verifier key of type 0x01");
    expect("hallmark/party/v1\nid a\nkind god\nkey " VKEY "\ndate 2017-01-03\n",
           "line 3: kind: 'god' is none of: any authority body lab list-owner organisation");
#define DIRECTIVE(rest)                                                                            \
    "hallmark/directive/v1\nid d\nsubject-token examplevendor\naction remove\nissued "             \
    "2017-09-13\n" rest
    expect(DIRECTIVE("step identify 2017-10-13\nstep removal 2017-12-12 repeat P30D\n"), "");
    expect(DIRECTIVE("step identify 2017-10-13\nstep identify 2017-12-12\n"),
           "step: 'identify' stands twice");
    expect(DIRECTIVE("step identify\n"), "is no step");
    expect(DIRECTIVE("step identify 2017-10-13 repeat P0D\n"), "is no step");
    expect(DIRECTIVE("step identify 2017-10-13 repeat P12345D\n"), "is no step");
    expect(DIRECTIVE("step identify 2017-10-13 repeat PD\n"), "is no step");
    expect(DIRECTIVE("step identify 2017-10-13 \n"), "is no step");
    expect("hallmark/directive/v1\nid d\nsubject-token Two words\naction remove\nissued "
           "2017-09-13\n",
           "subject-token: 'Two words' is no token");
#define SCHEME(rest) "hallmark/scheme/v1\nid s\nname S\n" rest "date 2017-01-02\n"
    expect(SCHEME("state suspended claim=no procure=yes use=risk-decision\n"), "");
    expect(SCHEME("state suspended claim=no procure=yes\n"), "is no state");
    expect(SCHEME("state suspended claim=no procure=maybe use=none\n"), "is no state");
    expect(SCHEME("state suspended claim=no procure=yes use=no x\n"), "is no state");
    expect(SCHEME("state s claim=no procure=no use=no\nstate s claim=no procure=no use=yes\n"),
           "state: 's' stands twice");
#define EMPTY_DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define BUNDLE(rest) "hallmark/bundle/v1\nid b\nversion 1\n" rest "date 2017-01-02\n"
    expect(BUNDLE("file " EMPTY_DIGEST " policies/x.yaml\n"), "");
    expect(BUNDLE("file " EMPTY_DIGEST " ../x\n"), "is no file");
    expect(BUNDLE("file " EMPTY_DIGEST " /x\n"), "is no file");
    expect(BUNDLE("file " EMPTY_DIGEST " x//y\n"), "is no file");
    expect(BUNDLE("file " EMPTY_DIGEST " x y\n"), "is no file");
    expect(BUNDLE("file " EMPTY_DIGEST " x/\n"), "is no file");
    expect(BUNDLE("file " EMPTY_DIGEST "\n"), "is no file");
    expect(BUNDLE("file sha256:00 x\n"), "is no file");
#define OBSERVATION(rest)                                                                          \
    "hallmark/observation/v1\nsource cc\naction changed\nrow r\n" rest "snapshot " EMPTY_DIGEST    \
    "\ndate 2017-01-02\n"
    expect(OBSERVATION("was until=2019-01-01\nnow until=2020-01-01\n"), "");
    expect(OBSERVATION("was until=\n"), "is no pair");
    expect(OBSERVATION("was until=1\nwas until=2\n"), "was: 'until' stands twice");
}

static void what_a_record_can_decide_alone_is_decided(void **state)
{
    (void)state;
    expect("hallmark/listing/v1\nlist l\naction add\nproduct-id p\ndate 2017-02-02\n",
           "one of these lines must be there: vendor vendor-name product token");
    expect("hallmark/listing/v1\nlist l\naction add\ntoken p\ndate 2017-02-02\n", "");
    expect("hallmark/reply/v1\nvendor v\nkind reply\nstatement s\ndate 2017-02-02\n",
           "directive certificate list application");
    expect("hallmark/directive/v1\nid d\naction remove\nissued 2017-09-13\n",
           "subject-vendor subject-token subject-product");
    expect("hallmark/alias/v1\nvendor v\nname N\nfrom 2017-02-02\nuntil 2017-02-01\n"
           "date 2017-02-02\n",
           "until: 2017-02-01 is before from 2017-02-02");
    expect("hallmark/ownership/v1\nvendor v\nowner v\ndate 2017-02-02\n",
           "'v' stands under vendor and under owner");
#define REPORT(rest)                                                                               \
    "hallmark/report/v1\ndirective d\norganisation o\nstep identify\nresult none-found\n" rest     \
    "date 2017-02-02\n"
    expect(REPORT("method m\ncoverage c\nhosts 4\n"), "");
    expect(REPORT("method m\ncoverage c\nhosts 4\nfound 0\n"), "");
    expect(REPORT("coverage c\nhosts 4\n"), "result none-found needs the line 'method'");
    expect(REPORT("method m\ncoverage c\nhosts 4\nfound 1\n"), "result none-found found");
    expect("hallmark/amendment/v1\ndirective d\naction supersede\ndate 2017-02-02\n",
           "action supersede needs the line 'successor'");
    expect("hallmark/rotation/v1\nparty p\ndate 2017-02-02\n", "add remove threshold");
}

/* hallmark/opened/v1 around a text, sealed with the salt 00ff. */
static char *opened(const char *inner)
{
    struct buf text = buf_with_limit(1 << 20);
    struct buf out = buf_with_limit(1 << 20);
    char hex[SHA256_TEXT_MAX];

    buf_add(&text, (struct bytes){ .at = (const uint8_t *)"\x00\xff", .len = 2 });
    buf_add_text(&text, inner);
    const struct sha256 sealed = sha256_of(buf_bytes(&text));
    buf_print(&out, "hallmark/opened/v1\nsealed sha256:%s\nsalt 00ff\ntext ",
              sha256_write(&sealed, hex));
    base64_put(&out, bytes_of_text(inner));
    buf_add_text(&out, "\ndate 2018-01-01\n");
    buf_add_byte(&out, 0);
    buf_done(&text);
    return (char *)out.at; /* the heap's, which buf_done would free */
}

static void expect_opened(const char *inner, const char *wanted)
{
    char *text = opened(inner);

    expect(text, wanted);
    free(text);
}

static void what_was_sealed_must_be_a_record(void **state)
{
    char *twice = opened(certificate);

    (void)state;
    expect(twice, "");
    expect_opened(twice, "a record of type opened cannot be sealed");
    *strstr(twice, "00ff") = '1';
    expect(twice, "not the digest of this salt and text");
    free(twice);
    expect_opened("hallmark/vendor/v1\nid x\n",
                  "the record that was sealed: hallmark/vendor/v1: the line 'name' is missing");
    expect_opened("hallmark/party/v1\nid a\nkind lab\nkey " VKEY "\ndate 2017-01-03\n",
                  "a record of type party cannot be sealed");
    expect_opened("free text\n", "is no hallmark/TYPE/v1");
}

static void the_worked_example_is_canonical(void **state)
{
    struct bytes file = tlog_trial_fixture("register/hallmark-example/example.json");
    struct arena a = arena_with_budget(BUDGET);

    (void)state;
    if (file.len == 0)
        skip();
    json_t *example = json_loadb((const char *)file.at, file.len, 0, NULL);
    const json_t *entries = json_object_get(example, "entries");
    assert_int_equal(json_array_size(entries), 6);
    for (size_t i = 0; i < 6; i++) {
        struct fault f = { 0 };
        struct record r;
        const bool ok =
            record_read(bytes_of_text(json_string_value(json_array_get(entries, i))), &a, &r, &f);
        assert_true(ok == (i < 5));
        if (ok)
            assert_int_equal(r.note.signatures.count, 1);
    }
    json_decref(example);
    arena_done(&a);
    free((void *)(uintptr_t)file.at);
}

static void an_entry_has_its_limits(void **state)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf b = buf_with_limit(1 << 20);
    struct fault f = { 0 };
    struct record r;

    (void)state;
    buf_add_text(&b, certificate);
    buf_add_byte(&b, '\n');
    for (int i = 0; i < 65; i++)
        buf_add_text(&b, &SIGNED[1]);
    assert_false(record_read(buf_bytes(&b), &a, &r, &f));
    assert_int_equal(f.kind, FAULT_FORMAT);
    assert_string_equal(f.text, "more than 64 signatures");
    b.len -= sizeof SIGNED - 2;
    assert_true(record_read(buf_bytes(&b), &a, &r, &f));
    assert_int_equal(r.note.signatures.count, 64);

    b.len = 0;
    for (int i = 0; i < 65536; i++)
        buf_add_byte(&b, 'a');
    assert_false(record_read(buf_bytes(&b), &a, &r, &f));
    assert_string_equal(f.text, "65536 bytes: tlog-tiles has room for 65535 in an entry");
    buf_done(&b);
    arena_done(&a);
}

static bool read_entry(void *with, struct bytes input, struct arena *a, struct buf *told,
                       struct fault *f)
{
    struct record r;

    (void)with;
    if (!record_read(input, a, &r, f))
        return false;
    buf_print(told, "%s %zu", r.type->name, r.lines.count);
    return true;
}

static bool read_text(void *with, struct bytes input, struct arena *a, struct buf *told,
                      struct fault *f)
{
    struct record r;

    (void)with;
    if (!record_read_text(input, a, &r, f))
        return false;
    buf_print(told, "%s %zu", r.type->name, r.lines.count);
    return true;
}

static void no_damage_harms_the_reader(void **state)
{
    static const char entry[] =
        "hallmark/directive/v1\nid bod-17-01\nsubject-token examplevendor\naction remove\nissued "
        "2017-09-13\nstep identify 2017-10-13\nstep plan 2017-11-12\nexcludes "
        "embedded-code\n" SIGNED;
    static const char party[] =
        "hallmark/party/v1\nid a\nkind lab\nkey " VKEY "\nthreshold 1\ndate 2017-01-03\n";
    char *seen = opened(certificate);

    (void)state;
    tlog_trial_parser(&(struct tlog_trial){ .read = read_entry, .good = bytes_of_text(entry) });
    tlog_trial_parser(&(struct tlog_trial){ .read = read_text, .good = bytes_of_text(party) });
    tlog_trial_parser(&(struct tlog_trial){ .read = read_text, .good = bytes_of_text(seen) });
    free(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_part_at_what_is_no_letter),
        cmocka_unit_test(the_table_holds_together),
        cmocka_unit_test(a_record_tells_its_lines),
        cmocka_unit_test(every_refusal_names_the_line_and_the_rule),
        cmocka_unit_test(every_kind_has_its_bounds),
        cmocka_unit_test(what_a_record_can_decide_alone_is_decided),
        cmocka_unit_test(what_was_sealed_must_be_a_record),
        cmocka_unit_test(the_worked_example_is_canonical),
        cmocka_unit_test(an_entry_has_its_limits),
        cmocka_unit_test(no_damage_harms_the_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
