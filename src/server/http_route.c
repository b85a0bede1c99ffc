#include "server/http_route.h"

#include <string.h>

static bool fits(const struct http_route *route, const char *path)
{
    const size_t len = strlen(route->path);

    if (route->path[len - 1] == '*')
        return strncmp(route->path, path, len - 1) == 0;
    return strcmp(route->path, path) == 0;
}

const struct http_route *http_route_find(const struct http_routes *routes, const char *method,
                                         const char *path, const char **other)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;

    *other = NULL;
    for (size_t i = 0; i < routes->count; i++) {
        const struct http_route *route = &routes->all[i];
        if (!fits(route, path))
            continue;
        if (strcmp(route->method, wanted) == 0)
            return route;
        if (*other == NULL)
            *other = strcmp(route->method, "GET") == 0 ? "GET, HEAD" : route->method;
    }
    return NULL;
}
