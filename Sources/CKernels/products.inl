// Included once per instruction set with NAME(x) and TARGET defined; see products.c.

// Six columns: with AVX2 their sums take 12 of the 16 registers, with AVX-512 six chains hide the latency of an addition.
TARGET static void NAME(weighted_sums)(
    const double *restrict weights, const double *restrict columns, int64_t stride, int64_t periods, int64_t count,
    double *restrict out) {
    int64_t k = 0;
    for (; k + 6 <= count; k += 6) {
        const double *c0 = columns + k * stride, *c1 = c0 + stride, *c2 = c1 + stride, *c3 = c2 + stride,
                     *c4 = c3 + stride, *c5 = c4 + stride;
        v8 s0 = splat8(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
        for (int64_t t = 0; t < periods; t++) {
            const v8 w = load8(weights + 8 * t);
            s0 += w * splat8(c0[t]);
            s1 += w * splat8(c1[t]);
            s2 += w * splat8(c2[t]);
            s3 += w * splat8(c3[t]);
            s4 += w * splat8(c4[t]);
            s5 += w * splat8(c5[t]);
        }
        store8(out + 8 * k, s0);
        store8(out + 8 * k + 8, s1);
        store8(out + 8 * k + 16, s2);
        store8(out + 8 * k + 24, s3);
        store8(out + 8 * k + 32, s4);
        store8(out + 8 * k + 40, s5);
    }
    for (; k < count; k++) {
        const double *c = columns + k * stride;
        v8 s = splat8(0);
        for (int64_t t = 0; t < periods; t++) s += load8(weights + 8 * t) * splat8(c[t]);
        store8(out + 8 * k, s);
    }
}

// Thirty-two lags at a time while all of them have a partner; the rest pair by pair, in the same order.
TARGET static void NAME(lagged_products)(
    const double *restrict x, int64_t count, int64_t first, int64_t lags, double *restrict out) {
    int64_t i = 0;
    for (; i + 32 <= lags; i += 32) {
        const int64_t lag = first + i, whole = count - lag - 31;
        v8 s0 = splat8(0), s1 = s0, s2 = s0, s3 = s0;
        for (int64_t t = 0; t < whole; t++) {
            const v8 left = splat8(x[t]);
            const double *right = x + t + lag;
            s0 += left * load8(right);
            s1 += left * load8(right + 8);
            s2 += left * load8(right + 16);
            s3 += left * load8(right + 24);
        }
        store8(out + i, s0);
        store8(out + i + 8, s1);
        store8(out + i + 16, s2);
        store8(out + i + 24, s3);
        for (int64_t j = 0; j < 32; j++)
            for (int64_t t = whole > 0 ? whole : 0; t + lag + j < count; t++) out[i + j] += x[t] * x[t + lag + j];
    }
    for (; i < lags; i++) {
        double sum = 0;
        for (int64_t t = 0; t + first + i < count; t++) sum += x[t] * x[t + first + i];
        out[i] = sum;
    }
}
