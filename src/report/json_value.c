#include "report/json_value.h"

#include "core/date.h"
#include "core/limits.h"
#include "core/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* jansson counts references even in values that it promises not to change. */
static json_t *value_of(struct json_value v)
{
    json_t *at = NULL;

    memcpy(&at, &v.at, sizeof at);
    return at;
}

bool json_value_open(struct bytes text, struct arena *a, struct json_reader *out, struct fault *f)
{
    json_error_t error;
    json_t *document = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &error);

    if (document == NULL)
        return fault_at(f, FAULT_FORMAT, error.position < 0 ? 0 : (uint64_t)error.position,
                        "no JSON report, line %d column %d: %s", error.line, error.column,
                        error.text);
    if (!json_is_object(document)) {
        json_decref(document);
        return fault_set(f, FAULT_FORMAT, "no JSON report: not an object");
    }
    *out = (struct json_reader){ .arena = a, .fault = f, .document = document };
    return true;
}

void json_value_close(struct json_reader *r)
{
    json_decref(r->document);
    r->document = NULL;
}

struct json_value json_value_top(struct json_reader *r)
{
    return (struct json_value){ .reader = r, .at = r->document };
}

bool json_value_ok(struct json_value v)
{
    return !v.reader->failed;
}

void json_value_stop(struct json_value v)
{
    v.reader->failed = true;
}

/* The words at fault may be anything: they are escaped and cut. */
void json_value_refuse(struct json_value v, const char *key, const char *what)
{
    const json_t *member = key == NULL ? value_of(v) : json_object_get(value_of(v), key);
    const struct bytes word =
        bytes_of_text(json_is_string(member) ? json_string_value(member) : "");

    if (v.reader->failed)
        return;
    v.reader->failed = true;
    const char *clean = text_from(v.reader->arena, word, 40, v.reader->fault);
    if (clean != NULL)
        (void)fault_set(v.reader->fault, FAULT_FORMAT, "%s%s%s: '%s' %s", v.place,
                        v.place[0] == '\0' || key == NULL ? "" : ".", key == NULL ? "" : key, clean,
                        what);
}

/* The value itself, of another place. */
static struct json_value child(struct json_value v, const char *key, const json_t *at)
{
    struct json_value c = { .reader = v.reader, .at = at };

    (void)snprintf(c.place, sizeof c.place, "%.60s%s%.30s", v.place, v.place[0] == '\0' ? "" : ".",
                   key);
    return c;
}

static struct json_value empty_of(struct json_value v)
{
    return (struct json_value){ .reader = v.reader };
}

static const json_t *member_of(struct json_value v, const char *key)
{
    if (v.reader->failed || !json_is_object(value_of(v)))
        return NULL;
    return json_object_get(value_of(v), key);
}

struct json_value json_value_map(struct json_value v, const char *key)
{
    const json_t *at = member_of(v, key);

    if (json_is_object(at))
        return child(v, key, at);
    json_value_refuse(v, key, "stands where an object is needed");
    return empty_of(v);
}

struct json_value json_value_list(struct json_value v, const char *key)
{
    const json_t *at = member_of(v, key);

    if (json_is_array(at))
        return child(v, key, at);
    json_value_refuse(v, key, "stands where a list is needed");
    return empty_of(v);
}

struct json_value json_value_map_or_null(struct json_value v, const char *key)
{
    const json_t *at = member_of(v, key);

    if (at == NULL || json_is_null(at))
        return empty_of(v);
    return json_value_map(v, key);
}

bool json_value_is_map(struct json_value v)
{
    return !v.reader->failed && json_is_object(value_of(v));
}

bool json_value_is_null(struct json_value v, const char *key)
{
    const json_t *at = member_of(v, key);

    return at == NULL || json_is_null(at);
}

size_t json_value_count(struct json_value v)
{
    if (v.reader->failed || v.at == NULL)
        return 0;
    return json_is_array(value_of(v)) ? json_array_size(value_of(v))
                                      : json_object_size(value_of(v));
}

/* The `i`-th pair of a map: maps that are walked have a handful of keys. */
static void *pair_at(struct json_value v, size_t i)
{
    void *pair = json_object_iter(value_of(v));

    while (pair != NULL && i-- > 0)
        pair = json_object_iter_next(value_of(v), pair);
    return pair;
}

struct json_value json_value_at(struct json_value v, size_t i)
{
    if (v.reader->failed)
        return empty_of(v);
    const bool list = json_is_array(value_of(v));
    struct json_value c = { .reader = v.reader };

    c.at = list ? json_array_get(value_of(v), i) : json_object_iter_value(pair_at(v, i));
    (void)snprintf(c.place, sizeof c.place, "%.60s[%zu]", v.place, i);
    return c;
}

static const char *clean_text(struct json_value v, const char *text, size_t len)
{
    const struct bytes b = { .at = (const uint8_t *)text, .len = len };

    if (len > LIMIT_TEXT) {
        json_value_refuse(v, NULL, "is longer than a text may be");
        return NULL;
    }
    const char *clean = text_from(v.reader->arena, b, LIMIT_TEXT, v.reader->fault);
    if (clean == NULL)
        json_value_stop(v);
    return clean;
}

const char *json_value_own_text(struct json_value v)
{
    if (v.reader->failed)
        return NULL;
    if (!json_is_string(value_of(v))) {
        json_value_refuse(v, NULL, "stands where a text is needed");
        return NULL;
    }
    return clean_text(v, json_string_value(value_of(v)), json_string_length(value_of(v)));
}

const char *json_value_own_key(struct json_value v, size_t i)
{
    if (v.reader->failed)
        return NULL;
    const char *key = json_object_iter_key(pair_at(v, i));
    /* two keys made clean could become one */
    if (!text_is_clean(bytes_of_text(key))) {
        json_value_refuse(json_value_at(v, i), NULL, "stands under a key with control characters");
        return NULL;
    }
    return clean_text(v, key, strlen(key));
}

const char *json_value_text(struct json_value v, const char *key)
{
    const json_t *at = member_of(v, key);

    if (at == NULL || json_is_null(at))
        return NULL;
    return json_value_own_text(child(v, key, at));
}

const char *json_value_need_text(struct json_value v, const char *key)
{
    const char *text = json_value_text(v, key);

    if (text == NULL)
        json_value_refuse(v, key, "stands where a text is needed");
    return text;
}

struct bytes json_value_word(struct json_value v, const char *key)
{
    const char *text = json_value_text(v, key);

    return bytes_of_text(text == NULL ? "" : text);
}

int32_t json_value_date(struct json_value v, const char *key)
{
    int32_t date = DATE_NONE;

    if (!json_value_is_null(v, key) && !date_read(json_value_word(v, key), &date))
        json_value_refuse(v, key, "is no date");
    return date;
}

int64_t json_value_number(struct json_value v, const char *key, int64_t least, int64_t most)
{
    const json_t *at = member_of(v, key);

    if (json_is_integer(at) && json_integer_value(at) >= least && json_integer_value(at) <= most)
        return json_integer_value(at);
    json_value_refuse(v, key, "stands where a number is needed, or is out of its range");
    return 0;
}

double json_value_real(struct json_value v, const char *key)
{
    const json_t *at = member_of(v, key);

    if (json_is_number(at))
        return json_number_value(at);
    json_value_refuse(v, key, "stands where a number is needed");
    return 0;
}

bool json_value_bool(struct json_value v, const char *key)
{
    const json_t *at = member_of(v, key);

    if (!json_is_boolean(at))
        json_value_refuse(v, key, "stands where true or false is needed");
    return json_is_true(at);
}
