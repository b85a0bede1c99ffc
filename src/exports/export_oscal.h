/* export_oscal.h -- what both OSCAL 1.1.2 documents say of a directive: who is bound, what each
 * reported for each step, and what is missing. Written by export_oscal_ar.c and export_oscal_poam.c
 * from one reading.
 *
 * What BOD 17-01 asks of agencies stands there as: agency and contact in metadata.parties, products
 * in components, endpoints in the observations' props, methodologies in activities (assessment
 * results) and observations, documents in back-matter, timelines in tasks, foreseeable challenges
 * in risk.statement. Costs, contracts by name and controls are in no record and in no export. */
#ifndef EXPORT_OSCAL_H
#define EXPORT_OSCAL_H

#include "exports/export_find.h"
#include "exports/export_name.h"
#include "exports/export_pen.h"

/* One organisation and one step, as of the day. */
struct export_oscal_case {
    struct bytes organisation;
    const struct standing_step *step;
    int32_t due;
    enum standing_report report;
    int32_t happened;               /* of the first report; DATE_NONE */
    struct vec reports;             /* struct history_act, all by the day */
    const struct record *exception; /* the one that stands, with EXCEPTED */
};

struct export_oscal {
    struct export_directive directive;
    struct vec organisations; /* struct bytes, each once */
    struct vec cases;         /* struct export_oscal_case, by step, then organisation */
    struct vec evidence;      /* struct bytes: digests, each once */
    struct vec exceptions;    /* struct history_act, of whatever day */
};

bool export_oscal_read(const struct export_question *q, struct arena *a, struct export_oscal *out,
                       struct fault *f) MUST_CHECK;

/* {"uuid","metadata"} of a document of this kind. */
bool export_oscal_metadata(struct export_pen *p, const struct export_oscal *o,
                           const char *kind) MUST_CHECK;

/* "components": what the directive is about. */
bool export_oscal_components(struct export_pen *p, const struct export_oscal *o) MUST_CHECK;

/* "back-matter": the directive, and the documents behind the reports. */
void export_oscal_back_matter(struct export_pen *p, const struct export_oscal *o);

/* "timing" of a step. */
void export_oscal_timing(struct export_pen *p, const struct export_oscal *o,
                         const struct standing_step *step);

/* A member of "props", in our name space. */
void export_oscal_prop(struct export_pen *p, const char *name, struct bytes value);

/* "origins": the organisation. */
void export_oscal_origin(struct export_pen *p, struct bytes organisation);

/* The UUID of the organisation, of a step's activity, of a document by its digest, of the
 * directive's own resource. */
const char *export_oscal_party(struct export_pen *p, struct bytes organisation);
const char *export_oscal_activity(struct export_pen *p, const struct export_oscal *o,
                                  const struct standing_step *step);
const char *export_oscal_document(struct export_pen *p, struct bytes digest);
const char *export_oscal_resource(struct export_pen *p, const struct export_oscal *o);

#endif
