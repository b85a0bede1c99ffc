#include "server/listen.h"

#include "core/own.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { HOST_MAX = 64, PORT_DIGITS = 5, BACKLOG = 256, OWN_DESCRIPTORS = 64, ROOM_LEAST = 4 };

static void free_addresses(struct addrinfo **list)
{
    if (*list != NULL)
        freeaddrinfo(*list);
}

/* getaddrinfo takes 65536 for 0. */
static bool is_port(const char *text)
{
    const size_t len = strspn(text, "0123456789");

    return len > 0 && len <= PORT_DIGITS && text[len] == '\0' && strtoul(text, NULL, 10) <= 65535;
}

/* "ADDR:PORT" or "[ADDR]:PORT". */
static bool split(const char *text, char host[HOST_MAX], const char **port, struct fault *f)
{
    const char *colon = strrchr(text, ':');
    const char *from = text;

    if (colon == NULL || colon == text)
        return fault_set(f, FAULT_FORMAT, "'%.80s' is no ADDR:PORT", text);
    size_t len = (size_t)(colon - text);
    if (text[0] == '[' && len >= 2 && text[len - 1] == ']') {
        from++;
        len -= 2;
    } else if (memchr(text, ':', len) != NULL) {
        return fault_set(f, FAULT_FORMAT, "'%.80s': an IPv6 address stands in [ ]", text);
    }
    if (len == 0 || len >= HOST_MAX || !is_port(colon + 1))
        return fault_set(f, FAULT_FORMAT, "'%.80s' is no ADDR:PORT", text);
    memcpy(host, from, len);
    host[len] = '\0';
    *port = colon + 1;
    return true;
}

static bool tell(int fd, char url[LISTEN_URL_MAX])
{
    struct sockaddr_storage at = { 0 };
    socklen_t len = sizeof at;
    char host[HOST_MAX];
    char port[PORT_DIGITS + 1];

    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
        getnameinfo((struct sockaddr *)&at, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return false;
    const bool six = at.ss_family == AF_INET6;
    (void)snprintf(url, LISTEN_URL_MAX, "http://%s%s%s:%s", six ? "[" : "", host, six ? "]" : "",
                   port);
    return true;
}

bool listen_open(const char *text, int *fd, char url[LISTEN_URL_MAX], struct fault *f)
{
    const struct addrinfo wanted = { .ai_flags = AI_NUMERICSERV | AI_PASSIVE,
                                     .ai_socktype = SOCK_STREAM };
    OWNED(free_addresses) struct addrinfo *list = NULL;
    char host[HOST_MAX];
    const char *port = NULL;
    const int on = 1;

    if (!split(text, host, &port, f))
        return false;
    const int failed = getaddrinfo(host, port, &wanted, &list);
    if (failed != 0)
        return fault_set(f, FAULT_IO, "%.80s: %s", text, gai_strerror(failed));
    OWNED(own_close)
    int s = socket(list->ai_family, list->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                   list->ai_protocol);
    /* a server that starts anew must not wait for the last one's connections to fade */
    if (s < 0 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(s, list->ai_addr, list->ai_addrlen) != 0 || listen(s, BACKLOG) != 0 || !tell(s, url))
        return fault_set(f, errno == EACCES ? FAULT_DENIED : FAULT_IO, "listening at %.80s: %s",
                         text, strerror(errno));
    *fd = own_take_fd(&s);
    return true;
}

unsigned listen_room(unsigned wanted)
{
    const rlim_t needed = (rlim_t)wanted * 2 + OWN_DESCRIPTORS;
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return wanted;
    if (files.rlim_cur < needed) {
        const rlim_t had = files.rlim_cur;
        files.rlim_cur = files.rlim_max < needed ? files.rlim_max : needed;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0)
            files.rlim_cur = had;
    }
    if (files.rlim_cur >= needed)
        return wanted;
    const rlim_t room = files.rlim_cur / 2;
    return room < OWN_DESCRIPTORS / 2 + ROOM_LEAST ? ROOM_LEAST
                                                   : (unsigned)room - OWN_DESCRIPTORS / 2;
}
