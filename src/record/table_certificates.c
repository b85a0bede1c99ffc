/* table_certificates.c -- the decision and every later act on it; lists and what they hold. Every
 * act maps to the key of the object that it acts on, so that a history is one lookup. */
#include "record/table.h"

#define OF_CERTIFICATE                                                                             \
    (const char *const[])                                                                          \
    {                                                                                              \
        "certificate:{certificate}", NULL                                                          \
    }

const struct record_type table_certificates[TABLE_CERTIFICATES] = {
    {
        .name = "certificate",
        .title = "the decision: this product, in these versions, is certified",
        .writers = BY_DECIDERS,
        .id = "id",
        .happened = "from",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the certificate"),
                ONE("scheme", ID, "the scheme"),
                MAY("application", ID, "the application that it answers"),
                MAY("evaluation", ID, "the evaluation that it rests on"),
                MAY("lab", ID, "the laboratory that tested"),
                ONE("vendor", ID, "the holder"),
                MAY("vendor-name", TEXT, "its name on the certificate"),
                ONE("product", TEXT, "the product's name on the certificate"),
                MAY("product-id", ID, "the product"),
                SOME("version", TEXT, "a version that it covers"),
                MAY("level", TEXT, "assurance level"),
                MANY("artefact", DIGEST, "a file that it covers"),
                MAY("report", DIGEST, "the certification report"),
                MAY("from", DATE, "the first day"),
                MAY("until", DATE, "the last day; none: open"),
                MAY("renew-by", DATE, "the day by which it must be renewed"),
                MAY("review-by", DATE, "the day by which it must be reviewed"),
                MAY("technical-until", DATE, "the last day of its technical validity"),
                LAST,
            },
        .keys =
            (const char *const[]){
                "certificate:{id}",
                "application:{application}",
                "evaluation:{evaluation}",
                "artefact:{artefact}",
                "vendor:{vendor}",
                "vendor-token:{tokens vendor-name}",
                "product:{product-id}",
                "certified:{scheme}:vendor:{vendor}",
                "certified:{scheme}:token:{tokens vendor-name}",
                "certified:{scheme}:token:{tokens product}",
                NULL,
            },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ORDERED, "from until" },
                { RECORD_RULE_ORDERED, "from renew-by" },
                { RECORD_RULE_ORDERED, "from review-by" },
                { RECORD_RULE_ORDERED, "from technical-until" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "maintenance",
        .title = "assurance continuity: further versions and files under the same certificate",
        .writers = BY_DECIDERS,
        .id = "certificate",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("certificate", ID, "the certificate"),
                SOME("version", TEXT, "a version that it covers too"),
                MANY("artefact", DIGEST, "a file that it covers too"),
                MAY("report", DIGEST, "the maintenance report"),
                DATED("when it was decided"),
                LAST,
            },
        .keys = (const char *const[]){ "certificate:{certificate}", "artefact:{artefact}", NULL },
    },
    {
        .name = "renewal",
        .title = "a certificate's dates are moved",
        .writers = BY_DECIDERS,
        .id = "certificate",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("certificate", ID, "the certificate"),
                MAY("until", DATE, "its new last day"),
                MAY("renew-by", DATE, "the day by which it must be renewed next"),
                MAY("reason", TEXT, "why"),
                DATED("when it was decided"),
                LAST,
            },
        .keys = OF_CERTIFICATE,
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ONE_OF, "until renew-by" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "suspension",
        .title = "a certificate is suspended",
        .writers = BY_DECIDERS,
        .id = "certificate",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("certificate", ID, "the certificate"),
                ONE("reason", TEXT, "why"),
                MAY("until", DATE, "the last day of the suspension"),
                DATED("the first day"),
                LAST,
            },
        .keys = OF_CERTIFICATE,
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ORDERED, "date until" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "reinstatement",
        .title = "a suspended or historical certificate is in force again",
        .writers = BY_DECIDERS,
        .id = "certificate",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("certificate", ID, "the certificate"),
                MAY("reason", TEXT, "why"),
                DATED("since when"),
                LAST,
            },
        .keys = OF_CERTIFICATE,
    },
    {
        .name = "lapse",
        .title = "a certificate ends by policy; its own date needs no entry",
        .writers = BY_DECIDERS,
        .id = "certificate",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("certificate", ID, "the certificate"),
                ONE_OF("kind", "expired archived historical", "as what it is kept"),
                ONE("reason", TEXT, "why"),
                DATED("since when"),
                LAST,
            },
        .keys = OF_CERTIFICATE,
    },
    {
        .name = "withdrawal",
        .title = "a certificate is withdrawn for good",
        .writers = BY_DECIDERS,
        .id = "certificate",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("certificate", ID, "the certificate"),
                ONE("reason", TEXT, "why"),
                MAY_OF("by", "holder body authority", "at whose wish"),
                DATED("since when"),
                LAST,
            },
        .keys = OF_CERTIFICATE,
    },
    {
        .name = "supersession",
        .title = "a certificate is withdrawn, and another stands in its place",
        .writers = BY_DECIDERS,
        .id = "certificate",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("certificate", ID, "the certificate that ends"),
                ONE("successor", ID, "the certificate in its place"),
                MAY("reason", TEXT, "why"),
                DATED("since when"),
                LAST,
            },
        .keys =
            (const char *const[]){ "certificate:{certificate}", "certificate:{successor}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_APART, "certificate successor" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "list",
        .title = "a list of what may be bought or used",
        .writers = RECORD_BY_AUTHORITY | RECORD_BY_LIST_OWNER,
        .id = "id",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("id", ID, "the list"),
                ONE("name", TEXT, "its name"),
                MAY("authority", ID, "its owner"),
                MAY("scheme", ID, "the scheme whose certificates it shows"),
                DATED("when it was opened"),
                LAST,
            },
        .keys = (const char *const[]){ "list:{id}", NULL },
    },
    {
        .name = "list-change",
        .title = "a list is renamed or closed",
        .writers = RECORD_BY_AUTHORITY | RECORD_BY_LIST_OWNER,
        .id = "list",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("list", ID, "the list"),
                MAY("name", TEXT, "its new name"),
                MAY_OF("closed", "yes", "nothing more is listed"),
                MAY("reason", TEXT, "why"),
                DATED("when it was decided"),
                LAST,
            },
        .keys = (const char *const[]){ "list:{list}", NULL },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ONE_OF, "name closed" },
                NO_MORE_RULES,
            },
    },
    {
        .name = "listing",
        .title = "something is put on a list, struck from it, or put back",
        .writers = BY_LISTERS,
        .id = "list",
        .happened = "date",
        .fields =
            (const struct record_field[]){
                ONE("list", ID, "the list"),
                ONE_OF("action", "add remove relist", "what is done"),
                MAY("certificate", ID, "the certificate behind it"),
                MAY("vendor", ID, "the vendor"),
                MAY("vendor-name", TEXT, "its name on the list"),
                MAY("product", TEXT, "the product's name on the list"),
                MAY("product-id", ID, "the product"),
                MANY("token", TOKEN, "a further word by which it is found"),
                MANY("version", TEXT, "a version on the list"),
                MANY("artefact", DIGEST, "a file on the list"),
                MAY("channel", TEXT, "through whom, where not through the list's owner"),
                MAY("row", TEXT, "the row of the list that was read"),
                MAY("reason", TEXT, "why"),
                MAY("basis", ID, "the directive or certificate that it follows from"),
                DATED("since when"),
                LAST,
            },
        .keys =
            (const char *const[]){
                "listed:{list}:vendor:{vendor}",
                "listed:{list}:token:{tokens vendor-name}",
                "listed:{list}:token:{tokens product}",
                "listed:{list}:token:{token}",
                "listed:{list}:artefact:{artefact}",
                "listing:{list}",
                "certificate:{certificate}",
                "vendor:{vendor}",
                "vendor-token:{tokens vendor-name}",
                "artefact:{artefact}",
                "product:{product-id}",
                NULL,
            },
        .rules =
            (const struct record_rule[]){
                { RECORD_RULE_ONE_OF, "vendor vendor-name product token" },
                NO_MORE_RULES,
            },
    },
};
