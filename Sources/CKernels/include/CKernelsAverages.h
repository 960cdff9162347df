// Averages over windows, from compensated running sums.
#ifndef ADMF_CKERNELS_AVERAGES_H
#define ADMF_CKERNELS_AVERAGES_H

#include <stdint.h>

/// Averages of the windows of `n` elements, 1 <= n, as differences of running sums: entry i of high + low is the sum of
/// the elements before i, `count` + 1 entries each.
///
/// out[i] is the average of the elements i - n + 1 ... i, for i from n - 1 to `count` - 1; nothing else is written. Within
/// an ulp of the correctly rounded average (Dekker 1971); every level gives the same bits.
void admf_window_averages(const double *high, const double *low, int64_t n, int64_t count, double *out);

/// First i in [from, count) with x[i] undefined (a NaN); `count` for none.
int64_t admf_first_undefined(const double *x, int64_t from, int64_t count);

#endif
