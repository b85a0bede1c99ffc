/* http_route.h -- which row of the table answers a request. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "server/http.h"

struct http_routes {
    const struct http_route *all;
    size_t count;
};

/* The first row for method and path (HEAD is answered as GET is), or NULL. *other is the method
 * that the first row for this path takes, for an Allow header; NULL where there is no such path. */
const struct http_route *http_route_find(const struct http_routes *routes, const char *method,
                                         const char *path, const char **other);

#endif
