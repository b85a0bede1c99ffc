#include "imports/import_page.h"

#include "codec/cp1252.h"
#include "codec/html.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/limits.h"
#include "imports/import_text.h"

#include <string.h>
#include <strings.h>

/* Where the events stand. The page's other tables, its form and its text are passed by. */
struct walk {
    struct import_page *page;
    struct arena *arena;
    struct buf text; /* of the cell, or of a paragraph outside the table */
    struct import_page_row row;
    struct import_page_cell cell;
    size_t tables; /* open ones */
    size_t hidden; /* open elements inside the outermost that is not shown; 0: all is shown */
    bool in_row;
    bool in_cell;
    bool in_select; /* the one of the search form's status */
    bool wanted;    /* the table that was looked for is open */
    bool done;      /* it was read */
};

static bool is_void(const char *tag)
{
    static const char *const all[] = { "br", "img", "input", "hr", "meta", "link", "wbr", NULL };

    for (size_t i = 0; all[i] != NULL; i++) {
        if (strcmp(tag, all[i]) == 0)
            return true;
    }
    return false;
}

static bool is_cell(const char *tag)
{
    return strcmp(tag, "td") == 0 || strcmp(tag, "th") == 0;
}

/* Scripts, and the button with which contacts are asked for. */
static bool is_hidden(const char *tag, const char *const *attributes)
{
    const char *class = html_attribute(attributes, "class");
    const char *role = html_attribute(attributes, "role");

    return strcmp(tag, "script") == 0 || strcmp(tag, "style") == 0 ||
           html_has_word(class, "element-invisible") || html_has_word(class, "collapse") ||
           (role != NULL && strcmp(role, "button") == 0);
}

/* A count of at most nine digits, commas between them. */
static uint64_t count_of(const char *text)
{
    uint64_t count = 0;
    size_t digits = 0;

    for (; *text != '\0'; text++) {
        if (*text == ',')
            continue;
        if (*text < '0' || *text > '9' || ++digits > 9)
            return IMPORT_PAGE_NONE;
        count = count * 10 + (uint64_t)(*text - '0');
    }
    return digits == 0 ? IMPORT_PAGE_NONE : count;
}

static const char *copy(struct walk *w, const char *text, struct fault *f)
{
    return import_text_clean(w->arena, bytes_of_text(text), f);
}

/* Attributes that say something, wherever they stand. */
static bool look_at(struct walk *w, const char *tag, const char *const *attributes, struct fault *f)
{
    static const char contacts[] = "ShowContacts(";
    const char *click = html_attribute(attributes, "onclick");
    const char *link = html_attribute(attributes, "href");
    const char *records = html_attribute(attributes, "data-total-records");

    if (records != NULL)
        w->page->found_rows = count_of(records);
    if (w->in_cell && click != NULL && strncmp(click, contacts, sizeof contacts - 1) == 0) {
        const char *number = click + sizeof contacts - 1;
        w->row.contact = arena_copy(
            w->arena, bytes_part(bytes_of_text(number), 0, strspn(number, "0123456789")), f);
        return w->row.contact != NULL;
    }
    if (w->in_cell && w->cell.link == NULL && link != NULL && strcmp(tag, "a") == 0 &&
        w->hidden == 0) {
        w->cell.link = copy(w, link, f);
        return w->cell.link != NULL;
    }
    if (strcmp(tag, "select") == 0) {
        const char *id = html_attribute(attributes, "id");
        w->in_select = id != NULL && strcmp(id, "CertificateStatus") == 0;
    }
    const char *value = html_attribute(attributes, "value");
    if (w->in_select && strcmp(tag, "option") == 0 && value != NULL && value[0] != '\0' &&
        html_attribute(attributes, "selected") != NULL) {
        w->page->searched = copy(w, value, f);
        return w->page->searched != NULL;
    }
    return true;
}

/* A paragraph outside the table that says of which day the list is. */
static bool end_paragraph(struct walk *w, struct fault *f)
{
    static const char words[] = "Last Updated: ";
    const char *text = import_text_clean(w->arena, buf_bytes(&w->text), f);

    w->text.len = 0;
    if (text == NULL)
        return false;
    if (strncmp(text, words, sizeof words - 1) == 0)
        (void)import_text_date(text + sizeof words - 1, IMPORT_TEXT_US, &w->page->updated);
    return true;
}

static bool end_cell(struct walk *w, struct fault *f)
{
    if (!w->in_cell)
        return true;
    w->in_cell = false;
    if (!buf_ok(&w->text))
        return fault_set(f, FAULT_LIMIT, "HTML: a cell of more than %d bytes", LIMIT_TEXT);
    w->cell.text = import_text_clean(w->arena, buf_bytes(&w->text), f);
    w->text.len = 0;
    struct import_page_cell *slot = w->cell.text == NULL ? NULL : vec_push(&w->row.cells, f);
    if (slot == NULL)
        return false;
    *slot = w->cell;
    return true;
}

static const char *text_at(const struct import_page_row *row, size_t i)
{
    const struct import_page_cell *cell = i < row->cells.count ? vec_at(&row->cells, i) : NULL;

    return cell == NULL ? "" : cell->text;
}

/* The heads of the table, if it is the one. */
static bool take_heads(struct walk *w, struct fault *f)
{
    bool module = false;
    bool vendor = false;

    w->page->heads.count = 0;
    w->page->titles.count = 0;
    for (size_t i = 0; i < w->row.cells.count; i++) {
        const char **slot = vec_push(&w->page->heads, f);
        const char **title = slot == NULL ? NULL : vec_push(&w->page->titles, f);
        if (title == NULL)
            return false;
        *title = text_at(&w->row, i);
        *slot = import_text_name(w->arena, bytes_of_text(text_at(&w->row, i)), f);
        if (*slot == NULL)
            return false;
        module = module || strcmp(*slot, "module-name") == 0;
        vendor = vendor || strcmp(*slot, "vendor-name") == 0;
    }
    w->wanted = module && vendor;
    if (!w->wanted)
        w->page->heads.count = 0;
    return true;
}

/* A row of the footer is a word and a number. */
static bool take_count(struct walk *w)
{
    const char *word = text_at(&w->row, 0);
    uint64_t *slot = strcasecmp(word, "Displayed") == 0       ? &w->page->displayed
                     : strcasecmp(word, "Not Displayed") == 0 ? &w->page->hidden
                     : strcasecmp(word, "Total") == 0         ? &w->page->total
                                                              : NULL;

    if (slot == NULL || w->row.cells.count != 2)
        return false;
    *slot = count_of(text_at(&w->row, 1));
    return true;
}

static bool end_row(struct walk *w, struct fault *f)
{
    if (!w->in_row)
        return true;
    if (!end_cell(w, f))
        return false;
    w->in_row = false;
    if (w->done)
        w->page->later += w->row.cells.count == w->page->heads.count;
    if (w->row.cells.count == 0 || w->done)
        return true;
    if (!w->wanted)
        return take_heads(w, f);
    if (take_count(w))
        return true;
    struct import_page_row *slot = vec_push(&w->page->rows, f);
    if (slot == NULL)
        return false;
    *slot = w->row;
    slot->number = w->page->rows.count;
    return true;
}

static bool begin_row(struct walk *w, struct fault *f)
{
    if (!end_row(w, f))
        return false;
    w->in_row = true;
    w->row = (struct import_page_row){ .cells = vec_of(w->arena, sizeof(struct import_page_cell),
                                                       LIMIT_CSV_CELLS) };
    return true;
}

static bool begin_cell(struct walk *w, const char *const *attributes, struct fault *f)
{
    if (!end_cell(w, f))
        return false;
    w->in_cell = true;
    w->text.len = 0;
    w->cell =
        (struct import_page_cell){ .marked = html_has_word(html_attribute(attributes, "class"),
                                                           "mip-highlight") };
    return true;
}

static bool on_open(void *ctx, const char *tag, const char *const *attributes, struct fault *f)
{
    struct walk *w = ctx;

    if (!look_at(w, tag, attributes, f))
        return false;
    if (is_void(tag)) {
        buf_add_byte(&w->text, ' ');
        return true;
    }
    if (w->hidden > 0 || is_hidden(tag, attributes)) {
        w->hidden++;
        return true;
    }
    if (strcmp(tag, "table") == 0)
        w->tables++;
    if (strcmp(tag, "p") == 0 && !w->in_cell)
        w->text.len = 0;
    if (w->tables > 0 && strcmp(tag, "tr") == 0)
        return begin_row(w, f);
    return !is_cell(tag) || !w->in_row || begin_cell(w, attributes, f);
}

static bool on_close(void *ctx, const char *tag, struct fault *f)
{
    struct walk *w = ctx;

    if (is_void(tag))
        return true;
    if (w->hidden > 0) {
        w->hidden--;
        return true;
    }
    if (strcmp(tag, "select") == 0)
        w->in_select = false;
    if (strcmp(tag, "p") == 0 && !w->in_cell)
        return end_paragraph(w, f);
    if (is_cell(tag))
        return end_cell(w, f);
    if (strcmp(tag, "tr") == 0)
        return end_row(w, f);
    if (strcmp(tag, "table") != 0 || w->tables == 0)
        return true;
    if (!end_row(w, f))
        return false;
    w->tables--;
    w->done = w->done || w->wanted;
    return true;
}

static bool on_text(void *ctx, struct bytes text, struct fault *f)
{
    struct walk *w = ctx;

    (void)f;
    if (w->hidden == 0)
        buf_add(&w->text, text);
    if (!w->in_cell && !buf_ok(&w->text)) { /* prose as long as it likes */
        buf_done(&w->text);
        w->text = buf_with_limit(LIMIT_TEXT);
    }
    return true;
}

bool import_page_read(struct bytes all, struct arena *a, struct import_page *out, struct fault *f)
{
    static const struct html_consumer events = { .open = on_open,
                                                 .close = on_close,
                                                 .text = on_text };
    struct import_page page = {
        .heads = vec_of(a, sizeof(const char *), LIMIT_CSV_CELLS),
        .titles = vec_of(a, sizeof(const char *), LIMIT_CSV_CELLS),
        .rows = vec_of(a, sizeof(struct import_page_row), LIMIT_LIST_ROWS),
        .displayed = IMPORT_PAGE_NONE,
        .hidden = IMPORT_PAGE_NONE,
        .total = IMPORT_PAGE_NONE,
        .found_rows = IMPORT_PAGE_NONE,
        .updated = DATE_NONE,
    };
    struct walk w = { .page = &page, .arena = a, .text = buf_with_limit(LIMIT_TEXT) };
    bool was = false;

    const bool ok =
        cp1252_text(all, a, &all, &was, f) && html_read(all, &events, &w, f) && end_row(&w, f);
    buf_done(&w.text);
    if (ok)
        *out = page;
    return ok;
}
