"""Golden numbers of PairedStatisticsTests: python3 paired.py > paired.json (scipy 1.17.1, numpy 2.4.6)."""
import json
import numpy as np
from scipy import stats

generator = np.random.Generator(np.random.PCG64(5))
signs = [(0, 0), (1, 0), (3, 9), (5, 5), (0, 26), (17, 4), (40, 60), (480, 520), (10, 990), (50_300, 49_700), (4_700, 5_300)]
cases = []
for name, values in [
    ("normal", generator.normal(0.02, 0.3, 41)),
    ("skewed", generator.lognormal(-2, 1.2, 200) - 0.15),
    ("heavy", generator.standard_t(2, 333) * 0.01),
    ("ties", np.round(generator.normal(0, 0.02, 120), 2)),
]:
    found = stats.bootstrap(
        (values,), np.median, n_resamples=200_000, confidence_level=0.95, method="percentile", rng=generator, batch=2_000
    ).confidence_interval
    up, down = int((values > 0).sum()), int((values < 0).sum())
    cases.append({
        "name": name,
        "values": [float(value) for value in values],
        "quantiles": [float(np.quantile(values, q)) for q in (0.05, 0.25, 0.5, 0.75, 0.95)],
        "interval": [float(found.low), float(found.high)],
        "p_value": float(stats.binomtest(up, up + down).pvalue),
    })
print(json.dumps({
    "sign_tests": [
        {"up": up, "down": down, "p_value": float(stats.binomtest(up, up + down).pvalue) if up + down else 1.0}
        for up, down in signs
    ],
    "samples": cases,
}, indent=1))
