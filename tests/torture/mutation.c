#include "mutation.h"

#include "codec/base64.h"

#include <assert.h>
#include <string.h>

enum { LINES_MAX = 512, RANGE_MAX = 40 };

/* splitmix64: small, and the same everywhere. */
uint64_t mutation_draw(struct mutation_dice *d, uint64_t below)
{
    uint64_t z = (d->state += 0x9e3779b97f4a7c15u);

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return below == 0 ? 0 : z % below;
}

static size_t draw(struct mutation_dice *d, size_t below)
{
    return (size_t)mutation_draw(d, below);
}

/* Put `piece` where the `len` bytes at `at` are; `piece` may lie in `text`. */
static void put(struct buf *text, size_t at, size_t len, struct bytes piece)
{
    struct buf all = buf_with_limit(MUTATION_MAX);

    assert(at <= text->len && len <= text->len - at);
    buf_add(&all, bytes_part(buf_bytes(text), 0, at));
    buf_add(&all, piece);
    buf_add(&all, bytes_part(buf_bytes(text), at + len, text->len));
    if (buf_ok(&all)) {
        buf_done(text);
        *text = all;
        return;
    }
    buf_done(&all);
}

struct line {
    size_t at;
    size_t len; /* without its "\n" */
};

/* A line drawn among all; where there is none, an empty one at the start. */
static struct line draw_line(struct mutation_dice *d, struct bytes text)
{
    struct line lines[LINES_MAX];
    struct bytes rest = text;
    struct bytes one;
    size_t count = 0;

    while (count < LINES_MAX && bytes_next(&rest, '\n', &one)) {
        lines[count].at = one.len == 0 ? text.len - rest.len - 1 : (size_t)(one.at - text.at);
        lines[count++].len = one.len;
    }
    return count == 0 ? (struct line){ 0 } : lines[draw(d, count)];
}

static struct bytes line_bytes(struct bytes text, struct line l)
{
    return bytes_part(text, l.at, l.len);
}

/* The line with its end, where it has one. */
static size_t whole(struct bytes text, struct line l)
{
    return l.len + (l.at + l.len < text.len);
}

static void change_bytes(struct mutation_dice *d, struct buf *b)
{
    static const char signs[] = "\n =+-/A09z#\t\r";
    const size_t at = draw(d, b->len);
    uint8_t fresh = (uint8_t)draw(d, 256);

    if (b->len == 0)
        return;
    switch (draw(d, 7)) {
    case 0:
        b->at[at] = (uint8_t)(b->at[at] ^ 1u << draw(d, 8));
        break;
    case 1:
        b->at[at] = fresh;
        break;
    case 2:
        b->at[at] = (uint8_t)signs[draw(d, sizeof signs - 1)];
        break;
    case 3:
        fresh = draw(d, 2) == 0 ? fresh : (uint8_t)signs[draw(d, sizeof signs - 1)];
        put(b, at, 0, (struct bytes){ .at = &fresh, .len = 1 });
        break;
    case 4:
        put(b, at, bytes_part(buf_bytes(b), at, 1 + draw(d, RANGE_MAX)).len, (struct bytes){ 0 });
        break;
    case 5:
        put(b, at, 0, bytes_part(buf_bytes(b), draw(d, b->len), 1 + draw(d, RANGE_MAX)));
        break;
    default:
        b->len = at;
        break;
    }
}

static void change_lines(struct mutation_dice *d, struct buf *b, struct bytes other)
{
    const struct bytes all = buf_bytes(b);
    const struct line one = draw_line(d, all);
    const struct line two = draw_line(d, all);
    const struct line far = draw_line(d, other);
    struct buf piece = buf_with_limit(MUTATION_MAX);

    switch (draw(d, 6)) {
    case 0:
        put(b, one.at, whole(all, one), (struct bytes){ 0 });
        break;
    case 1: /* doubled, or in another place as well */
        put(b, two.at, 0, bytes_part(all, one.at, whole(all, one)));
        break;
    case 2:
        put(b, one.at, one.len, line_bytes(other, far));
        break;
    case 3:
        put(b, one.at, 0, bytes_part(other, far.at, whole(other, far)));
        break;
    case 4: /* the head of one and the tail of the other */
        put(b, one.at, b->len - one.at, bytes_part(other, far.at, other.len));
        break;
    default: /* swapped */
        if (one.at < two.at) {
            buf_add(&piece, line_bytes(all, two));
            buf_add(&piece, bytes_part(all, one.at + one.len, two.at - one.at - one.len));
            buf_add(&piece, line_bytes(all, one));
            put(b, one.at, two.at + two.len - one.at, buf_bytes(&piece));
        }
        break;
    }
    buf_done(&piece);
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static void change_number(struct mutation_dice *d, struct buf *b)
{
    static const char *const odd[] = {
        "0", "1", "00", "-1", "+1", "9223372036854775808", "18446744073709551616", "", "1e3"
    };
    struct buf fresh = buf_with_limit(MUTATION_MAX);
    size_t from = draw(d, b->len);
    size_t to;
    unsigned long long value = 0;

    while (from < b->len && !is_digit(b->at[from]))
        from++;
    for (to = from; to < b->len && is_digit(b->at[to]); to++)
        value = value * 10 + (b->at[to] - '0');
    switch (draw(d, 4)) {
    case 0:
        buf_print(&fresh, "%llu", value + 1);
        break;
    case 1:
        buf_print(&fresh, "%llu", value - 1);
        break;
    case 2:
        buf_print(&fresh, "0%llu", value);
        break;
    default:
        buf_add_text(&fresh, odd[draw(d, sizeof odd / sizeof odd[0])]);
        break;
    }
    put(b, from, to - from, buf_bytes(&fresh));
    buf_done(&fresh);
}

/* A number inside decoded bytes, of 1, 2, 4 or 8: lengths, counts, indices, times. */
static void change_word(struct mutation_dice *d, struct buf *b)
{
    const size_t width = (size_t)1 << draw(d, 4);
    const int step = draw(d, 2) == 0 ? 1 : 255;

    if (b->len < width)
        return;
    const size_t from = draw(d, b->len - width + 1);
    for (size_t i = width; i > 0; i--) { /* add or take one, with its carry */
        uint8_t *byte = &b->at[from + i - 1];
        *byte = (uint8_t)(*byte + step);
        if (*byte != (step == 1 ? 0 : 255))
            break;
    }
}

/* What stands in the base64 of a line: an extra, a hash, a root, a signature, a key. */
static void change_decoded(struct mutation_dice *d, struct buf *b)
{
    const struct bytes all = buf_bytes(b);
    const struct line one = draw_line(d, all);
    struct bytes word = line_bytes(all, one);
    struct buf value = buf_with_limit(MUTATION_MAX);
    struct buf text = buf_with_limit(MUTATION_MAX);
    uint8_t *room = buf_extend(&value, word.len + 1);

    while (bytes_index(word, ' ') < word.len)
        word = bytes_part(word, bytes_index(word, ' ') + 1, word.len);
    assert(room != NULL);
    if (word.len > 0 && base64_take(word, room, value.len, &value.len)) {
        if (draw(d, 2) == 0)
            change_word(d, &value);
        else
            change_bytes(d, &value);
        base64_put(&text, buf_bytes(&value));
        put(b, (size_t)(word.at - all.at), word.len, buf_bytes(&text));
    }
    buf_done(&value);
    buf_done(&text);
}

/* Other texts for the same value, where a decoder is lax: bits behind the last byte, padding. */
static void change_tail(struct mutation_dice *d, struct buf *b)
{
    static const char *const tails[] = { "=", "==", "", "A", "A=", " ", "\r", "\t" };
    const struct line one = draw_line(d, buf_bytes(b));
    size_t end = one.at + one.len;
    size_t pads = 0;

    while (pads < one.len && b->at[end - pads - 1] == '=')
        pads++;
    if (draw(d, 2) == 0 && pads < one.len)
        b->at[end - pads - 1] = (uint8_t)(b->at[end - pads - 1] + 1 + draw(d, 3));
    else
        put(b, end - pads, draw(d, 2) == 0 ? pads : 0,
            bytes_of_text(tails[draw(d, sizeof tails / sizeof tails[0])]));
}

void mutation_text(struct mutation_dice *d, struct buf *text, struct bytes other)
{
    switch (draw(d, 8)) {
    case 0:
    case 1:
        change_bytes(d, text);
        break;
    case 2:
        change_lines(d, text, other);
        break;
    case 3:
        change_number(d, text);
        break;
    case 4:
        change_tail(d, text);
        break;
    default:
        change_decoded(d, text);
        break;
    }
}

static const struct lookup *draw_lookup(struct mutation_dice *d, const struct lookup_file *l)
{
    const size_t at = draw(d, 1 + l->further.count);

    return at == 0 ? &l->asked : vec_at(&l->further, at - 1);
}

/* The postings, the proof, or both of another; or one posting more, less or other. */
static void change_lookup(struct mutation_dice *d, struct lookup *l, const struct lookup *other,
                          struct arena *a)
{
    uint64_t *fresh = arena_array(a, l->count + 1, sizeof *fresh, /* f */ NULL);
    const uint64_t value = draw(d, 12);

    assert(fresh != NULL);
    if (l->count > 0)
        memcpy(fresh, l->postings, l->count * sizeof *fresh);
    switch (draw(d, 6)) {
    case 0:
        l->key = other->key;
        break;
    case 1:
        l->proof = other->proof;
        break;
    case 2:
        l->postings = other->postings;
        l->count = other->count;
        break;
    case 3:
        *l = *other;
        break;
    case 4:
        fresh[l->count] = l->count == 0 ? value : fresh[l->count - 1] + 1 + value;
        l->postings = fresh;
        l->count++;
        break;
    default:
        l->count -= l->count > 0;
        break;
    }
}

static void copy_lookups(const struct lookup_file *from, struct lookup_file *to, struct arena *a)
{
    *to = *from;
    to->further = vec_of(a, sizeof(struct lookup), LOOKUP_FURTHER_MAX);
    to->posted = vec_of(a, sizeof(struct lookup_posted), LOOKUP_POSTED_MAX);
    for (size_t i = 0; i < from->further.count; i++) {
        struct lookup *slot = vec_push(&to->further, /* f */ NULL);
        assert(slot != NULL);
        *slot = *(const struct lookup *)vec_at(&from->further, i);
    }
    for (size_t i = 0; i < from->posted.count; i++) {
        struct lookup_posted *slot = vec_push(&to->posted, /* f */ NULL);
        assert(slot != NULL);
        *slot = *(const struct lookup_posted *)vec_at(&from->posted, i);
    }
}

static void change_posted(struct mutation_dice *d, struct lookup_file *l,
                          const struct lookup_file *other)
{
    struct lookup_posted *one =
        l->posted.count == 0 ? NULL : vec_at(&l->posted, draw(d, l->posted.count));
    const size_t way = draw(d, 4);

    if (way == 0 && one != NULL) {
        *one = *(struct lookup_posted *)vec_at(&l->posted, l->posted.count - 1);
        l->posted.count--;
    } else if (way == 1 && one != NULL) {
        one->index += draw(d, 3);
    } else if (way == 2 && other->posted.count > 0) {
        const size_t from = draw(d, other->posted.count);
        struct lookup_posted *slot = vec_push(&l->posted, /* f */ NULL);
        if (slot != NULL)
            *slot = *(const struct lookup_posted *)vec_at(&other->posted, from);
    } else if (one != NULL) {
        one->count -= one->count > 0;
    }
}

static void change_file(struct mutation_dice *d, struct lookup_file *l,
                        const struct lookup_file *other, struct arena *a)
{
    struct lookup *one =
        l->further.count == 0 ? &l->asked : vec_at(&l->further, draw(d, l->further.count));
    struct lookup kept = l->asked;

    switch (draw(d, 8)) {
    case 0:
        l->version = 3 - l->version;
        break;
    case 1: /* another question, the same answers */
        l->asked = *one;
        *one = kept;
        break;
    case 2:
        l->further.count -= l->further.count > 0;
        break;
    case 3:
        one = vec_push(&l->further, /* f */ NULL);
        if (one != NULL)
            *one = *draw_lookup(d, other);
        break;
    case 4:
        l->index_entry = other->index_entry;
        break;
    case 5:
        change_lookup(d, &l->asked, draw_lookup(d, other), a);
        break;
    case 6:
        change_lookup(d, one, draw_lookup(d, l), a);
        break;
    default:
        change_posted(d, l, other);
        break;
    }
}

void mutation_extra(struct mutation_dice *d, const struct mutation_seed *s,
                    const struct mutation_seed *other, struct arena *a, struct buf *text)
{
    static const char head[] = "\nextra ";
    const size_t at = bytes_search(buf_bytes(text), bytes_of_text(head)) + sizeof head - 1;
    struct buf value = buf_with_limit(MUTATION_MAX);
    struct buf line = buf_with_limit(MUTATION_MAX);
    struct lookup_file l;

    if (s->lookup.version == 0 || other->lookup.version == 0 || at >= text->len)
        return;
    copy_lookups(&s->lookup, &l, a);
    for (size_t n = 1 + draw(d, 3); n > 0; n--)
        change_file(d, &l, &other->lookup, a);
    lookup_write(&l, &value);
    if (draw(d, 4) == 0)
        change_bytes(d, &value);
    base64_put(&line, buf_bytes(&value));
    if (buf_ok(&value) && buf_ok(&line))
        put(text, at, bytes_index(bytes_part(buf_bytes(text), at, text->len), '\n'),
            buf_bytes(&line));
    buf_done(&value);
    buf_done(&line);
}
