#include "format/elfnote.h"

#include "core/limits.h"
#include "core/own.h"

#include <jansson.h>

enum {
    GNU_BUILD_ID = 3,
    BUILD_ID_MAX = 64, /* SHA-1 has 20 bytes; linkers also take any hexadecimal text */
};

#define FDO_PACKAGE 0xcafe1a7eu

static const char *const package_keys[] = {
    "type", "name", "version", "architecture", "os", "osVersion", "osCpe", "appCpe", "debugInfoUrl",
};

struct elfnote_found elfnote_none(struct arena *arena)
{
    enum { PACKAGES_MAX = 16 }; /* a linker script may add one per part; a program has one */

    return (struct elfnote_found){
        .packages = vec_of(arena, sizeof(struct bytes), PACKAGES_MAX),
    };
}

static bool is_zero(struct bytes b)
{
    for (size_t i = 0; i < b.len; i++) {
        if (b.at[i] != 0)
            return false;
    }
    return true;
}

/* The text is padded with NULs; what stands before the first is the object. */
static bool keep_package(struct elfnote_found *found, struct bytes text, struct fault *f)
{
    struct bytes *slot = NULL;

    if (text.len > LIMIT_TEXT)
        return fault_set(f, FAULT_LIMIT, "package note: %zu bytes, limit %d", text.len, LIMIT_TEXT);
    slot = vec_push(&found->packages, f);
    if (slot == NULL)
        return false;
    *slot = bytes_part(text, 0, bytes_index(text, 0));
    return true;
}

static bool keep_note(struct elfnote_found *found, struct bytes owner, uint32_t type,
                      struct bytes text, struct fault *f)
{
    const bool gnu = owner.len == 4 && bytes_has_prefix(owner, "GNU") && owner.at[3] == 0;
    const bool fdo = owner.len == 4 && bytes_has_prefix(owner, "FDO") && owner.at[3] == 0;

    if (fdo && type == FDO_PACKAGE)
        return keep_package(found, text, f);
    if (!gnu || type != GNU_BUILD_ID || found->build_id.len > 0)
        return true;
    if (text.len > BUILD_ID_MAX)
        return fault_set(f, FAULT_LIMIT, "build id: %zu bytes, limit %d", text.len, BUILD_ID_MAX);
    found->build_id = text;
    return true;
}

/* Skip the padding of a note's parts; at the end of the last note linkers leave it out. */
static void skip_padding(struct cursor *c, size_t align)
{
    const size_t past = c->pos & (align - 1);
    const size_t padding = past == 0 ? 0 : align - past;

    cursor_skip(c, padding < cursor_left(c) ? padding : cursor_left(c));
}

static bool read_note(struct elfnote_found *found, const struct elfimage *e, struct cursor *c,
                      size_t align, struct fault *f)
{
    const uint32_t owner_len = elfimage_u32(e, c);
    const uint32_t text_len = elfimage_u32(e, c);
    const uint32_t type = elfimage_u32(e, c);
    const struct bytes owner = cursor_take(c, owner_len);

    skip_padding(c, align);
    const struct bytes text = cursor_take(c, text_len);
    skip_padding(c, align);
    if (!cursor_ok(c))
        return fault_set(f, FAULT_FORMAT,
                         "gABI 5 Note Section: an owner of %u and a text of %u bytes do not fit",
                         owner_len, text_len);
    return keep_note(found, owner, type, text, f);
}

bool elfnote_read(struct elfnote_found *found, const struct elfimage *e,
                  const struct elfimage_part *part, struct fault *f)
{
    enum { HEADER = 12 };
    /* gABI aligns by 4 in class 32 and by 8 in class 64; all practice aligns by 4 but for segments
     * that say 8 of themselves (GNU properties). */
    const size_t align = part->align == 8 ? 8 : 4;
    struct cursor c = cursor_within(e->all, part->offset, part->size);

    if (!cursor_ok(&c))
        return fault_at(f, FAULT_FORMAT, part->offset,
                        "gABI 5 Note Section: %llu bytes of notes do not lie in the file",
                        (unsigned long long)part->size);
    while (cursor_left(&c) >= HEADER) {
        const uint64_t at = part->offset + c.pos;
        struct fault broken = { 0 };
        if (found->seen++ >= LIMIT_FIELDS)
            return fault_at(f, FAULT_LIMIT, at, "more than %d notes", LIMIT_FIELDS);
        if (!read_note(found, e, &c, align, &broken))
            return fault_at(f, broken.kind, at, "%s", broken.text);
    }
    if (!is_zero(bytes_part(c.all, c.pos, cursor_left(&c))))
        return fault_at(f, FAULT_FORMAT, part->offset + c.pos,
                        "gABI 5 Note Section: %zu bytes behind the last note", cursor_left(&c));
    return true;
}

/* State the string keys; the name of the first key that is there and no string, or NULL. */
static const char *state_keys(const json_t *object, struct sink *out)
{
    const char *odd = NULL;

    for (size_t i = 0; i < sizeof package_keys / sizeof package_keys[0]; i++) {
        const json_t *value = json_object_get(object, package_keys[i]);
        if (value == NULL)
            continue;
        if (json_is_string(value))
            sink_text(out, package_keys[i], bytes_of_text(json_string_value(value)));
        else if (odd == NULL)
            odd = package_keys[i];
    }
    return odd;
}

static const char *reason(const json_error_t *error)
{
    static const struct {
        enum json_error_code code;
        const char *text;
    } reasons[] = {
        { json_error_duplicate_key, "a key twice" },
        { json_error_invalid_utf8, "text that is not UTF-8" },
        { json_error_null_byte_in_key, "a key with a NUL" },
        { json_error_null_character, "a text with a NUL" },
        { json_error_stack_overflow, "nested too deep" },
        { json_error_premature_end_of_input, "ends too soon" },
    };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].code == json_error_code(error))
            return reasons[i].text;
    }
    return "not JSON";
}

static bool lose(struct sink *out, uint64_t offset, const char *why, struct fault *f)
{
    struct fault lost = { 0 };

    (void)fault_at(&lost, FAULT_FORMAT, offset, "Package Metadata for Executable Files: %s", why);
    return sink_fault(out, &lost, f);
}

static void free_json(json_t **object)
{
    json_decref(*object);
}

bool elfnote_state(struct bytes json, uint64_t offset, struct sink *out, struct fault *f)
{
    json_error_t error = { 0 };

    /* A seed of our own: jansson would open /dev/urandom for one, which a worker may not. */
    json_object_seed(1);
    OWNED(free_json)
    json_t *object = json_loadb(json.len == 0 ? "" : (const char *)json.at, json.len,
                                JSON_REJECT_DUPLICATES, &error);
    if (object == NULL)
        return lose(out, offset + (uint64_t)(error.position > 0 ? error.position : 0),
                    reason(&error), f);
    if (!json_is_object(object))
        return lose(out, offset, "not a JSON object", f);
    sink_begin(out, "note");
    const char *odd = state_keys(object, out);
    if (!sink_end(out, f))
        return false;
    if (odd == NULL)
        return true;
    struct fault lost = { 0 };
    (void)fault_at(&lost, FAULT_FORMAT, offset,
                   "Package Metadata for Executable Files: %s is no string", odd);
    return sink_fault(out, &lost, f);
}
