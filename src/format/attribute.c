#include "format/attribute.h"

#include <stdio.h>
#include <time.h>

bool attribute_oid_is(const ASN1_OBJECT *object, struct bytes oid)
{
    return object != NULL &&
           bytes_equal((struct bytes){ .at = OBJ_get0_data(object), .len = OBJ_length(object) },
                       oid);
}

const ASN1_TYPE *attribute_next(const STACK_OF(X509_ATTRIBUTE) * all, struct bytes oid,
                                struct attribute_place *place)
{
    for (; place->attribute < sk_X509_ATTRIBUTE_num(all); place->attribute++) {
        X509_ATTRIBUTE *one = sk_X509_ATTRIBUTE_value(all, place->attribute);
        if (attribute_oid_is(X509_ATTRIBUTE_get0_object(one), oid) &&
            place->value < X509_ATTRIBUTE_count(one))
            return X509_ATTRIBUTE_get0_type(one, place->value++);
        place->value = 0;
    }
    return NULL;
}

const ASN1_TYPE *attribute_first(const STACK_OF(X509_ATTRIBUTE) * all, struct bytes oid)
{
    struct attribute_place place = { 0 };

    return attribute_next(all, oid, &place);
}

struct bytes attribute_bytes(const ASN1_TYPE *value)
{
    const bool has_bytes = value != NULL && value->type != V_ASN1_OBJECT &&
                           value->type != V_ASN1_BOOLEAN && value->type != V_ASN1_NULL &&
                           value->value.asn1_string != NULL;

    if (!has_bytes)
        return (struct bytes){ 0 };
    return (struct bytes){
        .at = ASN1_STRING_get0_data(value->value.asn1_string),
        .len = (size_t)ASN1_STRING_length(value->value.asn1_string),
    };
}

bool attribute_time(const ASN1_TIME *time, char text[ATTRIBUTE_TIME_MAX], int64_t *seconds)
{
    struct tm parts = { 0 };

    if (time == NULL || ASN1_TIME_to_tm(time, &parts) != 1)
        return false;
    const int n =
        snprintf(text, ATTRIBUTE_TIME_MAX, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900,
                 parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    if (n < 0 || n >= ATTRIBUTE_TIME_MAX)
        return false;
    *seconds = (int64_t)timegm(&parts);
    return true;
}

bool attribute_signing_time(const STACK_OF(X509_ATTRIBUTE) * all, char text[ATTRIBUTE_TIME_MAX],
                            int64_t *seconds)
{
    const ASN1_TYPE *value = attribute_first(all, ATTRIBUTE_SIGNING_TIME);

    if (value == NULL || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME))
        return false;
    return attribute_time(value->value.asn1_string, text, seconds);
}
