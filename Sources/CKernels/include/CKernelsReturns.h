// Statistics of a whole series of returns: `count` values in memory and `zeros` more that are exactly 0.
#ifndef ADMF_CKERNELS_RETURNS_H
#define ADMF_CKERNELS_RETURNS_H

#include <stdint.h>

typedef struct {
    double mean;
    double sum_squares;   // of r - mean
    double sum_cubes;     // of r - mean
    double sum_fourths;   // of r - mean
    double sum_downside;  // of min(r - risk_free, 0)^2
    double sum_gains;     // of max(r, 0)
    double sum_losses;    // of max(-r, 0)
    int64_t negatives;    // values below 0 among the `count`
    int64_t memory_zeros; // values equal to 0 among the `count`
} admf_return_sums;

/// The values of a series from `low` to `high`, in its order.
typedef struct {
    double low, high;  // an empty range (low > high) takes none
    double *values;    // room for the whole series and 8 more
    int64_t below;     // values of the series below `low`
    int64_t taken;     // values from `low` to `high`
} admf_window;

/// Sum of the values; lanes by position, so the result does not depend on the machine.
double admf_sum(const double *r, int64_t count);

/// Moments about the mean and one-sided sums, `sum` being that of all values; lanes by position.
///
/// Fills both windows on the way: their ranges are guesses of where two quantiles lie.
void admf_return_statistics(
    const double *r, int64_t count, int64_t zeros, double sum, double risk_free, admf_window *lower,
    admf_window *upper, admf_return_sums *out);

/// The values of ranks `rank` and `rank` + 1 (the last one where there is no next) of r[0 ..< count], 0 <= rank < count.
///
/// `near` is a window of the series, which this may reorder; one that holds the values saves a search and changes nothing.
/// `scratch` has room for `count` doubles.
void admf_order_statistics(
    const double *r, int64_t count, int64_t rank, const admf_window *near, double *scratch, double *value, double *next);

/// Sum of the values <= limit, and their number.
void admf_sum_at_most(const double *r, int64_t count, double limit, double *sum, int64_t *number);

#endif
