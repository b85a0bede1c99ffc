#include "tlog/note.h"

#include "codec/base64.h"
#include "core/cursor.h"
#include "core/text.h"

#include <assert.h>
#include <string.h>

enum { TIME_LEN = 8, TEXT_ROOM = 64 }; /* "cosignature/v1\ntime N\n" */

static const char dash[] = "\xe2\x80\x94 "; /* U+2014 and a space */

/* How far it is ASCII that a note may hold: nearly always to the end, and needs no decoding. */
static size_t plain_run(struct bytes b)
{
    size_t i = 0;

    while (i < b.len && ((b.at[i] >= 0x20 && b.at[i] < 0x80) || b.at[i] == '\n'))
        i++;
    return i;
}

/* UTF-8 without characters below U+0020 other than "\n"; where it is not, the place. */
static bool is_note_text(struct bytes all, size_t *wrong)
{
    struct bytes rest = all;

    for (;;) {
        rest = bytes_part(rest, plain_run(rest), rest.len);
        if (rest.len == 0)
            return true;
        const size_t at = all.len - rest.len;
        const int32_t c = text_next(&rest);
        if (c < 0x20 && c != '\n') {
            *wrong = at;
            return false;
        }
    }
}

/* The text ends where the last empty line stands; true where there is one. */
static bool find_split(struct bytes all, size_t *text_len)
{
    for (size_t i = all.len; i >= 2; i--) {
        if (all.at[i - 1] == '\n' && all.at[i - 2] == '\n') {
            *text_len = i - 1;
            return true;
        }
    }
    return false;
}

static bool read_signature(struct bytes line, struct arena *a, struct note_signature *out,
                           struct fault *f)
{
    struct bytes rest = bytes_part(line, sizeof dash - 1, line.len - sizeof dash);
    struct note_signature s = { .line = line };
    size_t len = 0;

    if (!bytes_next(&rest, ' ', &s.name) || !key_name_is_valid(s.name))
        return fault_set(f, FAULT_FORMAT, "the name of the key is not valid");
    const size_t room = rest.len / 4 * 3;
    uint8_t *at = arena_alloc(a, room, f);
    if (at == NULL)
        return false;
    if (!base64_take(rest, at, room, &len) || len <= KEY_ID_LEN)
        return fault_set(f, FAULT_FORMAT, "no base64 of a key id and a signature");
    memcpy(s.id, at, KEY_ID_LEN);
    s.at = at + KEY_ID_LEN;
    s.len = len - KEY_ID_LEN;
    *out = s;
    return true;
}

/* One line off the front of `rest`, with its "\n". */
static bool read_line(struct bytes *rest, struct note *n, struct arena *a, struct fault *f)
{
    const size_t end = bytes_index(*rest, '\n');
    const struct bytes line = bytes_part(*rest, 0, end + 1);
    struct note_signature s;

    *rest = bytes_part(*rest, end + 1, rest->len);
    if (line.len > NOTE_LINE_MAX)
        return fault_set(f, FAULT_LIMIT, "%zu bytes, at most %d", line.len, NOTE_LINE_MAX);
    if (!bytes_has_prefix(line, dash))
        return fault_set(f, FAULT_FORMAT, "it does not begin with U+2014 and a space");
    if (!read_signature(line, a, &s, f))
        return false;
    if (n->signatures.count == NOTE_SIGNATURES_MAX)
        return fault_set(f, FAULT_LIMIT, "more than %d signatures", NOTE_SIGNATURES_MAX);
    struct note_signature *kept = vec_push(&n->signatures, f);
    if (kept == NULL)
        return false;
    *kept = s;
    return true;
}

bool note_read(struct bytes input, struct arena *a, struct note *out, struct fault *f)
{
    struct note n = { .whole = input,
                      .signatures = vec_of(a, sizeof(struct note_signature), NOTE_SIGNATURES_MAX) };
    size_t text_len = 0;
    size_t wrong = 0;

    if (input.len > NOTE_MAX)
        return fault_set(f, FAULT_LIMIT, "a note of %zu bytes, at most %d", input.len, NOTE_MAX);
    if (!is_note_text(input, &wrong))
        return fault_at(f, FAULT_FORMAT, wrong,
                        "signed-note, format: no UTF-8, or a control character, at byte %zu",
                        wrong);
    if (input.len == 0 || input.at[input.len - 1] != '\n')
        return fault_set(f, FAULT_FORMAT, "signed-note, format: it does not end in a newline");
    if (!find_split(input, &text_len))
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, format: no empty line between text and signatures");
    n.text = bytes_part(input, 0, text_len);
    struct bytes rest = bytes_part(input, text_len + 1, input.len);
    if (rest.len == 0)
        return fault_set(f, FAULT_FORMAT, "signed-note, format: no signature below the text");
    for (size_t i = 1; rest.len > 0; i++) {
        if (!read_line(&rest, &n, a, f))
            return fault_wrap(f, "signed-note, format: signature line %zu", i);
    }
    *out = n;
    return true;
}

/* What a cosignature signs: two lines of its own, and the text. */
static void put_cosigned(struct buf *out, int64_t time, struct bytes text)
{
    buf_print(out, "cosignature/v1\ntime %lld\n", (long long)time);
    buf_add(out, text);
}

static bool verify_cosignature(const struct note_signature *s, const struct key *k,
                               struct bytes text, int64_t *time)
{
    struct cursor c = cursor_over((struct bytes){ .at = s->at, .len = s->len });
    const uint64_t when = cursor_u64be(&c);
    const struct bytes signature = cursor_take(&c, KEY_SIGNATURE_LEN);

    if (!cursor_ok(&c) || cursor_left(&c) != 0 || when > INT64_MAX)
        return false;
    struct buf message = buf_with_limit((size_t)NOTE_MAX + TEXT_ROOM);
    put_cosigned(&message, (int64_t)when, text);
    const bool ok = buf_ok(&message) && key_verify(k, buf_bytes(&message), signature.at);
    buf_done(&message);
    if (ok)
        *time = (int64_t)when;
    return ok;
}

static bool verify(const struct note_signature *s, const struct key *k, struct bytes text,
                   int64_t *time)
{
    if (k->type == KEY_COSIGNATURE)
        return verify_cosignature(s, k, text, time);
    return s->len == KEY_SIGNATURE_LEN && key_verify(k, text, s->at);
}

bool note_names_key(const struct note_signature *s, const struct key *k)
{
    return k != NULL && memcmp(s->id, k->id, KEY_ID_LEN) == 0 && bytes_equal_text(s->name, k->name);
}

enum note_standing note_check(const struct note *n, const struct key *k, int64_t *time)
{
    enum note_standing standing = NOTE_ABSENT;
    int64_t latest = 0;

    if (k->type != KEY_ED25519 && k->type != KEY_COSIGNATURE)
        return NOTE_ABSENT;
    for (size_t i = 0; i < n->signatures.count; i++) {
        const struct note_signature *s = vec_at(&n->signatures, i);
        int64_t when = 0;
        if (!note_names_key(s, k))
            continue;
        if (!verify(s, k, n->text, &when))
            return NOTE_BAD;
        standing = NOTE_GOOD;
        latest = when > latest ? when : latest;
    }
    if (standing == NOTE_GOOD && k->type == KEY_COSIGNATURE && time != NULL)
        *time = latest;
    return standing;
}

void note_put_line(const struct key *k, struct bytes signature, struct buf *out)
{
    uint8_t both[KEY_ID_LEN + NOTE_SIGNATURE_MAX];

    assert(signature.len > 0 && signature.len <= NOTE_SIGNATURE_MAX);
    memcpy(both, k->id, KEY_ID_LEN);
    memcpy(both + KEY_ID_LEN, signature.at, signature.len);
    buf_add_text(out, dash);
    buf_add_text(out, k->name);
    buf_add_byte(out, ' ');
    base64_put(out, (struct bytes){ .at = both, .len = KEY_ID_LEN + signature.len });
    buf_add_byte(out, '\n');
}

/* What we sign must be readable as a note's text. */
static bool check_text(struct bytes text, struct fault *f)
{
    size_t wrong = 0;

    if (text.len > NOTE_MAX / 2)
        return fault_set(f, FAULT_LIMIT, "a text of %zu bytes leaves no room for signatures",
                         text.len);
    if (text.len == 0 || text.at[text.len - 1] != '\n' || !is_note_text(text, &wrong))
        return fault_set(f, FAULT_FORMAT,
                         "signed-note, format: a text is UTF-8 without control characters and "
                         "ends in a newline");
    return true;
}

static bool put_signature(const struct key_signer *s, const uint8_t *at, size_t len,
                          struct buf *out, struct fault *f)
{
    note_put_line(key_of(s), (struct bytes){ .at = at, .len = len }, out);
    return buf_ok(out) || fault_set(f, FAULT_LIMIT, "memory: no room for a signature line");
}

bool note_sign(const struct key_signer *s, struct bytes text, struct buf *out, struct fault *f)
{
    uint8_t signature[KEY_SIGNATURE_LEN];

    if (key_of(s)->type != KEY_ED25519)
        return fault_set(f, FAULT_UNSUPPORTED, "a key of type 0x%02x signs no notes",
                         key_of(s)->type);
    if (!check_text(text, f) || !key_sign(s, text, signature, f))
        return false;
    return put_signature(s, signature, sizeof signature, out, f);
}

bool note_cosign(const struct key_signer *s, struct bytes text, int64_t time, struct buf *out,
                 struct fault *f)
{
    uint8_t timed[TIME_LEN + KEY_SIGNATURE_LEN];

    if (key_of(s)->type != KEY_COSIGNATURE)
        return fault_set(f, FAULT_UNSUPPORTED, "a key of type 0x%02x makes no cosignatures",
                         key_of(s)->type);
    if (time < 0)
        return fault_set(f, FAULT_FORMAT, "tlog-cosignature, format: a time before 1970");
    if (!check_text(text, f))
        return false;
    for (size_t i = 0; i < TIME_LEN; i++)
        timed[i] = (uint8_t)((uint64_t)time >> 8 * (TIME_LEN - 1 - i));
    struct buf message = buf_with_limit((size_t)NOTE_MAX + TEXT_ROOM);
    put_cosigned(&message, time, text);
    const bool ok = buf_ok(&message)
                        ? key_sign(s, buf_bytes(&message), timed + TIME_LEN, f)
                        : fault_set(f, FAULT_LIMIT, "memory: no room for a cosigned message");
    buf_done(&message);
    return ok && put_signature(s, timed, sizeof timed, out, f);
}
