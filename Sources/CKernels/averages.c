#include "CKernelsAverages.h"

#include "dispatch.h"
#include "vectors.h"

// Contraction or reassociation would take out the very errors that the sums keep.
#pragma STDC FP_CONTRACT OFF
#pragma clang fp contract(off) reassociate(off)

#define ADMF_BODY "averages.inl"
#include "levels.h"

void admf_window_averages(const double *high, const double *low, int64_t n, int64_t count, double *out) {
    if (n > count) return;
    DISPATCH(window_averages, high + n, low + n, high, low, (double)n, count - n + 1, out + (n - 1));
}

int64_t admf_first_undefined(const double *x, int64_t from, int64_t count) {
    return DISPATCH(first_undefined, x, from, count);
}
