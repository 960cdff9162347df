// Marks of equity, taken into the path-dependent sums of a container: drawdown, ulcer index, stability, mean equity.
//
// Determinism: an exposed bar with timeline index i adds to lane i mod 8 of every sum, so the result depends neither on
// how a run of bars was split into calls nor on the width of the machine's vectors. No fused multiply-add anywhere.
#ifndef ADMF_CKERNELS_MARKS_H
#define ADMF_CKERNELS_MARKS_H

#include <stdint.h>

#define ADMF_LANES 8

// An equity this share under the peak is not under it, so that rounding does not decide how long a drawdown lasts.
#define ADMF_PEAK_TOLERANCE 1e-12

typedef struct {
    double initial;             // E_0
    double last;                // equity of the bar before
    double peak;                // max(E_0 .. E_t)
    double inverse_peak;        // 1 / peak
    double near_peak;           // equity below it is under the peak
    double least[ADMF_LANES];   // least equity since the peak, by lane
    double worst_drawdown;      // of the runs that have ended
    double reference;           // equity whose logarithm is known exactly
    double inverse_reference;
    double log_reference;       // log(reference / E_0)
    double calm_low, calm_high; // equity between them is no new peak, and near the reference where logarithms are taken
    double index_center;        // (n - 1) / 2, so that index x log sums stay small
    double sum_equity[ADMF_LANES];
    double sum_drawdown2[ADMF_LANES];
    double sum_log[ADMF_LANES];
    double sum_log2[ADMF_LANES];
    double sum_passed[ADMF_LANES];    // of sum_log as it stood before each group of eight indices
    double sum_index_log[ADMF_LANES]; // of (index - index_center) x log; known at the end
    double sum_returns[ADMF_LANES];
    double flat_returns;        // of the changes while flat
    double flat_equity, flat_drawdown2, flat_log, flat_log2, flat_index_log;
    int64_t group;              // index of the first bar of the last group with an exposed bar
    int64_t under_run;          // bars since equity was last at its peak
    int64_t longest_under_run;  // of the runs that have ended
    int64_t exposed_bars;
    int64_t ruin_bar;           // index of the first bar with equity <= 0, -1 for none; returns end there
    int64_t ruin_returns;       // returns in memory before that bar's
    int64_t ruin_zeros;         // returns of exactly 0 before that bar's
    double ruin_drawdown2[ADMF_LANES]; // sum_drawdown2 and flat_drawdown2 before that bar
    double ruin_flat_drawdown2;
    double *returns;            // simple returns of exposed bars and of changes while flat, in bar order
    int64_t return_count;
    int64_t zero_count;         // returns that are exactly 0 because nothing was held
    double pending_equity;      // a run of flat bars with one equity, not yet taken in
    int64_t pending_first;
    int64_t pending_count;
    int32_t wants_returns;      // 0 where returns and logarithms are taken per day by the caller
} admf_marks;

/// Starts a container: `bars` on its timeline, `returns` has room for `bars` doubles and for 8 more on
/// either side, which kernels read and write.
void admf_marks_begin(admf_marks *marks, double initial, int64_t bars, double *returns, int32_t wants_returns);

/// Takes `count` bars from timeline index `first` on during which something was held.
///
/// 64 bytes before and after the equities must be readable; what they hold does not matter.
void admf_marks_exposed(admf_marks *marks, int64_t first, const double *equity, int64_t count);

/// The same where one position is held: equity is base + quantity x price, which is not stored anywhere.
///
/// The eight prices from every timeline index divisible by 8 on must be readable, and 64 bytes after the last price.
void admf_marks_position(
    admf_marks *marks, int64_t first, const double *price, int64_t count, double base, double quantity);

/// Takes `count` bars during which nothing was held and equity stood still.
void admf_marks_flat(admf_marks *marks, int64_t first, int64_t count, double equity);

/// The same three for callers that know the memory by its address alone.
void admf_marks_take_exposed(void *marks, int64_t first, const double *equity, int64_t count);
void admf_marks_take_position(
    void *marks, int64_t first, const double *price, int64_t count, double base, double quantity);
void admf_marks_take_flat(void *marks, int64_t first, int64_t count, double equity);

/// Takes in what is pending; call once at the end.
void admf_marks_end(admf_marks *marks);

/// equity[i] = base + quantity x price[i].
void admf_equity_start(double *equity, double base, double quantity, const double *price, int64_t count);

/// equity[i] += quantity x price[i].
void admf_equity_add(double *equity, double quantity, const double *price, int64_t count);

#endif
