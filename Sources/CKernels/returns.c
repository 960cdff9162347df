#include "CKernelsReturns.h"

#include <math.h>
#include <string.h>

#include "CKernelsScan.h"
#include "dispatch.h"
#include "vectors.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang fp contract(off)

typedef struct {
    double squares[8], cubes[8], fourths[8], downside[8], gains[8], losses[8];
    int64_t negatives, zeros;
} sums8;

#define ADMF_BODY "returns.inl"
#include "levels.h"

// Pairwise, in a fixed order.
static double total(const double *lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

double admf_sum(const double *r, int64_t count) {
    double lanes[8] = {0};
    DISPATCH(sum_all, r, count, lanes);
    return total(lanes);
}

void admf_return_statistics(
    const double *r, int64_t count, int64_t zeros, double sum, double risk_free, admf_window *lower,
    admf_window *upper, admf_return_sums *out) {
    memset(out, 0, sizeof *out);
    const double n = (double)(count + zeros);
    if (n == 0) return;
    out->mean = sum / n;
    sums8 s;
    memset(&s, 0, sizeof s);
    lower->below = lower->taken = upper->below = upper->taken = 0;
    DISPATCH(moments, r, count, out->mean, risk_free, &s, lower, upper);
    const double d = 0.0 - out->mean, z = (double)zeros;
    out->sum_squares = total(s.squares) + z * (d * d);
    out->sum_cubes = total(s.cubes) + z * (d * d * d);
    out->sum_fourths = total(s.fourths) + z * (d * d * (d * d));
    double excess = 0.0 - risk_free;
    if (!(excess < 0.0)) excess = 0.0;
    out->sum_downside = total(s.downside) + z * (excess * excess);
    out->sum_gains = total(s.gains);
    out->sum_losses = total(s.losses);
    out->negatives = s.negatives;
    out->memory_zeros = s.zeros;
}

static void swap(double *x, int64_t i, int64_t j) {
    double t = x[i];
    x[i] = x[j];
    x[j] = t;
}

/// Quickselect (Hoare): afterwards x[k] is the value of rank k, smaller ones before it.
static void select_rank(double *x, int64_t count, int64_t k) {
    int64_t left = 0, right = count - 1;
    while (left < right) {
        int64_t middle = left + (right - left) / 2;
        if (x[middle] < x[left]) swap(x, middle, left);
        if (x[right] < x[left]) swap(x, right, left);
        if (x[right] < x[middle]) swap(x, right, middle);
        const double pivot = x[middle];
        int64_t i = left, j = right;
        while (i <= j) {
            while (x[i] < pivot) i++;
            while (pivot < x[j]) j--;
            if (i <= j) swap(x, i++, j--);
        }
        if (k <= j) {
            right = j;
        } else if (k >= i) {
            left = i;
        } else {
            return;
        }
    }
}

static void select_pair(double *x, int64_t count, int64_t rank, double *value, double *next) {
    select_rank(x, count, rank);
    *value = x[rank];
    if (rank + 1 >= count) {
        *next = x[rank];
        return;
    }
    double least = x[rank + 1];
    for (int64_t i = rank + 2; i < count; i++)
        if (x[i] < least) least = x[i];
    *next = least;
}

enum { few = 128 };

static void select_near(double *x, int64_t count, int64_t rank, double *value, double *next) {
    if (count > few) {
        select_pair(x, count, rank, value, next);
    } else {
        DISPATCH(select_few, x, count, rank, value, next);
    }
}

static int try_window(
    const double *r, int64_t count, int64_t rank, double low, double high, double *scratch, double *value,
    double *next) {
    int64_t taken = 0;
    const int64_t below = DISPATCH(window, r, count, low, high, scratch, &taken);
    const int64_t last = rank + 1 < count ? rank + 1 : rank;
    if (rank < below || last >= below + taken) return 0;
    select_pair(scratch, taken, rank - below, value, next);
    return 1;
}

enum { sample_size = 256 };

void admf_order_statistics(
    const double *r, int64_t count, int64_t rank, const admf_window *near, double *scratch, double *value, double *next) {
    const int64_t last = rank + 1 < count ? rank + 1 : rank;
    if (rank >= near->below && last < near->below + near->taken) {
        select_near(near->values, near->taken, rank - near->below, value, next);
        return;
    }
    // A guess that missed is seldom far off: eight times its range, and the search is over few values still.
    if (near->low <= near->high) {
        const double more = 3.5 * (near->high - near->low);
        if (try_window(r, count, rank, near->low - more, near->high + more, scratch, value, next)) return;
    }
    if (count >= 2048) {
        double sample[sample_size];
        for (int64_t i = 0; i < sample_size; i++) sample[i] = r[i * (count - 1) / (sample_size - 1)];
        const double share = (double)rank / (double)count;
        const double spread = 4.0 * sqrt(share * (1.0 - share) * sample_size) + 2.0;
        int64_t low = (int64_t)(share * sample_size - spread), high = (int64_t)(share * sample_size + spread);
        double from = -INFINITY, to = INFINITY;
        if (low >= 0) {
            select_rank(sample, sample_size, low);
            from = sample[low];
        }
        if (high < sample_size) {
            select_rank(sample, sample_size, high);
            to = sample[high];
        }
        if (try_window(r, count, rank, from, to, scratch, value, next)) return;
    }
    memcpy(scratch, r, (size_t)count * sizeof *r);
    select_pair(scratch, count, rank, value, next);
}

void admf_sum_at_most(const double *r, int64_t count, double limit, double *sum, int64_t *number) {
    double lanes[8] = {0};
    DISPATCH(sum_at_most, r, count, limit, lanes, number);
    *sum = total(lanes);
}

int64_t admf_scan_levels(const double *low, const double *high, int64_t first, int64_t end, double below, double above) {
    return DISPATCH(scan_levels, low, high, first, end, below, above);
}

int64_t admf_scan_at_most(const double *x, int64_t first, int64_t end, double limit) {
    return DISPATCH(scan_at_most, x, first, end, limit);
}

int64_t admf_scan_insolvent(const double *price, double base, double quantity, int64_t first, int64_t end) {
    return DISPATCH(scan_insolvent, price, base, quantity, first, end);
}

// Each bar's level depends on the extreme before it, so there are no vectors here.
int64_t admf_scan_trailing(
    const double *low, const double *high, int64_t first, int64_t end, int32_t is_long, double rate, double distance,
    double stop, double target, double *extreme) {
    double e = *extreme;
    const int has_rate = rate == rate;
    int64_t i = first;
    for (; i < end; i++) {
        const double away = has_rate ? rate * e : distance;
        double level = is_long ? e - away : e + away;
        // A stop that is nan is none.
        if (is_long) {
            if (stop > level) level = stop;
            if (low[i] <= level || high[i] >= target) break;
            if (high[i] > e) e = high[i];
        } else {
            if (stop < level) level = stop;
            if (high[i] >= level || low[i] <= target) break;
            if (low[i] < e) e = low[i];
        }
    }
    *extreme = e;
    return i;
}

void admf_scan_range(
    const double *low, const double *high, int64_t first, int64_t end, double *least, double *greatest) {
    DISPATCH(scan_range, low, high, first, end, least, greatest);
}
