/* log_cosh.cl: smooth distance of relaxed codes to the nearest sign
 * Math     y_i = sum_b log cosh(|z_ib| - 1);  gz_ib = gy_i tanh(|z_ib| - 1) sgn(z_ib), sgn(0) = 1   (oracle: LogCoshToSign)
 * Shapes   z, gz (n, k); y, gy (n)
 * Work     rows: one work-item per row, lanes side by side, then folded in order with the tail; gradient: one per vector of a row
 * Launch   rows: global = n, local 1 on a CPU; gradient: global (ceil(k / LANES), n), local 1 on a CPU
 * Numerics a = |z| - 1 is exact near the signs; log cosh a within 16 ulp of itself: with h = expm1(-|a|), log1p(h^2 / (2 (1 + h)))
 *          where |a| < 3/4, |a| - log 2 + log1p((1 + h)^2) elsewhere; NaN in gives NaN out
 * Bounds   n, k >= 1
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
#define LOG_2 ((REAL)0.69314718055994530942)

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, size_t count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (size_t i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

static V value(V z) {
  const V a = fabs(fabs(z) - 1), h = expm1(-a), rest = 1 + h;
  return select(a - LOG_2, (V)(0), a < (V)(0.75)) + log1p(select(rest * rest, h * h / (2 * rest), a < (V)(0.75)));
}

__kernel void log_cosh_rows(__global const REAL *restrict z, __global REAL *restrict y, int n, int k) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const size_t whole = k / LANES * LANES, tail = k - whole;
  V total = (V)(0);
  for (size_t b = 0; b < whole; b += LANES) total += value(LOAD(z + i * k + b));
  REAL lane[LANES], rest[LANES], sum = 0;
  STORE(total, lane);
  STORE(value(load_part(z + i * k + whole, tail)), rest);
  for (size_t l = 0; l < LANES; l++) sum += l < tail ? lane[l] + rest[l] : lane[l];
  y[i] = sum;
}

__kernel void log_cosh_gradient(__global const REAL *restrict z, __global const REAL *restrict gy, __global REAL *restrict gz, int n,
                                int k) {
  const size_t i = get_global_id(1), b = get_global_id(0) * LANES;
  if (i >= (size_t)n || b >= (size_t)k) return;
  const size_t at = i * k + b, count = min((size_t)LANES, k - b);
  const V v = load_part(z + at, count), slope = tanh(fabs(v) - 1);
  REAL lane[LANES];
  STORE(gy[i] * select(-slope, slope, v >= (V)(0)), lane);
  for (size_t l = 0; l < count; l++) gz[at + l] = lane[l];
}
