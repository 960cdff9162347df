// Products of many series at a time: what resampling, correlations and long-run variances are made of.
#ifndef ADMF_CKERNELS_PRODUCTS_H
#define ADMF_CKERNELS_PRODUCTS_H

#include <stdint.h>

/// out[8 k + lane] = sum over t of weights[8 t + lane] x columns[k stride + t], for k < `count`, t < `periods`.
///
/// Eight weightings at a time, lane by lane. Each sum is taken from the first period to the last, so every level gives
/// the same bits. Sums are exact for weights that are counts and columns of integers below 2^53.
void admf_weighted_sums(
    const double *weights, const double *columns, int64_t stride, int64_t periods, int64_t count, double *out);

/// out[i] = sum over t of x[t] x[t + first + i], for i < `lags`; 0 where no pair lies so far apart.
///
/// Each sum is taken from the first pair to the last, so every level gives the same bits.
void admf_lagged_products(const double *x, int64_t count, int64_t first, int64_t lags, double *out);

#endif
