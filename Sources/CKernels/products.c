#include "CKernelsProducts.h"

#include "dispatch.h"
#include "vectors.h"

// A contracted multiply-add would give other bits where the machine has none.
#pragma STDC FP_CONTRACT OFF
#pragma clang fp contract(off) reassociate(off)

#define ADMF_BODY "products.inl"
#include "levels.h"

void admf_weighted_sums(
    const double *weights, const double *columns, int64_t stride, int64_t periods, int64_t count, double *out) {
    DISPATCH(weighted_sums, weights, columns, stride, periods, count, out);
}

void admf_lagged_products(const double *x, int64_t count, int64_t first, int64_t lags, double *out) {
    DISPATCH(lagged_products, x, count, first, lags, out);
}
