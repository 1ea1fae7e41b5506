/* log_cosh.cl: smooth distance of relaxed codes to the nearest sign
 * Math     y_i = sum_b log cosh(|z_ib| - 1);  gz_ib = gy_i tanh(|z_ib| - 1) sgn(z_ib), sgn(0) = 1   (oracle: LogCoshToSign)
 * Shapes   z, gz (n, k); y, gy (n)
 * Work     one work-item for `rows` rows: lanes side by side, the tail added, folded in halves; gradient: some or all vectors of them
 * Launch   rows: global = ceil(n / rows); gradient: global (x, ceil(n / rows)), each item every x-th vector of a row; local 1 on a CPU,
 *          where rows is as many as make a work-item worth its launch and x = 1; on a GPU rows = 1 and x = ceil(k / LANES)
 * Numerics a = |z| - 1 is exact near the signs; log cosh a at most 4 ulp of itself, also near its root; tanh is the device's (5 ulp); NaN in
 *          gives NaN out. Double precision: at most 16 ulp, with h = expm1(-|a|), log1p(h^2 / (2 (1 + h))) where |a| < 3/4,
 *          |a| - log 2 + log1p((1 + h)^2) elsewhere
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

#define HORNER(x, coefficient) p = fma(p, x, (V)((REAL)coefficient));

/* log(1 + e) for 0 <= e <= 1; single precision: e times a polynomial, at most 2 ulp */
static V log1p_unit(V e) {
  if (sizeof(REAL) > sizeof(float)) return log1p(e);
  V p = (V)((REAL)2.0302138291e-03);
  HORNER(e, -1.3407393359e-02) HORNER(e, 4.1477937251e-02) HORNER(e, -8.2441411912e-02) HORNER(e, 1.2418411672e-01)
  HORNER(e, -1.6105680168e-01) HORNER(e, 1.9890744984e-01) HORNER(e, -2.4987269938e-01) HORNER(e, 3.3332559466e-01)
  HORNER(e, -4.9999982119e-01) HORNER(e, 1)
  return e * p;
}

/* single precision: a polynomial in x^2 below 3/4, else through exp(-2 |x|); at most 4 ulp */
static V log_cosh(V x) {
  const V a = fabs(x), square = a * a;
  if (sizeof(REAL) > sizeof(float)) {
    const V h = expm1(-a), rest = 1 + h;
    return select(a - LOG_2, (V)(0), a < (V)(0.75)) + log1p(select(rest * rest, h * h / (2 * rest), a < (V)(0.75)));
  }
  V p = (V)((REAL)1.3460022456e-04);
  HORNER(square, -6.5676524537e-04) HORNER(square, 2.1577356383e-03) HORNER(square, -6.7405216396e-03)
  HORNER(square, 2.2221719846e-02) HORNER(square, -8.3333313465e-02) HORNER(square, 0.5)
  return select(a - LOG_2 + log1p_unit(exp(-2 * a)), square * p, a < (V)(0.75));
}

__kernel void log_cosh_rows(__global const REAL *restrict z, __global REAL *restrict y, int n, int k, int rows) {
  const int first = (int)get_global_id(0) * rows, last = min(n, first + rows), whole = k / LANES * LANES;
  for (int i = first; i < last; i++) {
    __global const REAL *restrict row = z + (size_t)i * k;
    V total = (V)(0);
    for (int b = 0; b < whole; b += LANES) total += log_cosh(fabs(LOAD(row + b)) - 1);
    REAL lane[LANES], rest[LANES];
    STORE(total, lane);
    if (whole < k) {
      STORE(log_cosh(fabs(load_part(row + whole, k - whole)) - 1), rest);
      for (int l = 0; l < k - whole; l++) lane[l] += rest[l];
    }
    for (int h = LANES / 2; h > 0; h /= 2)
      for (int l = 0; l < h; l++) lane[l] += lane[l + h];
    y[i] = lane[0];
  }
}

__kernel void log_cosh_gradient(__global const REAL *restrict z, __global const REAL *restrict gy, __global REAL *restrict gz, int n,
                                int k, int rows) {
  const int first = (int)get_global_id(1) * rows, last = min(n, first + rows), step = LANES * (int)get_global_size(0);
  for (int i = first; i < last; i++)
    for (int b = LANES * (int)get_global_id(0); b < k; b += step) {
      const size_t at = (size_t)i * k + b;
      const V v = load_part(z + at, k - b), slope = gy[i] * tanh(fabs(v) - 1), signed_slope = select(-slope, slope, v >= (V)(0));
      if (b + LANES <= k) {
        STORE(signed_slope, gz + at);
      } else {
        REAL lane[LANES];
        STORE(signed_slope, lane);
        for (int l = 0; l < k - b; l++) gz[at + l] = lane[l];
      }
    }
}
