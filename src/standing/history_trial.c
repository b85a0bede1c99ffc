#include "standing/history_trial.h"

#include "record/mapfn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BUDGET = 512 << 20, MANY = 1 << 20 };

static bool find(void *with, struct bytes key, struct vec *places, struct fault *f)
{
    struct history_trial *t = with;
    const struct vec *kept = map_find(&t->places, key);

    t->finds++;
    for (size_t i = 0; kept != NULL && i < kept->count; i++) {
        uint64_t *place = vec_push(places, f);
        if (place == NULL)
            return false;
        *place = *(const uint64_t *)vec_at(kept, i);
    }
    return true;
}

static bool entry(void *with, uint64_t place, struct arena *a, struct bytes *out, struct fault *f)
{
    const struct history_trial *t = with;
    const struct bytes kept = *(const struct bytes *)vec_at(&t->entries, (size_t)place);
    const char *copy = arena_copy(a, kept, f);

    *out = (struct bytes){ .at = (const uint8_t *)copy, .len = kept.len };
    return copy != NULL;
}

static bool logged(void *with, uint64_t place, int64_t *time, struct fault *f)
{
    const struct history_trial *t = with;

    (void)f;
    *time = *(const int64_t *)vec_at(&t->times, (size_t)place);
    return true;
}

static void file(struct history_trial *t, struct bytes key, uint64_t place)
{
    struct fault f = { 0 };
    struct vec *kept = map_find(&t->places, key);

    if (kept == NULL) {
        kept = arena_alloc(&t->arena, sizeof *kept, &f);
        assert_non_null(kept);
        *kept = vec_of(&t->arena, sizeof(uint64_t), MANY);
        assert_true(map_put(&t->places, key, kept, &f));
    }
    uint64_t *at = vec_push(kept, &f);
    assert_non_null(at);
    *at = place;
}

static void put(struct history_trial *t, struct bytes all)
{
    struct fault f = { 0 };
    struct vec keys = vec_of(&t->arena, sizeof(struct bytes), MAPFN_KEYS_MAX);
    const uint64_t place = t->entries.count;
    struct bytes *kept = vec_push(&t->entries, &f);
    int64_t *time = vec_push(&t->times, &f);

    assert_non_null(kept);
    assert_non_null(time);
    kept->at = (const uint8_t *)arena_copy(&t->arena, all, &f);
    kept->len = all.len;
    *time = t->now;
    assert_true(mapfn_keys(*kept, &t->arena, &keys, &f));
    for (size_t i = 0; i < keys.count; i++)
        file(t, *(const struct bytes *)vec_at(&keys, i), place);
}

static struct key_signer *hand(struct history_trial *t, struct bytes name)
{
    struct fault f = { 0 };

    for (size_t i = 0; i < t->hand_count; i++)
        if (bytes_equal_text(name, t->hands[i].name))
            return t->hands[i].key;
    assert_true(t->hand_count < HISTORY_TRIAL_HANDS);
    struct history_trial_hand *h = &t->hands[t->hand_count];
    h->name = arena_copy(&t->arena, name, &f);
    assert_non_null(h->name);
    if (!key_new(name, KEY_ED25519, &h->key, &f))
        fail_msg("%s", f.text);
    t->hand_count++;
    return h->key;
}

const struct key *history_trial_key(struct history_trial *t, const char *name)
{
    return key_of(hand(t, bytes_of_text(name)));
}

const char *history_trial_vkey(struct history_trial *t, const char *name)
{
    struct fault f = { 0 };
    char *out = arena_alloc(&t->arena, KEY_VKEY_MAX, &f);

    assert_non_null(out);
    return key_write(history_trial_key(t, name), out);
}

struct bytes history_trial_entry(struct history_trial *t, const char *hands, const char *type,
                                 const char *lines)
{
    struct buf out = buf_with_limit(1 << 20);
    struct bytes rest = bytes_of_text(lines);
    struct bytes piece;
    struct fault f = { 0 };

    buf_print(&out, "hallmark/%s/v1\n", type);
    while (bytes_next(&rest, '|', &piece)) {
        buf_add(&out, piece);
        buf_add_byte(&out, '\n');
    }
    const char *copy = arena_copy(&t->arena, buf_bytes(&out), &f);
    assert_non_null(copy);
    const struct bytes text = bytes_of_text(copy);
    buf_add_byte(&out, '\n');
    rest = bytes_of_text(hands);
    while (bytes_next(&rest, ' ', &piece))
        assert_true(note_sign(hand(t, piece), text, &out, &f));
    assert_true(buf_ok(&out));
    const struct bytes all = { .at = (const uint8_t *)arena_copy(&t->arena, buf_bytes(&out), &f),
                               .len = out.len };
    assert_non_null(all.at);
    buf_done(&out);
    return all;
}

bool history_trial_submit(struct history_trial *t, const struct admission_entry *e, struct fault *f)
{
    struct arena a = arena_with_budget(64 << 20);
    struct record r;

    if (t->rewalked)
        admission_forget(t->admission);
    const bool ok = admission_check(t->admission, e, &a, &r, f);
    if (ok)
        put(t, e->entry);
    arena_done(&a);
    return ok;
}

bool history_trial_post(struct history_trial *t, const char *hands, const char *type,
                        const char *lines, struct fault *f)
{
    const struct admission_entry e = { .entry = history_trial_entry(t, hands, type, lines),
                                       .log = history_trial_key(t, "log"),
                                       .now = t->now };

    return history_trial_submit(t, &e, f);
}

void history_trial_good(struct history_trial *t, const char *hands, const char *type,
                        const char *lines)
{
    struct fault f = { 0 };

    if (!history_trial_post(t, hands, type, lines, &f))
        fail_msg("%s %s: %s", type, lines, f.text);
}

void history_trial_bad(struct history_trial *t, const char *rule, const char *hands,
                       const char *type, const char *lines)
{
    const size_t before = t->entries.count;
    struct fault f = { 0 };
    char start[32];

    if (history_trial_post(t, hands, type, lines, &f))
        fail_msg("admitted, against %s: %s %s", rule, type, lines);
    (void)snprintf(start, sizeof start, "admission %s: ", rule);
    if (strstr(f.text, start) == NULL)
        fail_msg("not by %s: %s", rule, f.text);
    assert_int_equal(t->entries.count, before);
}

void history_trial_admit(struct history_trial *t, const char *name, const char *kind)
{
    struct fault f = { 0 };
    char lines[1024];

    (void)snprintf(lines, sizeof lines, "id %s|kind %s|key %s|date 2016-01-01", name, kind,
                   history_trial_vkey(t, name));
    if (!history_trial_post(t, "log", "party", lines, &f))
        fail_msg("%s", f.text);
}

void history_trial_init(struct history_trial *t)
{
    struct fault f = { 0 };

    *t = (struct history_trial){ .arena = arena_with_budget(BUDGET) };
    t->entries = vec_of(&t->arena, sizeof(struct bytes), MANY);
    t->times = vec_of(&t->arena, sizeof(int64_t), MANY);
    t->places = map_in(&t->arena);
    t->history = (struct history){ .with = t, .find = find, .entry = entry, .logged = logged };
    assert_true(admission_new(&t->history, &t->admission, &f));
    if (!history_trial_post(t, "log", "register", "origin log|clock real|date 2016-01-01", &f))
        fail_msg("%s", f.text);
}

void history_trial_done(struct history_trial *t)
{
    for (size_t i = 0; i < t->hand_count; i++)
        key_signer_free(&t->hands[i].key);
    admission_free(&t->admission);
    arena_done(&t->arena);
}
