/* table_products.c -- makers and what they make: names over time, owners, products; and the way of
 * an application up to the decision. */
#include "record/table.h"

enum { BY_NAMERS = BY_LISTERS | RECORD_BY_ORGANISATION };

const struct record_type table_products[TABLE_PRODUCTS] = {
    {
        .name = "vendor",
        .title = "a maker or seller of products",
        .writers = BY_NAMERS,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the vendor"),
                ONE("name", TEXT, "its name"),
                MAY("country", ID, "where it is seated"),
                DATED("when this was stated"),
                LAST,
            },
        .keys = (const char *const[]){ "vendor:{id}", "vendor-token:{tokens name}", NULL },
    },
    {
        .name = "alias",
        .title = "another name of a vendor, or its name in another script",
        .writers = BY_LISTERS,
        .id = "vendor",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("vendor", ID, "whose name"),
                ONE("name", TEXT, "the other name"),
                MAY("from", DATE, "the first day it was used"),
                MAY("until", DATE, "the last day it was used"),
                MAY("reason", TEXT, "how it came about"),
                DATED("when this was stated"),
                LAST,
            },
        .keys = (const char *const[]){ "vendor:{vendor}", "alias:{tokens name}",
                                       "vendor-token:{tokens name}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ORDERED, "from until" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "ownership",
        .title = "who owns, continues or is allied to a vendor, and when",
        .writers = BY_LISTERS,
        .id = "vendor",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("vendor", ID, "the vendor"),
                ONE("owner", ID, "the other vendor"),
                MAY_OF("relation", "parent subsidiary successor predecessor affiliate",
                       "what the other is to the vendor; else its parent"),
                MAY("from", DATE, "the first day"),
                MAY("until", DATE, "the last day"),
                DATED("when this was stated"),
                LAST,
            },
        .keys = (const char *const[]){ "vendor:{vendor}", "vendor:{owner}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_APART, "vendor owner" },
                { RECORD_RULE_ORDERED, "from until" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "product",
        .title = "a product of a vendor",
        .writers = BY_NAMERS,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the product"),
                ONE("vendor", ID, "its maker"),
                ONE("name", TEXT, "its name"),
                MANY("category", ID, "what it is for"),
                DATED("when this was stated"),
                LAST,
            },
        .keys = (const char *const[]){ "product:{id}", "vendor:{vendor}",
                                       "product-token:{tokens name}", NULL },
    },
    {
        .name = "application",
        .title = "a vendor applies to a scheme",
        .writers = BY_DECIDERS | RECORD_BY_ORGANISATION,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the application"),
                ONE("scheme", ID, "the scheme"),
                ONE("vendor", ID, "who applies"),
                MAY("vendor-name", TEXT, "its name on that day"),
                ONE("product", TEXT, "what is to be certified"),
                MANY("version", TEXT, "a version of it"),
                MAY("lab", ID, "the laboratory that tests"),
                DATED("when it was received"),
                LAST,
            },
        .keys = (const char *const[]){ "application:{id}", "vendor:{vendor}",
                                       "vendor-token:{tokens vendor-name}", NULL },
    },
    {
        .name = "progress",
        .title = "an application moves on",
        .writers = BY_DECIDERS | RECORD_BY_LAB | RECORD_BY_ORGANISATION,
        .id = "application",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("application", ID, "the application"),
                ONE_OF(
                    "state",
                    "accepted in-test reported in-review comments finalising hold resumed closed",
                    "where it stands now"),
                MAY("reason", TEXT, "why"),
                DATED("since when"),
                LAST,
            },
        .keys = (const char *const[]){ "application:{application}", NULL },
    },
    {
        .name = "evaluation",
        .title = "a laboratory has tested, and this is the digest of its report",
        .writers = RECORD_BY_LAB,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the evaluation"),
                MAY("application", ID, "the application that it belongs to"),
                MAY("certificate", ID, "the certificate that it maintains or renews"),
                ONE("scheme", ID, "the scheme"),
                ONE("lab", ID, "the laboratory"),
                MAY_OF("result", "pass fail", "what the laboratory found; it decides nothing"),
                ONE("report", DIGEST, "the evaluation technical report"),
                DATED("when it was signed"),
                LAST,
            },
        .keys = (const char *const[]){ "evaluation:{id}", "application:{application}",
                                       "certificate:{certificate}", "lab:{lab}", NULL },
    },
    {
        .name = "refusal",
        .title = "an application is refused",
        .writers = BY_DECIDERS,
        .id = "application",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("application", ID, "the application"),
                ONE("reason", TEXT, "why"),
                DATED("when it was decided"),
                LAST,
            },
        .keys = (const char *const[]){ "application:{application}", NULL },
    },
};
