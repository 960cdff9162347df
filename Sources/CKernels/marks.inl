// Included once per instruction set with NAME(x) and TARGET defined. Vectors are the compiler's own, 8 doubles wide,
// so that every instruction set performs the same operations in the same lanes.

TARGET static void NAME(marks_exposed)(admf_marks *m, int64_t first, const double *equity, int64_t count) {
    if (m->wants_returns) {
        double *out = m->returns + m->return_count;
        out[0] = equity[0] / m->last - 1.0;
        for (int64_t i = 1; i < count; i++) out[i] = equity[i] / equity[i - 1] - 1.0;
        m->return_count += count;
    }
    int64_t i = 0;
    // Up to the first index that is a multiple of 8, one by one.
    for (; i < count && ((first + i) & 7) != 0; i++) mark_one(m, first + i, equity[i]);

    v8 sum_equity = load8(m->sum_equity), sum_drawdown2 = load8(m->sum_drawdown2), sum_log = load8(m->sum_log);
    v8 sum_log2 = load8(m->sum_log2), sum_index_log = load8(m->sum_index_log);
    v8 least = splat8(m->minimum_since_peak), peak = splat8(m->peak), inverse_peak = splat8(m->inverse_peak);
    v8 inverse_reference = splat8(m->inverse_reference), log_reference = splat8(m->log_reference);
    const v8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    int64_t under_run = m->under_run;
    const int32_t wants_log = m->wants_returns;
    for (; i + 8 <= count; i += 8) {
        v8 e = load8(equity + i);
        v8 x = e * inverse_reference - 1.0;
        // Under the peak, above 0, and close to the reference: nothing but sums can change.
        m8 calm = (e < peak) & (e > 0.0) & (x < LOG_RANGE) & (x > -LOG_RANGE);
        if (__builtin_expect(!all8(calm), 0)) {
            store8(m->sum_equity, sum_equity);
            store8(m->sum_drawdown2, sum_drawdown2);
            store8(m->sum_log, sum_log);
            store8(m->sum_log2, sum_log2);
            store8(m->sum_index_log, sum_index_log);
            m->minimum_since_peak = __builtin_reduce_min(least);
            m->under_run = under_run;
            for (int64_t k = 0; k < 8; k++) mark_one(m, first + i + k, equity[i + k]);
            sum_equity = load8(m->sum_equity), sum_drawdown2 = load8(m->sum_drawdown2), sum_log = load8(m->sum_log);
            sum_log2 = load8(m->sum_log2), sum_index_log = load8(m->sum_index_log);
            least = splat8(m->minimum_since_peak), peak = splat8(m->peak), inverse_peak = splat8(m->inverse_peak);
            inverse_reference = splat8(m->inverse_reference), log_reference = splat8(m->log_reference);
            under_run = m->under_run;
            continue;
        }
        v8 drawdown = 1.0 - e * inverse_peak;
        sum_equity += e;
        sum_drawdown2 += drawdown * drawdown;
        least = e < least ? e : least;
        under_run += 8;
        if (wants_log) {
            v8 x2 = x * x, x4 = x2 * x2;
            v8 low = (x - 0.5 * x2) + x2 * (LOG_C3 * x - 0.25 * x2);
            v8 high = (LOG_C5 - LOG_C6 * x) + x2 * (LOG_C7 - LOG_C8 * x);
            v8 log = log_reference + (low + x4 * (x * high));
            v8 index = (lanes + (double)(first + i)) - m->index_center;
            sum_log += log;
            sum_log2 += log * log;
            sum_index_log += index * log;
        }
    }
    store8(m->sum_equity, sum_equity);
    store8(m->sum_drawdown2, sum_drawdown2);
    store8(m->sum_log, sum_log);
    store8(m->sum_log2, sum_log2);
    store8(m->sum_index_log, sum_index_log);
    m->minimum_since_peak = __builtin_reduce_min(least);
    m->under_run = under_run;
    for (; i < count; i++) mark_one(m, first + i, equity[i]);
    m->last = equity[count - 1];
}

TARGET static void NAME(equity_start)(double *equity, double base, double q, const double *price, int64_t count) {
    for (int64_t i = 0; i < count; i++) equity[i] = base + q * price[i];
}

TARGET static void NAME(equity_add)(double *equity, double q, const double *price, int64_t count) {
    for (int64_t i = 0; i < count; i++) equity[i] += q * price[i];
}
