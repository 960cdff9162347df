// Searches over price columns, each with an early exit.
#ifndef ADMF_CKERNELS_SCAN_H
#define ADMF_CKERNELS_SCAN_H

#include <stdint.h>

/// First i in [first, end) with low[i] <= below or high[i] >= above; `end` for none. Infinite levels switch a side off.
int64_t admf_scan_levels(const double *low, const double *high, int64_t first, int64_t end, double below, double above);

/// First i in [first, end) with x[i] <= limit; `end` for none.
int64_t admf_scan_at_most(const double *x, int64_t first, int64_t end, double limit);

/// First i in [first, end) at which base + quantity x price[i] is 0 or less; `end` for none.
int64_t admf_scan_insolvent(const double *price, double base, double quantity, int64_t first, int64_t end);

/// First i in [first, end) whose range reaches a trailing stop, a stop or a target (`nan` for none); `end` for none.
///
/// The trailing level is `rate` of the extreme away from it, or `distance` where the rate is nan. *extreme is that of the
/// bars before `first`; afterwards it knows the bars before the one that was found.
int64_t admf_scan_trailing(
    const double *low, const double *high, int64_t first, int64_t end, int32_t is_long, double rate, double distance,
    double stop, double target, double *extreme);

/// Least low and greatest high of [first, end), kept where they are beyond *least and *greatest.
void admf_scan_range(
    const double *low, const double *high, int64_t first, int64_t end, double *least, double *greatest);

/// Asks for the memory at an address, which is read soon; never fails, whatever the address.
static inline void admf_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
