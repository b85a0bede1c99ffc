#include "report/page.h"

#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    COLUMNS_USUAL = 100, /* where nobody says: most mails and tickets take it */
    COLUMNS_LEAST = 40,
    LINE_LIMIT = 16 << 20,
    HANG_BEHIND_CELLS = 6,
};

static const char *const inks[INK_MAX] = {
    [INK_PLAIN] = "",         [INK_BOLD] = "\x1b[1m",    [INK_DIM] = "\x1b[2m",
    [INK_BAD] = "\x1b[1;31m", [INK_WARN] = "\x1b[1;33m", [INK_NOTE] = "\x1b[36m",
    [INK_GOOD] = "\x1b[32m",
};

struct page page_on(struct buf *out, unsigned columns, bool colour)
{
    const unsigned usual = columns == 0 ? COLUMNS_USUAL : columns;

    return (struct page){
        .out = out,
        .line = buf_with_limit(LINE_LIMIT),
        .columns = usual < COLUMNS_LEAST ? COLUMNS_LEAST : usual,
        .colour = colour,
    };
}

void page_done(struct page *p)
{
    buf_done(&p->line);
}

static void add_inked(struct page *p, enum ink ink, const char *text)
{
    const bool coloured = p->colour && ink != INK_PLAIN && text[0] != '\0';

    if (coloured)
        buf_add_text(p->out, inks[ink]);
    buf_add_text(p->out, text);
    if (coloured)
        buf_add_text(p->out, "\x1b[0m");
}

static void add_blanks(struct page *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_add_byte(p->out, ' ');
}

void page_blank(struct page *p)
{
    buf_add_byte(p->out, '\n');
}

void page_heading(struct page *p, enum ink ink, const char *text)
{
    add_inked(p, ink, text);
    buf_add_byte(p->out, '\n');
}

/* Columns of a piece of our own clean text. */
static size_t word_width(struct bytes word)
{
    char text[512];
    size_t width = 0;

    while (word.len > 0) {
        /* a piece never ends inside a character: step back over continuation bytes */
        size_t n = word.len < sizeof text ? word.len : sizeof text - 1;
        while (n < word.len && n > 1 && (word.at[n] & 0xc0) == 0x80)
            n--;
        memcpy(text, word.at, n);
        text[n] = '\0';
        width += text_width(text);
        word = bytes_part(word, n, word.len);
    }
    return width;
}

static void end_line(struct page *p)
{
    while (p->out->len > 0 && p->out->at[p->out->len - 1] == ' ')
        p->out->len--;
    buf_add_byte(p->out, '\n');
}

/* The line from column `at` on; its later lines begin at `hang`. */
static void add_wrapped(struct page *p, size_t at, size_t hang)
{
    struct bytes rest = buf_bytes(&p->line);
    struct bytes word;
    bool line_empty = true;

    while (bytes_next(&rest, ' ', &word)) {
        if (word.len == 0)
            continue;
        const size_t width = word_width(word);
        if ((!line_empty || at > hang) && at + !line_empty + width > p->columns) {
            end_line(p);
            add_blanks(p, hang);
            at = hang;
        } else if (!line_empty) {
            buf_add_byte(p->out, ' ');
            at++;
        }
        buf_add(p->out, word);
        at += width;
        line_empty = false;
    }
    end_line(p);
}

void page_say(struct page *p, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *at = n < 0 ? NULL : (char *)buf_extend(&p->line, (size_t)n + 1);
    if (at == NULL)
        return;
    va_start(args, fmt);
    (void)vsnprintf(at, (size_t)n + 1, fmt, args);
    va_end(args);
    p->line.len--;
}

/* What was said, from column `at` on; the line is empty again. */
static void flush_from(struct page *p, size_t at, size_t hang)
{
    add_wrapped(p, at, hang);
    if (!buf_ok(&p->line))
        p->out->failed = true;
    p->line.len = 0;
    p->column = 0;
}

void page_flush(struct page *p, const struct page_label *label)
{
    if (label == NULL) {
        flush_from(p, p->column, p->column < p->columns / 2 ? p->column : HANG_BEHIND_CELLS);
        return;
    }
    const char *text = label->label == NULL ? "" : label->label;
    const size_t width = text_width(text);
    const size_t hang = label->indent + label->width;
    const size_t end = label->indent + width;
    const size_t gap = end < hang ? hang - end : width > 0;
    const bool too_wide = label->width > 0 && end >= hang;

    add_blanks(p, label->indent);
    add_inked(p, label->ink, text);
    if (too_wide)
        end_line(p);
    add_blanks(p, too_wide ? hang : gap);
    flush_from(p, too_wide ? hang : end + gap, hang);
}

void page_cell(struct page *p, enum ink ink, unsigned width, const char *text)
{
    const size_t columns = text_width(text);
    const size_t gap = columns < width ? width - columns : 0;

    add_inked(p, ink, text);
    add_blanks(p, gap);
    p->column += columns + gap;
}

const char *page_count(uint64_t number, char out[PAGE_NUMBER_MAX])
{
    char digits[PAGE_NUMBER_MAX];
    const int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    size_t at = 0;

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *page_size(uint64_t bytes, char out[PAGE_NUMBER_MAX])
{
    static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB", "EB" };
    size_t unit = 0;
    uint64_t tenths = 0;

    while (bytes >= 1000 && unit + 1 < sizeof units / sizeof units[0]) {
        tenths = bytes % 1000 / 100;
        bytes /= 1000;
        unit++;
    }
    if (unit == 0 || bytes >= 100)
        (void)snprintf(out, PAGE_NUMBER_MAX, "%llu %s", (unsigned long long)bytes, units[unit]);
    else
        (void)snprintf(out, PAGE_NUMBER_MAX, "%llu.%llu %s", (unsigned long long)bytes,
                       (unsigned long long)tenths, units[unit]);
    return out;
}

const char *page_plural(uint64_t number, const char *one, const char *many)
{
    return number == 1 ? one : many;
}
