// Searches over price columns, each with an early exit.
#ifndef ADMF_CKERNELS_SCAN_H
#define ADMF_CKERNELS_SCAN_H

#include <stdint.h>

/// First i in [first, end) with low[i] <= below or high[i] >= above; `end` for none. Infinite levels switch a side off.
int64_t admf_scan_levels(const double *low, const double *high, int64_t first, int64_t end, double below, double above);

/// First i in [first, end) with x[i] <= limit; `end` for none.
int64_t admf_scan_at_most(const double *x, int64_t first, int64_t end, double limit);

/// Least low and greatest high of [first, end), kept where they are beyond *least and *greatest.
void admf_scan_range(
    const double *low, const double *high, int64_t first, int64_t end, double *least, double *greatest);

/// Asks for the memory at an address, which is read soon; never fails, whatever the address.
static inline void admf_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
