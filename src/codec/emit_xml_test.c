/* emit_xml_test.c -- what stands in text and attributes never ends them. */
#include "codec/emit_xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void expect(const struct buf *b, const char *text)
{
    assert_true(buf_ok(b));
    assert_int_equal(b->len, strlen(text));
    assert_memory_equal(b->at, text, b->len);
}

static void elements_nest(void **state)
{
    struct buf out = buf_with_limit(1 << 16);
    struct emit_xml x = emit_xml_to(&out);

    (void)state;
    emit_xml_open(&x, "a", (const char *const[]){ "k", "v", "l", "w", NULL });
    emit_xml_text(&x, "b", NULL, bytes_of_text("text"));
    emit_xml_text(&x, "c", (const char *const[]){ "k", "", NULL }, (struct bytes){ .len = 0 });
    emit_xml_close(&x);
    expect(&out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a k=\"v\" l=\"w\">\n  <b>text</b>\n"
                 "  <c k=\"\"/>\n</a>\n");
    buf_done(&out);
}

static void markup_is_escaped(void **state)
{
    struct buf out = buf_with_limit(1 << 16);
    struct emit_xml x = emit_xml_to(&out);

    (void)state;
    emit_xml_text(&x, "b", (const char *const[]){ "k", "\"<&>'\n\t", NULL },
                  bytes_of_text("]]></b>&amp;\r\n\""));
    expect(&out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                 "<b k=\"&quot;&lt;&amp;&gt;'&#10;&#9;\">"
                 "]]&gt;&lt;/b&gt;&amp;amp;&#13;\n\"</b>\n");
    buf_done(&out);
}

static void what_xml_cannot_hold_is_replaced(void **state)
{
    struct buf out = buf_with_limit(1 << 16);
    struct emit_xml x = emit_xml_to(&out);

    (void)state;
    emit_xml_text(&x, "b", NULL, bytes_of_text("a\x01\xff\xef\xbf\xbe\xc3\xa9"));
    expect(&out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                 "<b>a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9</b>\n");
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_nest),
        cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(what_xml_cannot_hold_is_replaced),
    };

    return cmocka_run_group_tests_name("emit_xml", tests, NULL, NULL);
}
