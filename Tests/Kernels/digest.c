// A digest of what every kernel makes of pseudo-random columns, for comparing machines and instruction sets: the digests
// of all of them must be the same. Built and run by scripts/kernels.sh.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

// The columns must be the same everywhere, too.
#pragma STDC FP_CONTRACT OFF

#define N 6000
static double memory[6][N + 64];
static uint64_t words[2][N / 64 + 2];
static uint64_t state = 1, digest;

static uint64_t next(void) { // SplitMix64
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
static double uniform(void) { return (double)(next() >> 11) * 0x1p-53; }
static int64_t below(int64_t n) { return (int64_t)(next() % (uint64_t)n); }

static void take(const void *bytes, size_t count) { // FNV-1a
    const unsigned char *b = bytes;
    for (size_t i = 0; i < count; i++) digest = (digest ^ b[i]) * 0x100000001b3u;
}
static void take_number(double x) { take(&x, sizeof x); }

/// A walk of prices, with steps of `size`, ties where steps are rounded away, and now and then an undefined bar.
static double *walk(int place, double size, int gaps) {
    double *x = memory[place] + 16, price = 100;
    for (int i = 0; i < N; i++) {
        price *= 1 + size * (uniform() - 0.5);
        if (price < 1) price = 2; // a price of 0 makes undefined equities, whose sign bits are the machine's affair
        x[i] = gaps && below(200) == 0 ? NAN : (double)(int64_t)(price * 1e4) / 1e4;
    }
    return x;
}

typedef void compare_columns(const double *, const double *, size_t, uint64_t *);
typedef void compare_number(const double *, double, size_t, uint64_t *);

static void compares(const double *a, const double *b, int64_t count) {
    compare_columns *columns[] = {admf_compare_gt, admf_compare_ge, admf_compare_lt,
                                  admf_compare_le, admf_compare_eq, admf_compare_ne};
    compare_number *numbers[] = {admf_compare_gt_scalar, admf_compare_ge_scalar, admf_compare_lt_scalar,
                                 admf_compare_le_scalar, admf_compare_eq_scalar, admf_compare_ne_scalar};
    const size_t bytes = (size_t)(count + 63) / 64 * 8;
    for (int k = 0; k < 6; k++) {
        columns[k](a, b, (size_t)count, words[0]);
        take(words[0], bytes);
        numbers[k](a, b[count / 2], (size_t)count, words[0]);
        take(words[0], bytes);
    }
    admf_compare_both(a, b, (size_t)count, words[0], words[1]);
    take(words, sizeof words[0]);
    take(words[1], bytes);
    admf_compare_both_scalar(a, b[0], (size_t)count, words[0], words[1]);
    take(words[0], bytes);
    take(words[1], bytes);
}

static void marks(const double *price, int32_t wants_returns) {
    static admf_marks m;
    static double equity[N + 64];
    double *returns = memory[4] + 16, cash = 100000;
    admf_marks_begin(&m, cash, N, returns, wants_returns);
    int64_t bar = 0;
    while (bar < N) {
        int64_t count = 1 + below(120);
        if (count > N - bar) count = N - bar;
        const int kind = (int)below(3);
        const double quantity = (below(2) ? 1 : -1) * cash / price[bar] * uniform(), base = cash - quantity * price[bar];
        if (kind == 0) {
            admf_marks_flat(&m, bar, count, cash);
        } else if (kind == 1) {
            admf_marks_position(&m, bar, price + bar, count, base, quantity);
        } else {
            admf_equity_start(equity + 16, base, quantity, price + bar, count);
            admf_equity_add(equity + 16, quantity / 3, price + bar, count);
            admf_marks_exposed(&m, bar, equity + 16, count);
        }
        cash = m.last > 1000 ? m.last : 1000;
        bar += count;
    }
    admf_marks_end(&m);
    m.returns = NULL;
    take(&m, sizeof m);
    take(returns, (size_t)m.return_count * sizeof *returns);
    if (!wants_returns) return;
    double sum = admf_sum(returns, m.return_count), value, following;
    take_number(sum);
    for (int k = 0; k < 4; k++) {
        admf_return_sums out;
        double *low = memory[5], *high = malloc((N + 8) * sizeof *high), *scratch = malloc((N + 8) * sizeof *scratch);
        admf_window lower = {-0.02, -0.001 * k, low, 0, 0}, upper = {0.001, 0.03 / (k + 1), high, 0, 0};
        admf_return_statistics(
            returns, m.return_count, m.zero_count, sum, k == 0 ? 0 : 1e-4 * k, &lower, &upper, &out);
        take(&out, sizeof out);
        take(&lower.below, 16);
        take(&upper.below, 16);
        admf_order_statistics(returns, m.return_count, below(m.return_count), &lower, scratch, &value, &following);
        take_number(value);
        take_number(following);
        int64_t number;
        admf_sum_at_most(returns, m.return_count, value, &sum, &number);
        take_number(sum);
        take(&number, sizeof number);
        sum = admf_sum(returns, m.return_count);
        free(high);
        free(scratch);
    }
}

static void scans(const double *low, const double *high) {
    for (int k = 0; k < 200; k++) {
        const int64_t first = below(N), end = first + below(N - first + 1);
        const double at = low[first];
        int64_t found[4];
        double least = INFINITY, greatest = -INFINITY, extreme = high[first];
        found[0] = admf_scan_levels(low, high, first, end, at * (1 - uniform() / 10), at * (1 + uniform() / 10));
        found[1] = admf_scan_at_most(low, first, end, at * (1 - uniform() / 10));
        found[2] = admf_scan_insolvent(low, at * uniform() * 3, -1 - uniform(), first, end);
        found[3] = admf_scan_trailing(
            low, high, first, end, (int32_t)(k & 1), k % 3 ? uniform() / 10 : NAN, uniform(), NAN, NAN, &extreme);
        admf_scan_range(low, high, first, end, &least, &greatest);
        take(found, sizeof found);
        take_number(least);
        take_number(greatest);
        take_number(extreme);
    }
}

static void averages(const double *x) {
    static double sums[2][N + 1], out[N];
    sums[0][0] = sums[1][0] = 0;
    for (int i = 0; i < N; i++) {
        sums[0][i + 1] = sums[0][i] + x[i];
        sums[1][i + 1] = sums[1][i] + uniform() * 1e-13;
    }
    for (int n = 1; n < 300; n += 1 + n / 3) {
        memset(out, 0, sizeof out);
        admf_window_averages(sums[0], sums[1], n, N - below(20), out);
        take(out, sizeof out);
    }
}

static void products(const double *x, const double *y) {
    static double out[8 * 40];
    for (int k = 0; k < 6; k++) {
        const int64_t periods = 1 + below(700), count = below(16), stride = below(300), lags = below(100);
        memset(out, 0, sizeof out);
        admf_weighted_sums(x, y, stride, periods, count, out);
        take(out, sizeof out);
        memset(out, 0, sizeof out);
        admf_lagged_products(x, 1 + below(400), below(200), lags, out);
        take(out, sizeof out);
    }
}

int main(void) {
    for (int round = 0; round < 12; round++) {
        digest = 0xcbf29ce484222325u;
        const double size = round % 3 == 0 ? 0.001 : round % 3 == 1 ? 0.02 : 0.2;
        const double *a = walk(0, size, 0), *b = walk(1, size, 0), *c = walk(2, size, 1), *d = walk(3, size, 1);
        for (int k = 0; k < 30; k++) compares(c, d, 1 + below(N - 1));
        compares(a, b, N);
        marks(a, 1);
        marks(b, 0);
        scans(a, b);
        averages(a);
        products(a, b);
        for (int64_t i = 0; i < N; i = admf_first_undefined(c, i + 1, N)) take(&i, sizeof i);
        printf("%016llx\n", (unsigned long long)digest);
    }
}
