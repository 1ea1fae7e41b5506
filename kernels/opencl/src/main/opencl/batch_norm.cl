/* batch_norm.cl: channel moments, batch normalisation and its gradient
 * Math     mu = mean x, var = mean (x - mu)^2, r = 1 / sqrt(var + eps), h = (x - mu) r;  y = gamma h + beta
 *          ggamma = sum gy h, gbeta = sum gy, gx = gamma r (gy - gbeta/m - h ggamma/m), m = N S
 *                                                                        (oracle: ChannelMoments, BatchNormalization)
 * Shapes   x, y, gy, gx (N, C, S) with S the product of the axes after the channel; the rest (C)
 * Work     one work-item per channel: its N rows of S stay in cache from pass to pass
 * Launch   global = C, local 1 on a CPU
 * Numerics two-pass variance; sums: lanes, folded in halves, then the tails
 * Bounds   N, C, S >= 1
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef LANES
#define LANES 16
#endif
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)

static REAL fold(V v) {
  REAL lane[LANES];
  STORE(v, lane);
  for (int w = LANES / 2; w > 0; w /= 2)
    for (int i = 0; i < w; i++) lane[i] += lane[i + w];
  return lane[0];
}

typedef struct {
  REAL mean, variance;
} Moments;

static Moments moments_of(__global const REAL *restrict x, size_t c, int N, int C, int S) {
  const REAL count = (REAL)N * (REAL)S;
  V acc = (V)(0);
  REAL tail = 0;
  for (size_t n = 0; n < (size_t)N; n++) {
    const size_t from = (n * C + c) * S, to = from + S;
    size_t i = from;
    for (; i + LANES <= to; i += LANES) acc += LOAD(x + i);
    for (; i < to; i++) tail += x[i];
  }
  const REAL mean = (fold(acc) + tail) / count;
  acc = (V)(0);
  tail = 0;
  for (size_t n = 0; n < (size_t)N; n++) {
    const size_t from = (n * C + c) * S, to = from + S;
    size_t i = from;
    for (; i + LANES <= to; i += LANES) {
      const V d = LOAD(x + i) - mean;
      acc = fma(d, d, acc);
    }
    for (; i < to; i++) tail = fma(x[i] - mean, x[i] - mean, tail);
  }
  Moments m = {mean, (fold(acc) + tail) / count};
  return m;
}

__kernel void moments(__global const REAL *restrict x, __global REAL *restrict mean, __global REAL *restrict variance, int N,
                      int C, int S) {
  const size_t c = get_global_id(0);
  if (c >= (size_t)C) return;
  const Moments m = moments_of(x, c, N, C, S);
  mean[c] = m.mean;
  variance[c] = m.variance;
}

__kernel void batch_norm(__global const REAL *restrict x, __global const REAL *restrict gamma, __global const REAL *restrict beta,
                         __global REAL *restrict y, int N, int C, int S, REAL epsilon) {
  const size_t c = get_global_id(0);
  if (c >= (size_t)C) return;
  const Moments m = moments_of(x, c, N, C, S);
  const REAL slope = gamma[c] * (1 / sqrt(m.variance + epsilon)), shift = beta[c];
  for (size_t n = 0; n < (size_t)N; n++) {
    const size_t from = (n * C + c) * S, to = from + S;
    size_t i = from;
    for (; i + LANES <= to; i += LANES) STORE(fma((V)(slope), LOAD(x + i) - m.mean, (V)(shift)), y + i);
    for (; i < to; i++) y[i] = fma(slope, x[i] - m.mean, shift);
  }
}

__kernel void batch_norm_gradient(__global const REAL *restrict x, __global const REAL *restrict gamma,
                                  __global const REAL *restrict gy, __global REAL *restrict gx, __global REAL *restrict gGamma,
                                  __global REAL *restrict gBeta, int N, int C, int S, REAL epsilon) {
  const size_t c = get_global_id(0);
  if (c >= (size_t)C) return;
  const Moments m = moments_of(x, c, N, C, S);
  const REAL inverse = 1 / sqrt(m.variance + epsilon), count = (REAL)N * (REAL)S;
  V along = (V)(0), plain = (V)(0);
  REAL alongTail = 0, plainTail = 0;
  for (size_t n = 0; n < (size_t)N; n++) {
    const size_t from = (n * C + c) * S, to = from + S;
    size_t i = from;
    for (; i + LANES <= to; i += LANES) {
      const V g = LOAD(gy + i);
      along = fma(g, (LOAD(x + i) - m.mean) * inverse, along);
      plain += g;
    }
    for (; i < to; i++) {
      alongTail = fma(gy[i], (x[i] - m.mean) * inverse, alongTail);
      plainTail += gy[i];
    }
  }
  const REAL sumAlong = fold(along) + alongTail, sum = fold(plain) + plainTail;
  gGamma[c] = sumAlong;
  gBeta[c] = sum;
  const REAL slope = gamma[c] * inverse, a = sumAlong / count, b = sum / count;
  for (size_t n = 0; n < (size_t)N; n++) {
    const size_t from = (n * C + c) * S, to = from + S;
    size_t i = from;
    for (; i + LANES <= to; i += LANES)
      STORE(slope * ((LOAD(gy + i) - b) - (LOAD(x + i) - m.mean) * inverse * a), gx + i);
    for (; i < to; i++) gx[i] = slope * ((gy[i] - b) - (x[i] - m.mean) * inverse * a);
  }
}
