// Comparisons of columns of doubles into bitmaps.
//
// Bit i of word i / 64 is set where the comparison holds on element i; bits at and after `count` are 0. A comparison with a
// NaN is false, "not equal" too. Every level gives the same bits. Nothing needs to be aligned; no byte outside the columns
// is read.
#ifndef ADMF_KERNELS_COMPARE_H
#define ADMF_KERNELS_COMPARE_H

#include <stddef.h>
#include <stdint.h>

// The instruction sets that a comparison can run on.
enum { ADMF_COMPARE_PORTABLE = 0, ADMF_COMPARE_AVX2 = 1, ADMF_COMPARE_AVX512 = 2 };

// The level in use: the best that the machine has, unless one was set.
int admf_compare_level(void);
// Uses a level from now on (for tests); one that the machine does not have falls back to the best that it has.
void admf_compare_set_level(int level);

// a > b, a >= b, a < b, a <= b, a == b, a != b, of two columns.
void admf_compare_gt(const double *a, const double *b, size_t count, uint64_t *out);
void admf_compare_ge(const double *a, const double *b, size_t count, uint64_t *out);
void admf_compare_lt(const double *a, const double *b, size_t count, uint64_t *out);
void admf_compare_le(const double *a, const double *b, size_t count, uint64_t *out);
void admf_compare_eq(const double *a, const double *b, size_t count, uint64_t *out);
void admf_compare_ne(const double *a, const double *b, size_t count, uint64_t *out);

// a > b, a >= b, a < b, a <= b, a == b, a != b, of a column and a number.
void admf_compare_gt_scalar(const double *a, double b, size_t count, uint64_t *out);
void admf_compare_ge_scalar(const double *a, double b, size_t count, uint64_t *out);
void admf_compare_lt_scalar(const double *a, double b, size_t count, uint64_t *out);
void admf_compare_le_scalar(const double *a, double b, size_t count, uint64_t *out);
void admf_compare_eq_scalar(const double *a, double b, size_t count, uint64_t *out);
void admf_compare_ne_scalar(const double *a, double b, size_t count, uint64_t *out);

// Both a > b and a < b in one pass.
void admf_compare_both(const double *a, const double *b, size_t count, uint64_t *greater, uint64_t *less);
void admf_compare_both_scalar(const double *a, double b, size_t count, uint64_t *greater, uint64_t *less);

#endif
