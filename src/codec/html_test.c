#include "codec/html.h"

#include "core/buf.h"
#include "core/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool on_open(void *ctx, const char *tag, const char *const *attributes, struct fault *f)
{
    const char *id = html_attribute(attributes, "id");

    (void)f;
    buf_print(ctx, "<%s%s%s>", tag, id == NULL ? "" : "#", id == NULL ? "" : id);
    return true;
}

static bool on_close(void *ctx, const char *tag, struct fault *f)
{
    (void)f;
    buf_print(ctx, "</%s>", tag);
    return true;
}

static bool on_text(void *ctx, struct bytes text, struct fault *f)
{
    if (bytes_search(text, bytes_of_text("STOP")) < text.len)
        return fault_set(f, FAULT_FORMAT, "stopped");
    buf_add(ctx, text);
    return true;
}

static const struct html_consumer printer = { .open = on_open, .close = on_close, .text = on_text };

static char *read_page(struct bytes page, struct fault *f)
{
    struct buf out = buf_with_limit((size_t)1 << 26);
    const bool ok = html_read(page, &printer, &out, f);

    assert_true(ok == (f->kind == FAULT_NONE));
    buf_add_byte(&out, '\0');
    return (char *)out.at;
}

static void a_page_is_a_row_of_events(void **state)
{
    struct fault f = { 0 };
    char *read = read_page(
        bytes_of_text("<table><tr><td id=a>x &amp; y<br>z<td>\xc3\xa9 &reg;</table>"), &f);

    (void)state;
    assert_non_null(strstr(read, "<td#a>x & y<br></br>z</td><td>\xc3\xa9 \xc2\xae</td>"));
    free(read);
}

static void a_page_that_lies_about_its_encoding_is_utf8(void **state)
{
    struct fault f = { 0 };
    char *read = read_page(bytes_of_text("<meta charset=iso-8859-1><p>\xc3\xa9</p>"), &f);

    (void)state;
    assert_non_null(strstr(read, "<p>\xc3\xa9</p>"));
    free(read);
}

static void a_consumer_may_stop(void **state)
{
    struct fault f = { 0 };
    char *read = read_page(bytes_of_text("<p>a</p><p>STOP</p><p>c</p>"), &f);

    (void)state;
    assert_string_equal(f.text, "stopped");
    assert_null(strstr(read, "c"));
    free(read);
}

static void depth_and_size_are_bounded(void **state)
{
    struct buf deep = buf_with_limit((size_t)1 << 26);
    struct fault f = { 0 };

    (void)state;
    for (size_t i = 0; i < 100000; i++)
        buf_add_text(&deep, "<b>");
    free(read_page(buf_bytes(&deep), &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    f = (struct fault){ 0 };
    assert_non_null(buf_extend(&deep, LIMIT_HTML));
    memset(deep.at, 'x', deep.len);
    free(read_page(buf_bytes(&deep), &f));
    assert_int_equal(f.kind, FAULT_LIMIT);
    buf_done(&deep);
}

static void every_truncation_and_flip(void **state)
{
    const char *good =
        "<!DOCTYPE html><html><head><script>if (a<b) x;</script></head><body>"
        "<!-- c --><table class='x'><tr><td>1 &#x2f; 2<br/></td></tr></table></body>";
    const size_t len = strlen(good);

    (void)state;
    for (size_t n = 0; n < len; n++) {
        struct fault f = { 0 };
        uint8_t *exact = malloc(n == 0 ? 1 : n);
        memcpy(exact, good, n);
        free(read_page((struct bytes){ .at = exact, .len = n }, &f));
        free(exact);
    }
    for (size_t bit = 0; bit < len * 8; bit++) {
        struct fault f = { 0 };
        uint8_t *exact = malloc(len);
        memcpy(exact, good, len);
        exact[bit / 8] ^= (uint8_t)(1u << bit % 8);
        free(read_page((struct bytes){ .at = exact, .len = len }, &f));
        free(exact);
    }
}

static void one_round_of_references_is_decoded(void **state)
{
    static const struct {
        const char *in;
        const char *out;
    } cases[] = {
        { "w&#x2f; x", "w/ x" },
        { "&amp;#x2f;", "&#x2f;" },
        { "a & b; c", "a & b; c" },
        { "&nosuch;", "&nosuch;" },
        { "&#0;&#x;&#;", "&#0;&#x;&#;" },
        { "&eacute;&#8482;&#x1F600;", "\xc3\xa9\xe2\x84\xa2\xf0\x9f\x98\x80" },
        { "&#xd800;&#x110000;", "&#xd800;&#x110000;" },
        { "&", "&" },
    };
    struct arena a = arena_with_budget(1 << 20);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bytes out = { 0 };
        assert_true(html_unescape(bytes_of_text(cases[i].in), &a, &out, NULL));
        assert_true(bytes_equal_text(out, cases[i].out));
    }
    arena_done(&a);
}

static void words_of_an_attribute_are_whole(void **state)
{
    (void)state;
    assert_true(html_has_word("btn mip-highlight", "btn"));
    assert_false(html_has_word("btns", "btn"));
    assert_false(html_has_word(NULL, "btn"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_a_row_of_events),
        cmocka_unit_test(a_page_that_lies_about_its_encoding_is_utf8),
        cmocka_unit_test(a_consumer_may_stop),
        cmocka_unit_test(depth_and_size_are_bounded),
        cmocka_unit_test(every_truncation_and_flip),
        cmocka_unit_test(one_round_of_references_is_decoded),
        cmocka_unit_test(words_of_an_attribute_are_whole),
    };

    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
