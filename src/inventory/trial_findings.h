/* trial_findings.h -- what a cataloger makes of a file: test code, linked into the unit tests
 * alone.
 */
#ifndef TRIAL_FINDINGS_H
#define TRIAL_FINDINGS_H

#include "inventory/cataloger.h"

/* The cataloger over the whole file, as a worker would run it: the highest bidder of its formats
 * reads, `path` (below the target, "/" first) and `root` are what the walk would say. The findings
 * as text, a line each, in the order of arrival:
 *     product: deb bash 5.2-1 amd64 source=x (1) installed root=/
 *       supplier medium NAME <DOMAIN>: EVIDENCE
 *     owns: bash /bin/bash
 *     note: deb bash originator medium NAME: EVIDENCE
 *     system: debian 12
 *     unidentified
 *     lost: REASON
 *     fault: REASON
 * Caller frees. */
char *trial_findings(const struct cataloger *cataloger, const char *path, const char *root,
                     struct bytes all);

/* The same with every allocation of the cataloger failing in turn: asserts that each failure is
 * told as a fault, and that nothing half-made was handed on before it. */
void trial_findings_starved(const struct cataloger *cataloger, const char *path, const char *root,
                            struct bytes all);

/* How many lines of `text` begin with `prefix`. */
size_t trial_findings_count(const char *text, const char *prefix);

#endif
