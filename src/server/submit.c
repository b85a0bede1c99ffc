#include "server/submit.h"

#include <inttypes.h>
#include <stdio.h>

/* A ticket is the request under another name: who takes entries needs nothing else of it. */
static struct http_request *request_of(struct submit_ticket *t)
{
    return (struct http_request *)t;
}

static void receive(void *with, struct http_request *r)
{
    const struct submit *s = with;
    const struct bytes entry = http_body(r);

    if (entry.len == 0)
        http_say(r, 400, "the body is one entry, a signed note; this one is empty");
    else
        s->offer(s->with, entry, (struct submit_ticket *)r);
}

struct http_route submit_route(struct submit *s)
{
    return (struct http_route){ .method = "POST",
                                .path = "/entries",
                                .body_max = SUBMIT_ENTRY_MAX,
                                .with = s,
                                .answer = receive };
}

void submit_take(struct submit_ticket *t, uint64_t index)
{
    char text[40];
    const int len = snprintf(text, sizeof text, "{\"index\":%" PRIu64 "}\n", index);

    http_answer(request_of(t), 200, "application/json",
                (struct bytes){ .at = (const uint8_t *)text, .len = (size_t)len });
}

static unsigned status_of(enum submit_refusal why)
{
    switch (why) {
    case SUBMIT_UNKNOWN_KEY:
        return 403;
    case SUBMIT_BAD_ENTRY:
        return 400;
    case SUBMIT_BUSY:
    case SUBMIT_UNABLE:
        break;
    }
    return 503;
}

void submit_refuse(struct submit_ticket *t, enum submit_refusal why, const char *rule)
{
    struct http_request *r = request_of(t);

    if (why == SUBMIT_BUSY)
        http_header(r, "Retry-After", "1");
    http_say(r, status_of(why), "%s", rule);
}
