#include "record/mapfn_text.h"

#include "record/record_kind.h"
#include "record/record_rule.h"

static const char beginning[] =
    "Hallmark register: map function, version 1\n"
    "\n"
    "This document says, for the bytes of any entry of a log, under which keys the register's "
    "index\n"
    "holds it. It is complete: whoever has the entries of a log, this text and the documents that\n"
    "it names can compute the root of the index. The SHA-256 of this text stands in every index\n"
    "leaf. To change one byte of it is to make another version.\n"
    "\n"
    "\n"
    "1. What an entry maps to\n"
    "\n"
    "1.1 An index entry maps to nothing. It is exactly these five lines, each ended by a newline:\n"
    "    \"hallmark/index/v1\", \"covers N\", \"keys N\", \"root B\", \"mapfn D\", where N is a "
    "count, B\n"
    "    the base64 of 32 bytes, and D a digest (section 3).\n"
    "1.2 A record of version 1 (section 2) maps to the keys of its type's templates (section 5) "
    "and\n"
    "    to type:TYPE. A record of type opened maps to type:opened and, besides, to all keys of "
    "the\n"
    "    record in its text line.\n"
    "1.3 Every other sequence of bytes maps to type:unknown alone: never to nothing.\n"
    "1.4 The keys of an entry are a set: a key that is yielded twice counts once.\n"
    "\n"
    "\n"
    "2. What a record is\n"
    "\n"
    "2.1 An entry has at most 65535 bytes. It is a signed note (C2SP signed-note): well-formed "
    "UTF-8\n"
    "    without characters below U+0020 other than the newline; a text, an empty line, and 1 to "
    "64\n"
    "    signature lines. The last empty line parts them. A signature line has at most 8192 bytes\n"
    "    with its newline: U+2014, a space, a name, a space, the base64 of more than 4 bytes. A "
    "name\n"
    "    is not empty and has no plus sign and no white space of Unicode. Whether a signature\n"
    "    verifies is nothing to the map.\n"
    "2.2 The text's first line is hallmark/TYPE/v1, with a TYPE of section 5. Every other line is "
    "a\n"
    "    key, a space, and a value, which is everything up to the newline.\n"
    "2.3 The keys are those of the type, in its order. A line marked ! must be there; one marked "
    "*\n"
    "    may be there any number of times, its lines together; else a line is there once at most.\n"
    "2.4 Every value is of its line's kind (section 3).\n"
    "2.5 Between the lines of one key no two values are the same. Of steps, states and pairs "
    "their\n"
    "    IDs are compared, of files their paths.\n"
    "2.6 The type's own rules hold, where section 5 states some.\n"
    "\n"
    "\n"
    "3. Kinds of value\n"
    "\n"
    "Clean UTF-8 is well-formed UTF-8 without U+0000 to U+001F, U+007F to U+009F, U+061C, U+200E,\n"
    "U+200F, U+2028 to U+202E, U+2066 to U+2069, and U+FEFF. Base64 is RFC 4648 section 4, "
    "padded,\n"
    "with the unused bits zero.\n"
    "\n";

static const char tokens[] =
    "\n"
    "\n"
    "4. The token rule\n"
    "\n"
    "In a text, the bytes A to Z become a to z; the bytes a to z, 0 to 9, and all from 0x80 on "
    "stay;\n"
    "any run of other bytes parts two tokens. An empty token is none. There are no tables of "
    "Unicode:\n"
    "names in other scripts are covered by entries of type alias.\n"
    "\n"
    "\n"
    "5. Types, their lines, and their keys\n"
    "\n"
    "In a template, {line} stands for the value of that line, {tokens line} for a token of its "
    "value,\n"
    "{sha256 line} for the SHA-256 of its value in lower-case hexadecimal; of a verifier key, for\n"
    "that of the name before its first plus sign. A template yields a key for every combination "
    "of\n"
    "values and tokens, and none where a line that it names is absent.\n";

static const char ending[] =
    "\n"
    "\n"
    "6. Canonical keys\n"
    "\n"
    "A key string that no entry can map to has no place in a question: its absence says nothing.\n"
    "Whoever verifies a lookup refuses every string but these: type:unknown; type: and a TYPE of\n"
    "section 5; and what agrees with a template of section 5 from its first byte to its last, "
    "where\n"
    "{line} is a value of that line's kind, {tokens line} is a token as section 3 has it, and\n"
    "{sha256 line} is 64 lower-case hexadecimal digits.\n"
    "\n"
    "\n"
    "7. The index\n"
    "\n"
    "A key string stands in the index at K, the SHA-256 of its bytes. Its postings are the places "
    "in\n"
    "the log, counted from 0 and in rising order, of all entries before the index entry that map "
    "to\n"
    "it. What stands at K is V, the SHA-256 of the postings, each written as 8 bytes, the most\n"
    "significant first. A key without postings has no leaf.\n"
    "The tree over the leaves is a Merkle Patricia tree: an empty tree is SHA-256 of nothing; a "
    "leaf\n"
    "is SHA-256(K || V); an inner node is SHA-256(left || right || b), b one byte: the number of "
    "the\n"
    "first bit, counted from 0 at the most significant bit of the first byte, in which the keys "
    "of\n"
    "its two sides differ; left has 0 there. So the shape depends on the keys alone. The root "
    "stands\n"
    "in the index entry in base64, beside the numbers of entries (covers) and of keys (keys).\n";

enum { KINDS = RECORD_PAIR + 1 };

static void put_kinds(struct buf *out)
{
    for (int kind = 0; kind < KINDS; kind++)
        buf_print(out, "%-8s%s\n", record_kind_word((enum record_kind)kind),
                  record_kind_rule((enum record_kind)kind));
}

static void put_field(const struct record_field *field, struct buf *out)
{
    buf_print(out, "    %-18s%c%c %s", field->name, field->must ? '!' : ' ',
              field->many ? '*' : ' ', record_kind_word(field->kind));
    if (field->words != NULL)
        buf_print(out, ": %s", field->words);
    buf_add_byte(out, '\n');
}

static void put_type(const struct record_type *type, struct buf *out)
{
    buf_print(out, "\n%s\n", type->name);
    for (const struct record_field *field = type->fields; field->name != NULL; field++)
        put_field(field, out);
    for (const struct record_rule *rule = type->rules; rule != NULL && rule->lines != NULL;
         rule++) {
        buf_add_text(out, "  rule ");
        record_rule_write(rule, out);
        buf_add_byte(out, '\n');
    }
    for (const char *const *at = type->keys; *at != NULL; at++)
        buf_print(out, "  key  %s\n", *at);
}

void mapfn_text_write(struct buf *out)
{
    const struct record_type *type;

    buf_add_text(out, beginning);
    put_kinds(out);
    buf_add_text(out, tokens);
    for (size_t i = 0; (type = record_type_at(i)) != NULL; i++)
        put_type(type, out);
    buf_add_text(out, ending);
}
