/* record_entries_test.c -- one example of every type: read, written as JSON and as text, mapped;
 * and docs/register-entries.md, which is rendered from the table and these examples. With
 * HALLMARK_SEEDS=DIR the examples become seeds of the fuzz targets. */
#include "codec/emit.h"
#include "record/mapfn.h"
#include "record/record_json.h"
#include "record/record_kind.h"
#include "record/record_rule.h"
#include "record/record_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 16 << 20, TEXT_LIMIT = 1 << 20 };

#define D1 "sha256:54a370bc6c691f5b012acf4a5f30c600af842cf1a625d4701e0f3dd0cd9fdf48"
#define D2 "sha256:3c8903c94a4251874846b53da00291f370d6fa5cb1c22411bca10ba82a110604"

static const char *const examples[] = {
    "{'type':'register','origin':'register.example/hallmark','clock':'real','date':'2017-01-01'}",
    "{'type':'party','id':'cpa-body','name':'The certification body','kind':'body',"
    "'key':'scheme.example/cpa+73701bc4+Ae1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR',"
    "'threshold':1,'date':'2017-01-01'}",
    "{'type':'rotation','party':'cpa-body',"
    "'add':'register.example/hallmark+bf203a65+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c',"
    "'remove':'scheme.example/cpa+73701bc4+Ae1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR',"
    "'reason':'yearly','date':'2018-01-01'}",
    "{'type':'authority','id':'ncsc','name':'National Cyber Security Centre',"
    "'jurisdiction':'uk','predecessor':'cesg','from':'2016-10-03','date':'2017-01-01'}",
    "{'type':'organisation','id':'agency-a','name':'Agency A','class':'us-civilian',"
    "'date':'2017-01-01'}",
    "{'type':'scheme','id':'cpa','name':'Commercial Product Assurance','authority':'ncsc',"
    "'body':'cpa-body','state':['expired claim=no procure=no use=risk-decision',"
    "'suspended claim=no procure=yes use=yes'],'date':'2017-01-02'}",
    "{'type':'scheme-change','scheme':'cpa','until':'2020-03-31','reason':'closed to new products',"
    "'date':'2019-12-01'}",
    "{'type':'accreditation','lab':'lab-one','scheme':'cpa','action':'grant',"
    "'name':'Laboratory One Ltd.','standard':'ISO/IEC 17025:2005','until':'2020-01-01',"
    "'date':'2017-01-01'}",
    "{'type':'bundle','id':'policies','version':'2017.1','file':'" D1 " policies/bod-17-01.yaml',"
    "'date':'2017-09-13'}",
    "{'type':'vendor','id':'northgate','name':'Northgate Systems Ltd.','country':'uk',"
    "'date':'2017-01-03'}",
    "{'type':'alias','vendor':'kaspersky-lab','name':'\xd0\x9b\xd0\xb0\xd0\xb1\xd0\xbe\xd1\x80\xd0"
    "\xb0\xd1\x82\xd0\xbe\xd1\x80\xd0\xb8\xd1\x8f "
    "\xd0\x9a\xd0\xb0\xd1\x81\xd0\xbf\xd0\xb5\xd1\x80\xd1\x81\xd0\xba\xd0\xbe\xd0\xb3\xd0\xbe',"
    "'from':'1997-06-26','reason':'its name in Cyrillic script','date':'2017-09-13'}",
    "{'type':'ownership','vendor':'northgate','owner':'southgate','relation':'parent',"
    "'from':'2016-01-01','date':'2017-01-03'}",
    "{'type':'product','id':'northgate/disk-vault','vendor':'northgate',"
    "'name':'Northgate Disk Vault','category':'disk-encryption','date':'2017-01-03'}",
    "{'type':'application','id':'cpa/a-17','scheme':'cpa','vendor':'northgate',"
    "'vendor-name':'Northgate Systems Ltd.','product':'Northgate Disk Vault','version':'4.2',"
    "'lab':'lab-one','date':'2016-09-01'}",
    "{'type':'progress','application':'cpa/a-17','state':'hold','reason':'waits for the vendor',"
    "'date':'2016-10-15'}",
    "{'type':'evaluation','id':'lab-one/e-9','application':'cpa/a-17','scheme':'cpa',"
    "'lab':'lab-one','result':'pass','report':'" D2 "','date':'2017-01-20'}",
    "{'type':'refusal','application':'cpa/a-18','reason':'the build standard is not met',"
    "'date':'2017-01-25'}",
    "{'type':'certificate','id':'cpa/1001','scheme':'cpa','application':'cpa/a-17',"
    "'evaluation':'lab-one/e-9','lab':'lab-one','vendor':'northgate',"
    "'vendor-name':'Northgate Systems Ltd.','product':'Northgate Disk Vault',"
    "'product-id':'northgate/disk-vault','version':'4.2','level':'Foundation','artefact':'" D1 "',"
    "'report':'" D2 "','from':'2017-02-01','until':'2019-02-01','renew-by':'2018-11-01'}",
    "{'type':'maintenance','certificate':'cpa/1001','version':'4.2.1','artefact':'" D2 "',"
    "'date':'2017-06-01'}",
    "{'type':'renewal','certificate':'cpa/1001','until':'2021-02-01','date':'2018-10-20'}",
    "{'type':'suspension','certificate':'cpa/1001','reason':'a vulnerability is not yet mended',"
    "'until':'2017-08-31','date':'2017-07-20'}",
    "{'type':'reinstatement','certificate':'cpa/1001','reason':'mended in 4.2.1',"
    "'date':'2017-08-02'}",
    "{'type':'lapse','certificate':'cpa/1001','kind':'historical','reason':'algorithm transition',"
    "'date':'2020-01-01'}",
    "{'type':'withdrawal','certificate':'cpa/1001','reason':'the product is no longer made',"
    "'by':'holder','date':'2020-06-01'}",
    "{'type':'supersession','certificate':'cpa/1001','successor':'cpa/1044','date':'2020-06-01'}",
    "{'type':'list','id':'ncsc-directory','name':'Directory of certified products',"
    "'authority':'ncsc','scheme':'cpa','date':'2017-01-02'}",
    "{'type':'list-change','list':'ncsc-directory','closed':'yes','reason':'moved',"
    "'date':'2021-01-01'}",
    "{'type':'listing','list':'ncsc-directory','action':'add','certificate':'cpa/1001',"
    "'vendor':'northgate','vendor-name':'Northgate Systems Ltd.','product':'Northgate Disk Vault',"
    "'version':'4.2','artefact':'" D1 "','date':'2017-02-02'}",
    "{'type':'directive','id':'bod-17-01','title':'Removal of certain products',"
    "'authority':'dhs','subject-vendor':'kaspersky-lab','subject-token':'kaspersky',"
    "'action':'remove','scope':'org-class:us-civilian','issued':'2017-09-13',"
    "'step':['identify 2017-10-13','plan 2017-11-12','begin-removal 2017-12-12 repeat P30D'],"
    "'include':['affiliates','predecessors'],'excludes':'embedded-code'}",
    "{'type':'amendment','directive':'bod-17-01','step':'plan 2017-11-20',"
    "'reason':'a holiday','date':'2017-10-30'}",
    "{'type':'report','directive':'bod-17-01','organisation':'agency-a','step':'identify',"
    "'result':'none-found','method':'package databases and signatures of executables',"
    "'coverage':'all workstations and servers','hosts':412,'found':0,'unread':3,'scans':412,"
    "'evidence':'" D2 "','date':'2017-10-12'}",
    "{'type':'reply','vendor':'kaspersky-lab','kind':'appeal','directive':'bod-17-01',"
    "'statement':'The vendor asks for a review.','document':'" D1 "','date':'2017-11-10'}",
    "{'type':'exception','id':'agency-b/x1','directive':'bod-17-01','organisation':'agency-b',"
    "'product':'a laboratory instrument','signer':'The chief information officer',"
    "'reason':'no replacement before spring','until':'2018-04-30','date':'2017-12-12'}",
    "{'type':'sealed','scheme':'cpa',"
    "'digest':'sha256:06764eb83e5708c9d88a13b6011d91d16ea4a86b6cd5bdbd778eeedb8e5c9132',"
    "'date':'2016-09-01'}",
    "{'type':'opened',"
    "'sealed':'sha256:06764eb83e5708c9d88a13b6011d91d16ea4a86b6cd5bdbd778eeedb8e5c9132',"
    "'salt':'505152535455565758595a5b5c5d5e5f',"
    "'text':'aGFsbG1hcmsvYXBwbGljYXRpb24vdjEKaWQgY3BhL2EtMTcKc2NoZW1lIGNwYQp2ZW5kb3Igbm9ydGhnYXRlCn"
    "Byb2R1Y3QgTm9ydGhnYXRlIERpc2sgVmF1bHQKZGF0ZSAyMDE2LTA5LTAxCg==','date':'2017-02-01'}",
    "{'type':'observation','source':'cc-portal','action':'changed',"
    "'row':'Northgate Disk Vault 4.2','vendor-name':'Northgate Systems Ltd.',"
    "'product':'Northgate Disk Vault','was':'archived-date=2022-02-01',"
    "'now':'archived-date=2021-02-01','snapshot':'" D1 "','date':'2018-03-05'}",
};

enum { EXAMPLES = sizeof examples / sizeof *examples };

/* The example with its apostrophes as the quotes that JSON wants. */
static void put_json(const char *example, struct buf *out)
{
    for (const char *c = example; *c != '\0'; c++)
        buf_add_byte(out, *c == '\'' ? '"' : (uint8_t)*c);
}

/* The text of the example, and the record on it. */
static void read_example(size_t i, struct arena *a, struct buf *text, struct record *r)
{
    struct buf json = buf_with_limit(TEXT_LIMIT);
    struct fault f = { 0 };

    put_json(examples[i], &json);
    if (!record_json_read(buf_bytes(&json), a, text, &f) ||
        !record_read_text(buf_bytes(text), a, r, &f))
        fail_msg("%s\n%s", examples[i], f.text);
    buf_done(&json);
}

static void put_members(const struct record *r, struct buf *out)
{
    struct emit e = emit_to(out);

    emit_map(&e, NULL, EMIT_TALL);
    record_json_put(r, &e);
    emit_map_end(&e);
}

static void every_type_has_its_example_in_the_order_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        struct arena a = arena_with_budget(BUDGET);
        struct buf text = buf_with_limit(TEXT_LIMIT);
        struct buf json = buf_with_limit(TEXT_LIMIT);
        struct buf again = buf_with_limit(TEXT_LIMIT);
        struct fault f = { 0 };
        struct record r;
        read_example(i, &a, &text, &r);
        assert_ptr_equal(r.type, record_type_at(i));
        assert_true(record_id(&r).len > 0);
        assert_true(record_happened(&r) > 0);
        put_members(&r, &json);
        assert_true(record_json_read(buf_bytes(&json), &a, &again, &f));
        assert_true(bytes_equal(buf_bytes(&again), buf_bytes(&text)));
        buf_done(&again);
        buf_done(&json);
        buf_done(&text);
        arena_done(&a);
    }
    assert_null(record_type_at(EXAMPLES));
}

static bool has(const struct vec *keys, struct bytes key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (bytes_equal(*(const struct bytes *)vec_at(keys, i), key))
            return true;
    return false;
}

static void the_examples_map_to_keys_and_their_identity_is_among_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        struct arena a = arena_with_budget(BUDGET);
        struct buf text = buf_with_limit(TEXT_LIMIT);
        struct vec keys = vec_of(&a, sizeof(struct bytes), MAPFN_KEYS_MAX);
        struct vec identity = vec_of(&a, sizeof(struct bytes), MAPFN_KEYS_MAX);
        struct fault f = { 0 };
        struct record r;
        read_example(i, &a, &text, &r);
        assert_true(mapfn_record_keys(&r, &a, &keys, &f));
        assert_true(mapfn_identity(&r, &a, &identity, &f) && identity.count > 0);
        for (size_t k = 0; k < identity.count; k++)
            assert_true(has(&keys, *(const struct bytes *)vec_at(&identity, k)));
        for (size_t k = 0; k < keys.count; k++) {
            assert_true(mapfn_is_key(*(const struct bytes *)vec_at(&keys, k), &f));
        }
        buf_done(&text);
        arena_done(&a);
    }
}

static const char beginning[] =
    "# The entries of the register\n"
    "\n"
    "This page is rendered from the table of types (`src/record/table_*.c`) and its examples; a "
    "test\n"
    "holds it against them. What each entry maps to in the index is said, to the byte, by\n"
    "[the map function's document](mapfn-1.txt).\n"
    "\n"
    "An entry is a signed note (C2SP signed-note). Its text is a *record*: a first line\n"
    "`hallmark/TYPE/v1`, and lines of a key, a space and a value, in the order of the tables "
    "below.\n"
    "`hallmark register load` takes one JSON object a line: `type`, and the lines by name, in any\n"
    "order; a line that may repeat takes a list too; a count may be a number. An unknown member, "
    "a\n"
    "missing one, a value that is not of its kind, or the same value twice under one line is "
    "refused\n"
    "before anything is written. So is an entry of more than 65,535 bytes: log the digest of a "
    "large\n"
    "document, not the document.\n"
    "\n"
    "Every entry says when its signer says that it happened (the line in **bold**); when it was "
    "logged\n"
    "is said by the witnesses' cosignatures. The *id* is the line by which reports name the "
    "entry's\n"
    "object. The log's own index entries (`hallmark/index/v1`) are written by no party.\n"
    "\n"
    "## Kinds of value\n"
    "\n"
    "| kind | what it is |\n"
    "|---|---|\n";

static void put_kinds(struct buf *out)
{
    for (int kind = 0; kind <= RECORD_PAIR; kind++)
        buf_print(out, "| %s | %s |\n", record_kind_word((enum record_kind)kind),
                  record_kind_rule((enum record_kind)kind));
    buf_add_text(out, "\nClean UTF-8 is well-formed and has no control characters: none that a "
                      "terminal, or a reader's eye, would obey.\n");
}

static void put_writers(unsigned writers, struct buf *out)
{
    static const struct {
        unsigned writer;
        const char *text;
    } names[] = {
        { RECORD_BY_LOG, "the log" },
        { RECORD_BY_AUTHORITY, "authority" },
        { RECORD_BY_BODY, "body" },
        { RECORD_BY_LAB, "lab" },
        { RECORD_BY_LIST_OWNER, "list-owner" },
        { RECORD_BY_ORGANISATION, "organisation" },
    };
    bool first = true;

    buf_add_text(out, "Written by: ");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((writers & names[i].writer) == 0)
            continue;
        buf_print(out, "%s%s", first ? "" : ", ", names[i].text);
        first = false;
    }
    buf_add_text(out, ".\n\n");
}

static void put_words(const char *words, struct buf *out)
{
    struct bytes rest = bytes_of_text(words);
    struct bytes word;

    for (bool first = true; bytes_next(&rest, ' ', &word); first = false)
        buf_print(out, "%s%.*s", first ? ": " : ", ", (int)word.len, (const char *)word.at);
}

static void put_fields(const struct record_type *t, struct buf *out)
{
    static const char *const times[2][2] = { { "may be there once", "any number" },
                                             { "once", "one or more" } };

    buf_add_text(out, "| line | kind | how often | what it says |\n|---|---|---|---|\n");
    for (const struct record_field *field = t->fields; field->name != NULL; field++) {
        const char *bold = strcmp(field->name, t->happened) == 0 ? "**" : "";
        const char *id = strcmp(field->name, t->id) == 0 ? " (the id)" : "";
        buf_print(out, "| %s`%s`%s%s | %s", bold, field->name, bold, id,
                  record_kind_word(field->kind));
        if (field->words != NULL)
            put_words(field->words, out);
        buf_print(out, " | %s | %s |\n", times[field->must][field->many], field->text);
    }
    buf_add_byte(out, '\n');
}

static void put_rules(const struct record_type *t, struct buf *out)
{
    if (t->rules == NULL)
        return;
    buf_add_text(out, "Rules:\n\n");
    for (const struct record_rule *rule = t->rules; rule->lines != NULL; rule++) {
        buf_add_text(out, "- ");
        record_rule_write(rule, out);
        buf_add_byte(out, '\n');
    }
    buf_add_byte(out, '\n');
}

static void put_templates(const struct record_type *t, struct buf *out)
{
    buf_print(out, "Index keys: `type:%s`", t->name);
    for (const char *const *at = t->keys; *at != NULL; at++)
        buf_print(out, ", `%s`", *at);
    buf_add_text(out, ".\n\n");
}

/* What the example maps to: the golden values of the map. */
static void put_keys(const struct record *r, struct arena *a, struct buf *out)
{
    struct vec keys = vec_of(a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct fault f = { 0 };

    assert_true(mapfn_record_keys(r, a, &keys, &f));
    for (size_t i = 0; i < keys.count; i++) {
        buf_add(out, *(const struct bytes *)vec_at(&keys, i));
        buf_add_byte(out, '\n');
    }
}

static void put_type(size_t i, struct buf *out)
{
    const struct record_type *t = record_type_at(i);
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(TEXT_LIMIT);
    struct record r;

    buf_print(out, "\n## %s\n\n", t->name);
    buf_print(out, "%c%s.\n\n", t->title[0] >= 'a' ? t->title[0] - 32 : t->title[0], t->title + 1);
    put_writers(t->writers, out);
    put_fields(t, out);
    put_rules(t, out);
    put_templates(t, out);
    read_example(i, &a, &text, &r);
    buf_add_text(out, "```json\n");
    put_members(&r, out);
    buf_add_text(out, "```\n\n```\n");
    buf_add(out, buf_bytes(&text));
    buf_add_text(out, "```\n\nmaps to\n\n```\n");
    put_keys(&r, &a, out);
    buf_add_text(out, "```\n");
    buf_done(&text);
    arena_done(&a);
}

static void the_page_is_what_the_table_says(void **state)
{
    struct buf page = buf_with_limit(TEXT_LIMIT);

    (void)state;
    buf_add_text(&page, beginning);
    put_kinds(&page);
    for (size_t i = 0; i < EXAMPLES; i++)
        put_type(i, &page);
    assert_true(buf_ok(&page));
    record_trial_document("register-entries.md", buf_bytes(&page));
    buf_done(&page);
}

static void write_seeds(size_t i)
{
    struct arena a = arena_with_budget(BUDGET);
    struct buf text = buf_with_limit(TEXT_LIMIT);
    struct buf json = buf_with_limit(TEXT_LIMIT);
    struct vec keys = vec_of(&a, sizeof(struct bytes), MAPFN_KEYS_MAX);
    struct fault f = { 0 };
    struct record r;
    char name[64];

    read_example(i, &a, &text, &r);
    put_json(examples[i], &json);
    record_trial_seed("record", r.type->name, buf_bytes(&text));
    record_trial_seed("recordjson", r.type->name, buf_bytes(&json));
    assert_true(mapfn_record_keys(&r, &a, &keys, &f));
    for (size_t k = 0; k < keys.count; k++) {
        (void)snprintf(name, sizeof name, "%s-%zu", r.type->name, k);
        record_trial_seed("indexkey", name, *(const struct bytes *)vec_at(&keys, k));
    }
    buf_done(&json);
    buf_done(&text);
    arena_done(&a);
}

static void the_examples_are_seeds(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++)
        write_seeds(i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_its_example_in_the_order_of_the_table),
        cmocka_unit_test(the_examples_map_to_keys_and_their_identity_is_among_them),
        cmocka_unit_test(the_page_is_what_the_table_says),
        cmocka_unit_test(the_examples_are_seeds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
