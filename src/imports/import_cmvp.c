/* import_cmvp.c -- the pages of NIST's Cryptographic Module Validation Program: the search results
 * (active, historical, revoked), the Modules In Process and the Implementations Under Test lists.
 *
 * A certificate's row has its number as id. A module in process has none: its id is derived from
 * vendor, module name and standard (import_text_key), with "~2" for the second of the same name.
 * Modules that the program does not display are known as a count alone: see the counts. */
#include "codec/html.h"
#include "core/date.h"
#include "core/limits.h"
#include "imports/import_list.h"
#include "imports/import_page.h"
#include "imports/import_text.h"

#include <stdio.h>
#include <string.h>

enum kind { SEARCH, MIP, IUT };

static const char *const sources[] = { [SEARCH] = "cmvp", [MIP] = "cmvp-mip", [IUT] = "cmvp-iut" };

/* The words of a module in process, of before and since March 2026. */
static const char *const states[] = {
    "On Hold",
    "Review Pending",
    "In Review",
    "Coordination",
    "Finalization",
    "Hold",
    "Pending Review",
    "Cost Recovery",
    "Pending Resubmission",
    "Review",
    "Comment Resolution - Lab",
    "Comment Resolution - CMVP",
    "Comment Resolution \xe2\x80\x93 Lab",
    "Comment Resolution \xe2\x80\x93 CMVP",
    NULL,
};

struct cmvp {
    struct import_list *list;
    const struct import_page *page;
    enum kind kind;
    const char *status; /* of the whole page, or NULL */
    struct map met;     /* derived id -> size_t *: how often */
};

static const struct import_page_cell *cell_of(const struct cmvp *in,
                                              const struct import_page_row *row, const char *column)
{
    for (size_t i = 0; i < in->page->heads.count && i < row->cells.count; i++) {
        const char *name = *(const char **)vec_at(&in->page->heads, i);
        if (strcmp(name, column) == 0)
            return vec_at(&row->cells, i);
    }
    return NULL;
}

static const char *text_of(const struct cmvp *in, const struct import_page_row *row,
                           const char *column)
{
    const struct import_page_cell *cell = cell_of(in, row, column);

    return cell == NULL ? "" : cell->text;
}

static bool put(const struct cmvp *in, struct import_row *row, const char *name, const char *value,
                struct fault *f)
{
    return import_list_field(in->list, row, bytes_of_text(name), bytes_of_text(value), f);
}

static bool put_day(const struct cmvp *in, struct import_row *row, const char *name, int32_t day,
                    struct fault *f)
{
    char iso[DATE_TEXT_MAX];

    return put(in, row, name, date_write(day, iso), f);
}

/* Every day of a cell into which several run together; the first is the validation. */
static bool put_validations(const struct cmvp *in, struct import_row *row, const char *cell,
                            struct fault *f)
{
    const char *rest = cell;
    int32_t day = DATE_NONE;

    for (size_t i = 0; i < LIMIT_EVIDENCE && import_text_next_date(&rest, &day); i++) {
        if (row->from == DATE_NONE || day < row->from)
            row->from = day;
        if (!put_day(in, row, "validation-date", day, f))
            return false;
    }
    if (*rest == '\0')
        return true;
    return put(in, row, "validation-date", rest, f) &&
           import_list_note(in->list, row->number, f,
                            "Validation Date: '%.60s' is no day (M/D/YYYY)", rest);
}

/* "Review Pending (3/5/2022)": the word, and since when. */
static bool put_state(const struct cmvp *in, struct import_row *row, const char *cell,
                      struct fault *f)
{
    const size_t open = strcspn(cell, "(");
    const struct bytes word = bytes_trim(bytes_part(bytes_of_text(cell), 0, open));
    char day[DATE_TEXT_MAX] = { 0 };
    bool known = false;

    row->status = arena_copy(in->list->arena, word, f);
    if (row->status == NULL || !put(in, row, "status", row->status, f))
        return false;
    if (cell[open] == '(') {
        const size_t len = strcspn(cell + open + 1, ")");
        (void)snprintf(day, sizeof day, "%.*s", (int)(len < 12 ? len : 12), cell + open + 1);
        if (!import_text_date(day, IMPORT_TEXT_US, &row->from))
            return put(in, row, "status-since", cell + open, f) &&
                   import_list_note(in->list, row->number, f, "Status: '%.60s' has no day in it",
                                    cell);
        if (!put_day(in, row, "status-since", row->from, f))
            return false;
    }
    for (size_t i = 0; states[i] != NULL; i++)
        known = known || strcmp(states[i], row->status) == 0;
    return known || import_list_note(in->list, row->number, f,
                                     "Status: '%.60s' is no word that the program was known to use",
                                     row->status);
}

/* Until October 2020 each state had a column, and the one that held was marked. */
static const char *marked_state(const struct cmvp *in, const struct import_page_row *row)
{
    const char *state = "";

    for (size_t i = 3; i < in->page->heads.count && i < row->cells.count; i++) {
        const struct import_page_cell *cell = vec_at(&row->cells, i);
        if (cell->marked)
            state = *(const char **)vec_at(&in->page->titles, i);
    }
    return state;
}

/* An id for a module that has none; the same name again gets a number behind it. */
static bool derive_id(struct cmvp *in, struct import_row *row, const char *standard,
                      struct fault *f)
{
    const char *const parts[] = { row->vendor, row->product, standard };

    row->id = import_text_key(in->list->arena, parts, 3, f);
    if (row->id == NULL)
        return false;
    size_t *times = map_find(&in->met, bytes_of_text(row->id));
    if (times == NULL) {
        times = arena_alloc(in->list->arena, sizeof *times, f);
        if (times == NULL || !map_put(&in->met, bytes_of_text(row->id), times, f))
            return false;
    }
    if (++*times == 1)
        return true;
    row->id = arena_print(in->list->arena, f, "%s~%zu", row->id, *times);
    return row->id != NULL &&
           import_list_note(in->list, row->number, f,
                            "the same vendor, module and standard as %zu other row%s: told apart "
                            "by their order alone",
                            *times - 1, *times == 2 ? "" : "s");
}

/* The columns that no rule speaks of, as they are. */
static bool put_others(const struct cmvp *in, const struct import_page_row *from,
                       struct import_row *row, struct fault *f)
{
    for (size_t i = 0; i < in->page->heads.count && i < from->cells.count; i++) {
        const char *name = *(const char **)vec_at(&in->page->heads, i);
        const struct import_page_cell *cell = vec_at(&from->cells, i);
        if (strcmp(name, "validation-date") == 0 || strcmp(name, "validation-dates") == 0 ||
            (in->kind == MIP && (strcmp(name, "status") == 0 || cell->marked)))
            continue;
        if (!put(in, row, name, cell->text, f))
            return false;
    }
    return from->contact == NULL || put(in, row, "submission", from->contact, f);
}

static bool fill_certificate(struct cmvp *in, const struct import_page_row *from,
                             struct import_row *row, struct fault *f)
{
    const struct import_page_cell *number = cell_of(in, from, "certificate-number");
    const char *dates = text_of(in, from, "validation-date");
    const char *status = text_of(in, from, "status");

    row->id = number->text;
    row->status = status[0] != '\0' ? status : in->status;
    if (number->link != NULL && !put(in, row, "link", number->link, f))
        return false;
    if (status[0] == '\0' && in->status != NULL && !put(in, row, "status", in->status, f))
        return false;
    return put_validations(in, row,
                           dates[0] != '\0' ? dates : text_of(in, from, "validation-dates"), f);
}

static bool fill_in_process(struct cmvp *in, const struct import_page_row *from,
                            struct import_row *row, struct fault *f)
{
    const char *status = text_of(in, from, "status");

    if (!derive_id(in, row, text_of(in, from, "standard"), f))
        return false;
    if (in->kind == MIP)
        return put_state(in, row, status[0] != '\0' ? status : marked_state(in, from), f);
    row->status = "Implementation Under Test";
    const char *day = text_of(in, from, "iut-date");
    return put(in, row, "status", row->status, f) &&
           (import_text_date(day, IMPORT_TEXT_US, &row->from) ||
            import_list_note(in->list, row->number, f, "IUT Date: '%.60s' is no day (M/D/YYYY)",
                             day));
}

/* Why the row cannot be understood, or NULL. */
static const char *lacks(const struct cmvp *in, const struct import_page_row *row)
{
    const char *number = text_of(in, row, "certificate-number");

    if (row->cells.count != in->page->heads.count)
        return "it has not as many cells as the table has columns";
    if (in->kind == SEARCH &&
        (number[0] == '\0' || strlen(number) > 9 || strspn(number, "0123456789") != strlen(number)))
        return "the Certificate Number is no number";
    if (text_of(in, row, "module-name")[0] == '\0')
        return "the Module Name is empty";
    if (text_of(in, row, "vendor-name")[0] == '\0')
        return "the Vendor Name is empty";
    if (in->kind == MIP && text_of(in, row, "status")[0] == '\0' &&
        marked_state(in, row)[0] == '\0')
        return "it has no status";
    return NULL;
}

static bool add_row(struct cmvp *in, const struct import_page_row *from, struct fault *f)
{
    struct import_row row = import_list_row(in->list, from->number);
    const char *why = lacks(in, from);
    const char *number = text_of(in, from, "certificate-number");

    if (why != NULL)
        return import_list_refuse(in->list, from->number, number[0] == '\0' ? NULL : number, f,
                                  "%s", why);
    row.product = text_of(in, from, "module-name");
    row.vendor = text_of(in, from, "vendor-name");
    const bool filled = in->kind == SEARCH ? fill_certificate(in, from, &row, f)
                                           : fill_in_process(in, from, &row, f);
    return filled && put_others(in, from, &row, f) && import_list_add(in->list, &row, f);
}

static bool has_head(const struct import_page *page, const char *name)
{
    for (size_t i = 0; i < page->heads.count; i++) {
        if (strcmp(*(const char **)vec_at(&page->heads, i), name) == 0)
            return true;
    }
    return false;
}

static bool put_number(const struct cmvp *in, struct import_row *row, const char *name,
                       uint64_t number, struct fault *f)
{
    char text[24];

    if (number == IMPORT_PAGE_NONE)
        return true;
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return put(in, row, name, text, f);
}

/* That modules are not displayed is a state of the list, to be observed as a row is. */
static bool put_hidden(const struct cmvp *in, struct fault *f)
{
    struct import_row row = import_list_row(in->list, 0);

    row.id = "not-displayed";
    if (!put_number(in, &row, "displayed", in->page->displayed, f) ||
        !put_number(in, &row, "not-displayed", in->page->hidden, f) ||
        !put_number(in, &row, "total", in->page->total, f))
        return false;
    struct import_row *slot = vec_push(&in->list->aside, f);
    if (slot == NULL)
        return false;
    *slot = row;
    return true;
}

/* "Displayed 236, Not Displayed 34, Total 270": all must agree with the rows that were read. */
static bool check_counts(const struct cmvp *in, struct fault *f)
{
    const struct import_page *page = in->page;
    struct import_list *l = in->list;

    if (page->found_rows != IMPORT_PAGE_NONE &&
        !import_list_count(l, "certificates", page->found_rows, l->read, f))
        return false;
    if (page->displayed != IMPORT_PAGE_NONE &&
        !import_list_count(l, "displayed", page->displayed, l->read, f))
        return false;
    if (page->hidden == IMPORT_PAGE_NONE)
        return true;
    if (page->total != IMPORT_PAGE_NONE &&
        !import_list_count(l, "total", page->total, l->read + page->hidden, f))
        return false;
    return put_hidden(in, f) &&
           import_list_note(l, 0, f, "%llu modules are not displayed: nothing is known of them",
                            (unsigned long long)page->hidden);
}

/* What the caller says of the whole page, else its search form, else its file's name. */
static bool set_status(struct cmvp *in, const struct import_ask *ask, struct fault *f)
{
    struct import_list *l = in->list;
    static const char *const words[] = { "active", "historical", "revoked", NULL };

    in->status = ask->status != NULL && in->kind == SEARCH
                     ? import_text_clean(l->arena, bytes_of_text(ask->status), f)
                     : in->page->searched;
    if (ask->status != NULL && in->status == NULL && in->kind == SEARCH)
        return false;
    for (size_t i = 0; in->status == NULL && ask->file != NULL && words[i] != NULL; i++) {
        if (in->kind == SEARCH && strstr(ask->file, words[i]) != NULL)
            in->status = words[i];
    }
    l->source = sources[in->kind];
    if (in->kind != SEARCH || in->status == NULL)
        return true;
    const char *id = import_text_name(l->arena, bytes_of_text(in->status), f);
    l->source = id == NULL ? NULL : arena_print(l->arena, f, "cmvp-%s", id);
    return l->source != NULL;
}

static bool read_cmvp(const struct import_ask *ask, struct import_list *l, struct fault *f)
{
    struct import_page page;

    if (!import_page_read(ask->all, l->arena, &page, f))
        return false;
    if (!has_head(&page, "module-name") || !has_head(&page, "vendor-name"))
        return fault_set(f, FAULT_FORMAT,
                         "CMVP: the page has no table with Vendor Name and Module Name");
    struct cmvp in = { .list = l,
                       .page = &page,
                       .met = map_in(l->arena),
                       .kind = has_head(&page, "certificate-number") ? SEARCH
                               : has_head(&page, "iut-date")         ? IUT
                                                                     : MIP };
    l->date = page.updated;
    if (!set_status(&in, ask, f))
        return false;
    for (size_t i = 0; i < page.rows.count; i++) {
        if (!add_row(&in, vec_at(&page.rows, i), f))
            return false;
    }
    if (page.later > 0 &&
        !import_list_note(l, 0, f, "%zu rows of a later table are not read", page.later))
        return false;
    return check_counts(&in, f);
}

const struct import import_cmvp_import = {
    .name = "cmvp",
    .title =
        "NIST's CMVP: validated modules, Modules In Process, Implementations Under Test (HTML)",
    .prepare = html_prepare,
    .read = read_cmvp,
};
