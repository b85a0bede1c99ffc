#include "record/record_rule.h"

#include "record/record_kind.h"

static struct bytes next_word(struct bytes *words)
{
    struct bytes word = { 0 };

    (void)bytes_next(words, ' ', &word);
    return word;
}

static struct bytes value_under(const struct record *r, struct bytes key)
{
    const struct record_line *first;

    return record_lines(r, key, &first) > 0 ? first->value : (struct bytes){ 0 };
}

static bool check_one_of(const struct record *r, const char *lines, struct fault *f)
{
    struct bytes words = bytes_of_text(lines);
    struct bytes key;

    while (bytes_next(&words, ' ', &key))
        if (value_under(r, key).len > 0)
            return true;
    return fault_set(f, FAULT_FORMAT, "hallmark/%s/v1: one of these lines must be there: %s",
                     r->type->name, lines);
}

static bool check_ordered(const struct record *r, const char *lines, struct fault *f)
{
    struct bytes words = bytes_of_text(lines);
    const struct bytes early = next_word(&words);
    const struct bytes late = next_word(&words);
    const struct bytes first = value_under(r, early);
    const struct bytes second = value_under(r, late);

    /* dates in one notation of one width: the order of their bytes is theirs */
    if (first.len == 0 || second.len == 0 || bytes_compare(first, second) <= 0)
        return true;
    return fault_set(f, FAULT_FORMAT, "%.*s: %.*s is before %.*s %.*s", (int)late.len,
                     (const char *)late.at, (int)second.len, (const char *)second.at,
                     (int)early.len, (const char *)early.at, (int)first.len,
                     (const char *)first.at);
}

static bool check_apart(const struct record *r, const char *lines, struct fault *f)
{
    struct bytes words = bytes_of_text(lines);
    const struct bytes one = next_word(&words);
    const struct bytes other = next_word(&words);
    const struct record_line *a;
    const struct record_line *b;
    const size_t in_one = record_lines(r, one, &a);
    const size_t in_other = record_lines(r, other, &b);
    char shown[RECORD_SHOWN_MAX];

    for (size_t i = 0; i < in_one; i++)
        for (size_t k = 0; k < in_other; k++)
            if (bytes_equal(a[i].value, b[k].value))
                return fault_set(f, FAULT_FORMAT, "'%s' stands under %.*s and under %.*s",
                                 record_kind_shown(a[i].value, shown), (int)one.len,
                                 (const char *)one.at, (int)other.len, (const char *)other.at);
    return true;
}

/* Whether the first two words of the rule, a line and its value, are so in the record. */
static bool holds(const struct record *r, struct bytes *words)
{
    const struct bytes key = next_word(words);
    const struct bytes word = next_word(words);

    return bytes_equal(value_under(r, key), word);
}

static bool check_needs(const struct record *r, const char *lines, struct fault *f)
{
    struct bytes words = bytes_of_text(lines);
    struct bytes key;

    if (!holds(r, &words))
        return true;
    while (bytes_next(&words, ' ', &key)) {
        struct bytes why = bytes_of_text(lines);
        const struct bytes line = next_word(&why);
        const struct bytes value = next_word(&why);
        if (value_under(r, key).len == 0)
            return fault_set(f, FAULT_FORMAT, "hallmark/%s/v1: %.*s %.*s needs the line '%.*s'",
                             r->type->name, (int)line.len, (const char *)line.at, (int)value.len,
                             (const char *)value.at, (int)key.len, (const char *)key.at);
    }
    return true;
}

static bool check_zero(const struct record *r, const char *lines, struct fault *f)
{
    struct bytes words = bytes_of_text(lines);

    if (!holds(r, &words))
        return true;
    const struct bytes value = value_under(r, words);
    if (value.len == 0 || record_kind_count(value) == 0)
        return true;
    return fault_set(f, FAULT_FORMAT, "%.*s %.*s, and yet %s", (int)words.len,
                     (const char *)words.at, (int)value.len, (const char *)value.at, lines);
}

static bool check_threshold(const struct record *r, const char *lines, struct fault *f)
{
    struct bytes words = bytes_of_text(lines);
    const struct bytes value = value_under(r, next_word(&words));
    const uint64_t threshold = record_kind_count(value);
    const struct record_line *first;

    if (value.len == 0)
        return true;
    if (threshold == 0)
        return fault_set(f, FAULT_FORMAT, "threshold: 0, where one signature is the least");
    const size_t keys = words.len == 0 ? SIZE_MAX : record_lines(r, words, &first);
    if (threshold > keys)
        return fault_set(f, FAULT_FORMAT, "threshold: %llu, where there are %zu keys",
                         (unsigned long long)threshold, keys);
    return true;
}

static bool check_opens(const struct record *r, struct arena *a, struct fault *f)
{
    const struct arena_mark mark = arena_mark(a);
    struct record inner;
    const bool ok = record_opened(r, a, &inner, f);

    arena_release(a, mark);
    return ok;
}

static bool check(const struct record_rule *rule, const struct record *r, struct arena *a,
                  struct fault *f)
{
    switch (rule->kind) {
    case RECORD_RULE_ONE_OF:
        return check_one_of(r, rule->lines, f);
    case RECORD_RULE_ORDERED:
        return check_ordered(r, rule->lines, f);
    case RECORD_RULE_APART:
        return check_apart(r, rule->lines, f);
    case RECORD_RULE_NEEDS:
        return check_needs(r, rule->lines, f);
    case RECORD_RULE_ZERO:
        return check_zero(r, rule->lines, f);
    case RECORD_RULE_THRESHOLD:
        return check_threshold(r, rule->lines, f);
    case RECORD_RULE_OPENS:
        return check_opens(r, a, f);
    }
    return true;
}

bool record_rule_check(const struct record *r, struct arena *a, struct fault *f)
{
    for (const struct record_rule *rule = r->type->rules; rule != NULL && rule->lines != NULL;
         rule++)
        if (!check(rule, r, a, f))
            return false;
    return true;
}

static void put(struct buf *out, struct bytes word)
{
    buf_add_byte(out, '`');
    buf_add(out, word);
    buf_add_byte(out, '`');
}

static void put_list(struct buf *out, struct bytes words)
{
    struct bytes word;

    for (bool first = true; bytes_next(&words, ' ', &word); first = false) {
        buf_add_text(out, first ? "" : ", ");
        put(out, word);
    }
}

void record_rule_write(const struct record_rule *rule, struct buf *out)
{
    struct bytes words = bytes_of_text(rule->lines);
    const struct bytes first = next_word(&words);
    const struct bytes all = bytes_of_text(rule->lines);

    switch (rule->kind) {
    case RECORD_RULE_ONE_OF:
        buf_add_text(out, "one of the lines ");
        put_list(out, all);
        buf_add_text(out, " at least is there");
        return;
    case RECORD_RULE_ORDERED:
        put(out, first);
        buf_add_text(out, " is not after ");
        put(out, words);
        buf_add_text(out, ", where both are there");
        return;
    case RECORD_RULE_APART:
        buf_add_text(out, "no value stands both under ");
        put(out, first);
        buf_add_text(out, " and under ");
        put(out, words);
        return;
    case RECORD_RULE_NEEDS:
    case RECORD_RULE_ZERO: {
        const struct bytes value = next_word(&words);
        buf_add_text(out, "where ");
        put(out, first);
        buf_add_text(out, " is ");
        put(out, value);
        buf_add_text(out, ", ");
        put_list(out, words);
        buf_add_text(out,
                     rule->kind == RECORD_RULE_NEEDS ? " must be there" : " is 0 or is not there");
        return;
    }
    case RECORD_RULE_THRESHOLD:
        put(out, first);
        buf_add_text(out, " is 1 at least");
        if (words.len > 0) {
            buf_add_text(out, ", and at most the number of lines ");
            put(out, words);
        }
        return;
    case RECORD_RULE_OPENS:
        buf_add_text(out, "`text` decodes to the text of a valid record of version 1, whose type "
                          "is none of sealed, opened, register, party, rotation; `sealed` is "
                          "SHA-256 of the bytes of `salt` and, behind them, that text");
        return;
    }
}
