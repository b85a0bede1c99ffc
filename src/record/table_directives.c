/* table_directives.c -- orders, who answers them, and what is kept sealed or only observed. */
#include "record/table.h"

#define WHO_TOO "affiliates predecessors successors resellers embedded-code"

const struct record_type table_directives[TABLE_DIRECTIVES] = {
    {
        .name = "directive",
        .title = "an authority orders or advises something about vendors or products",
        .writers = RECORD_BY_AUTHORITY,
        .id = "id",
        .happened = "issued",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the directive"),
                MAY("title", TEXT, "its title"),
                MAY("authority", ID, "who issued it"),
                MANY("subject-vendor", ID, "a vendor whose products it is about"),
                MANY("subject-token", TOKEN, "a word in the names that it is about"),
                MANY("subject-product", TEXT, "a product that it is about"),
                ONE_OF("action", "identify remove prohibit advise report update",
                       "what is to be done"),
                MAY_OF("stage", "proposed in-force", "whether it binds; else it does"),
                MANY("scope", TEXT, "whom it binds: org-class:CLASS, or words"),
                MANY("marking", TEXT, "a classification from which it binds"),
                MAY("text", DIGEST, "its full text"),
                ONE("issued", DATE, "when it was issued"),
                MAY("effective", DATE, "since when it binds; else since it was issued"),
                MANY("step", STEP, "what is due when"),
                MANY_OF("include", WHO_TOO, "who or what is meant too"),
                MANY("excludes", ID, "what is not meant"),
                LAST,
            },
        .keys =
            (const char *const[]){
                "directive:{id}",
                "directive-token:{subject-token}",
                "directive-token:{tokens subject-product}",
                "vendor:{subject-vendor}",
                NULL,
            },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ONE_OF, "subject-vendor subject-token subject-product" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "amendment",
        .title = "a directive is changed or ended; what is named here is added or replaces",
        .writers = RECORD_BY_AUTHORITY,
        .id = "directive",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("directive", ID, "the directive"),
                MANY("subject-vendor", ID, "a vendor that it is about too"),
                MANY("subject-token", TOKEN, "a word that it is about too"),
                MANY("subject-product", TEXT, "a product that it is about too"),
                MAY_OF("action", "revise close revoke supersede", "what becomes of it"),
                MAY("successor", ID, "the directive in its place"),
                MAY_OF("stage", "proposed in-force", "whether it binds"),
                MANY("scope", TEXT, "whom it binds"),
                MAY("effective", DATE, "since when it binds"),
                MANY("step", STEP, "what is due when; replaces the step of that name"),
                MANY_OF("include", WHO_TOO, "who or what is meant too"),
                MANY("excludes", ID, "what is not meant"),
                MAY("reason", TEXT, "why"),
                DATED("when it was decided"),
                LAST,
            },
        .keys =
            (const char *const[]){
                "directive:{directive}",
                "directive-token:{subject-token}",
                "directive-token:{tokens subject-product}",
                "vendor:{subject-vendor}",
                NULL,
            },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ONE_OF, "subject-vendor subject-token subject-product action stage "
                                      "scope effective step include excludes" },
                { RECORD_RULE_NEEDS, "action supersede successor" },
                { RECORD_RULE_APART, "directive successor" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "report",
        .title = "an organisation reports a step of a directive; none found is a report too",
        .writers = RECORD_BY_ORGANISATION | RECORD_BY_AUTHORITY,
        .id = "directive",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("directive", ID, "the directive"),
                ONE("organisation", ID, "who reports"),
                ONE("step", ID, "the step"),
                ONE_OF("result", "none-found found plan progress complete exception",
                       "what is reported"),
                MANY("method", TEXT, "how it was looked for"),
                MANY("coverage", TEXT, "where it was looked for"),
                MAY("hosts", COUNT, "machines that were looked at"),
                MAY("found", COUNT, "machines on which something was found"),
                MAY("unread", COUNT, "places that could not be read"),
                MAY("scans", COUNT, "scans behind this report"),
                MANY("evidence", DIGEST, "a scan's report"),
                MAY("detail", DIGEST, "salted digest of what is not published"),
                DATED("when it was reported"),
                LAST,
            },
        .keys =
            (const char *const[]){
                "report:{directive}:{organisation}:{step}",
                "reports:{directive}:{step}",
                "organisation:{organisation}",
                NULL,
            },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_NEEDS, "result none-found method coverage hosts" },
                { RECORD_RULE_ZERO, "result none-found found" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "reply",
        .title = "a vendor replies to an act about it, or appeals",
        .writers = RECORD_BY_ORGANISATION,
        .id = "vendor",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("vendor", ID, "who replies"),
                ONE_OF("kind", "reply appeal", "what it is"),
                MAY("directive", ID, "the directive that it answers"),
                MAY("certificate", ID, "the certificate that it is about"),
                MAY("list", ID, "the list that it is about"),
                MAY("application", ID, "the application that it is about"),
                MANY("statement", TEXT, "what it says"),
                MAY("document", DIGEST, "its full text"),
                DATED("when it was sent"),
                LAST,
            },
        .keys =
            (const char *const[]){
                "vendor:{vendor}",
                "directive:{directive}",
                "certificate:{certificate}",
                "application:{application}",
                NULL,
            },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ONE_OF, "directive certificate list application" },
                { RECORD_RULE_ONE_OF, "statement document" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "exception",
        .title = "an organisation is excepted from a directive, for a reason and a time",
        .writers = RECORD_BY_ORGANISATION | RECORD_BY_AUTHORITY,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the exception"),
                ONE("directive", ID, "the directive"),
                ONE("organisation", ID, "who is excepted"),
                MAY("vendor", ID, "for which vendor; else for all"),
                MAY("product", TEXT, "for which product; else for all"),
                ONE("signer", TEXT, "the person who answers for it"),
                ONE("reason", TEXT, "why"),
                ONE("until", DATE, "its last day"),
                DATED("its first day"),
                LAST,
            },
        .keys = (const char *const[]){ "exception:{id}", "directive:{directive}",
                                       "organisation:{organisation}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ORDERED, "date until" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "sealed",
        .title = "something happened whose text is not public yet",
        .writers = BY_ANY_KIND,
        .id = "digest",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                MAY("scheme", ID, "the scheme that it belongs to"),
                ONE("digest", DIGEST, "SHA-256 of a salt and, behind it, the text of a record"),
                DATED("when it was sealed"),
                LAST,
            },
        .keys = (const char *const[]){ NULL },
    },
    {
        .name = "opened",
        .title = "the text of a sealed entry is made public; it maps to the keys of that record",
        .writers = BY_ANY_KIND,
        .id = "sealed",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("sealed", DIGEST, "the digest that was sealed"),
                ONE("salt", HEX, "the salt"),
                ONE("text", BASE64, "the record's text"),
                DATED("when it was opened"),
                LAST,
            },
        .keys = (const char *const[]){ NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_OPENS, "sealed salt text" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "observation",
        .title = "a public list of somebody else was seen to change",
        .writers = BY_LISTERS,
        .id = "source",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("source", ID, "the list"),
                ONE_OF("action", "appeared disappeared changed", "what was seen"),
                ONE("row", TEXT, "what identifies the row"),
                MAY("vendor-name", TEXT, "the vendor's name in it"),
                MAY("product", TEXT, "the product's name in it"),
                MANY("field", PAIR, "what the row says"),
                MANY("was", PAIR, "what it said before"),
                MANY("now", PAIR, "what it says instead"),
                ONE("snapshot", DIGEST, "the file that was read"),
                DATED("when it was seen"),
                LAST,
            },
        .keys =
            (const char *const[]){
                "row:{source}:{sha256 row}",
                "observed:{source}:token:{tokens vendor-name}",
                "observed:{source}:token:{tokens product}",
                "observation:{source}",
                NULL,
            },
    },
};
