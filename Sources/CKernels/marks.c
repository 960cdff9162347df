#include "CKernelsMarks.h"

#include <math.h>
#include <string.h>

#include "dispatch.h"
#include "vectors.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang fp contract(off)


// log(1 + x) for |x| < 1/32 as x + x^2 P(x), P of degree 5 through Chebyshev's nodes: the error is below 4e-15.
#define LOG_RANGE 0.03125
#define LOG_C2 -0x1.0000000008026p-1
#define LOG_C3 0x1.5555555563929p-2
#define LOG_C4 -0x1.fffff6fd65cc4p-3
#define LOG_C5 0x1.999991973bf41p-3
#define LOG_C6 -0x1.55b56af38539ap-3
#define LOG_C7 0x1.24e7b2210c515p-3
// Terms are paired, Horner's rule in x^2: few operations, few that wait for one another. Scalars and vectors do the same.
#define LOG_NEAR_ONE(x, x2)                                                                                             \
    (x + x2 * ((LOG_C2 + LOG_C3 * x) + x2 * ((LOG_C4 + LOG_C5 * x) + x2 * (LOG_C6 + LOG_C7 * x))))

static inline double log_near_one(double x) {
    const double x2 = x * x;
    return LOG_NEAR_ONE(x, x2);
}

/// The natural logarithm of a positive, finite number, with an error below one unit in the last place (fdlibm, e_log.c,
/// Sun Microsystems 1993). The library's own may use a fused multiply-add, so its last bit depends on the machine.
static double natural_log(double x) {
    int exponent;
    double m = frexp(x, &exponent);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        exponent -= 1;
    }
    const double k = exponent, f = m - 1, s = f / (2 + f), z = s * s, w = z * z, half = 0.5 * f * f;
    const double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    const double odd = z * (6.666666666666735130e-01 +
                            w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    return k * ln2_high - ((half - (s * (half + (odd + even)) + k * ln2_low)) - f);
}

/// Sets the range of equities that are under the peak and, where logarithms are wanted, close to the reference.
static inline void set_calm_range(admf_marks *m) {
    m->calm_low = 0.0;
    m->calm_high = m->near_peak = m->peak * (1.0 - ADMF_PEAK_TOLERANCE);
    if (!m->wants_returns) return;
    m->calm_low = m->reference * (1.0 - LOG_RANGE);
    const double high = m->reference * (1.0 + LOG_RANGE);
    if (high < m->calm_high) m->calm_high = high;
}

/// log(equity / E_0); moves the reference where equity has moved too far from it.
static inline double log_equity(admf_marks *m, double e) {
    if (!(e > m->reference * (1.0 - LOG_RANGE) && e < m->reference * (1.0 + LOG_RANGE))) {
        m->reference = e;
        m->inverse_reference = 1.0 / e;
        m->log_reference = natural_log(e / m->initial);
        set_calm_range(m);
    }
    return m->log_reference + log_near_one(e * m->inverse_reference - 1.0);
}

/// The first bar at which nothing is left: what is made of returns ends with it, at a return of -1 (rule R5).
static void end_returns(admf_marks *m, int64_t bar, int64_t returns_before) {
    m->ruin_bar = bar;
    m->ruin_returns = returns_before;
    m->ruin_zeros = m->zero_count;
    memcpy(m->ruin_drawdown2, m->sum_drawdown2, sizeof m->ruin_drawdown2);
    m->ruin_flat_drawdown2 = m->flat_drawdown2;
}

/// Takes in the deepest drawdown since the last peak.
static inline void end_drawdown(admf_marks *m) {
    double least = m->least[0];
    for (int k = 1; k < ADMF_LANES; k++)
        if (m->least[k] < least) least = m->least[k];
    const double drawdown = 1.0 - least / m->peak;
    if (drawdown > m->worst_drawdown) m->worst_drawdown = drawdown;
}

static inline void reach_peak(admf_marks *m, double e) {
    if (m->under_run > m->longest_under_run) m->longest_under_run = m->under_run;
    m->under_run = 0;
    if (e > m->peak) {
        end_drawdown(m);
        m->peak = e;
        m->inverse_peak = 1.0 / e;
        for (int k = 0; k < ADMF_LANES; k++) m->least[k] = e;
        set_calm_range(m);
    }
}

static inline void mark_one(admf_marks *m, int64_t lane, double e, int64_t bar, int64_t returns_before) {
    double drawdown = 0.0;
    if (!(e > 0.0) && m->ruin_bar < 0) end_returns(m, bar, returns_before);
    if (e >= m->near_peak) {
        reach_peak(m, e);
    } else {
        m->under_run += 1;
    }
    if (e < m->peak) {
        if (e < m->least[lane]) m->least[lane] = e;
        drawdown = 1.0 - e * m->inverse_peak;
    }
    m->sum_equity[lane] += e;
    m->sum_drawdown2[lane] += drawdown * drawdown;
    if (!m->wants_returns || !(e > 0.0)) return;
    double value = log_equity(m, e);
    m->sum_log[lane] += value;
    m->sum_log2[lane] += value * value;
}

#define ADMF_BODY "marks.inl"
#include "levels.h"

void admf_marks_begin(admf_marks *m, double initial, int64_t bars, double *returns, int32_t wants_returns) {
    memset(m, 0, sizeof *m);
    m->initial = m->last = m->peak = m->reference = initial;
    for (int k = 0; k < ADMF_LANES; k++) m->least[k] = initial;
    m->inverse_peak = m->inverse_reference = 1.0 / initial;
    m->index_center = ((double)bars - 1.0) / 2.0;
    m->returns = returns;
    m->wants_returns = wants_returns;
    m->ruin_bar = -1;
    set_calm_range(m);
}

static void take_pending(admf_marks *m) {
    const int64_t n = m->pending_count;
    if (n == 0) return;
    m->pending_count = 0;
    const double e = m->pending_equity, bars = (double)n;
    double drawdown = 0.0;
    if (!(e > 0.0) && m->ruin_bar < 0) end_returns(m, m->pending_first, m->return_count);
    if (e >= m->near_peak) {
        reach_peak(m, e);
    } else {
        m->under_run += n;
    }
    if (e < m->peak) {
        if (e < m->least[0]) m->least[0] = e;
        drawdown = 1.0 - e * m->inverse_peak;
    }
    m->flat_equity += bars * e;
    m->flat_drawdown2 += bars * (drawdown * drawdown);
    if (!m->wants_returns) {
        m->last = e;
        return;
    }
    if (e == m->last) {
        m->zero_count += n;
    } else {
        const double change = e / m->last - 1.0;
        m->returns[m->return_count++] = change;
        m->flat_returns += change;
        m->zero_count += n - 1;
    }
    m->last = e;
    if (!(e > 0.0)) return;
    double value = log_equity(m, e);
    double middle = (double)m->pending_first + (bars - 1.0) / 2.0;
    m->flat_log += bars * value;
    m->flat_log2 += bars * (value * value);
    m->flat_index_log += (bars * (middle - m->index_center)) * value;
}

void admf_marks_exposed(admf_marks *m, int64_t first, const double *equity, int64_t count) {
    if (count == 0) return;
    take_pending(m);
    m->exposed_bars += count;
    DISPATCH(marks_exposed, m, first, equity, count);
}

void admf_marks_position(
    admf_marks *m, int64_t first, const double *price, int64_t count, double base, double quantity) {
    if (count == 0) return;
    take_pending(m);
    m->exposed_bars += count;
    DISPATCH(marks_position, m, first, price, count, base, quantity);
}

void admf_marks_flat(admf_marks *m, int64_t first, int64_t count, double equity) {
    if (count == 0) return;
    if (m->pending_count > 0 && m->pending_equity == equity) {
        m->pending_count += count;
        return;
    }
    take_pending(m);
    m->pending_equity = equity;
    m->pending_first = first;
    m->pending_count = count;
}

void admf_marks_take_exposed(void *marks, int64_t first, const double *equity, int64_t count) {
    admf_marks_exposed(marks, first, equity, count);
}

void admf_marks_take_position(
    void *marks, int64_t first, const double *price, int64_t count, double base, double quantity) {
    admf_marks_position(marks, first, price, count, base, quantity);
}

void admf_marks_take_flat(void *marks, int64_t first, int64_t count, double equity) {
    admf_marks_flat(marks, first, count, equity);
}

void admf_marks_end(admf_marks *m) {
    take_pending(m);
    if (m->under_run > m->longest_under_run) m->longest_under_run = m->under_run;
    end_drawdown(m);
    if (m->ruin_bar >= 0 && m->wants_returns) m->returns[m->ruin_returns] = -1.0;
    // Each logarithm has been counted once for every group that came after its own.
    for (int k = 0; k < ADMF_LANES; k++)
        m->sum_index_log[k] =
            ((double)(m->group + k) - m->index_center) * m->sum_log[k] - (double)ADMF_LANES * m->sum_passed[k];
}

void admf_equity_start(double *equity, double base, double q, const double *price, int64_t count) {
    DISPATCH(equity_start, equity, base, q, price, count);
}

void admf_equity_add(double *equity, double q, const double *price, int64_t count) {
    DISPATCH(equity_add, equity, q, price, count);
}
