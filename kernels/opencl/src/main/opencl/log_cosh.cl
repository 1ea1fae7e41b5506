/* log_cosh.cl: smooth distance of relaxed codes to the nearest sign, and its slope
 * Math     y_i = sum_b log cosh(|z_ib| - 1);  slope_ib = tanh(|z_ib| - 1) sgn(z_ib), sgn(0) = 1;  gz_ib = gy_i slope_ib
 *                                                                                                 (oracle: LogCoshToSign)
 * Shapes   z, slope, gz (n, k); y, gy (n)
 * Work     rows: `rows` rows, lanes side by side, folded in halves; scale: every x-th vector of `rows` rows
 * Launch   rows: global = ceil(n / rows); scale: global (x, ceil(n / rows)); local 1 on a CPU, where rows is as many as make a work-item
 *          worth its launch and x = 1; on a GPU rows = 1 and x = ceil(k / LANES)
 *          past: slope is written past the caches, for what does not fit in them; needs k to be a multiple of LANES
 * Numerics a = |z| - 1 is exact near the signs. Single precision: log cosh a at most 4 ulp of itself, also near its root, tanh a at most
 *          4 ulp, both from one exp(-2 |a|) of at most 2 ulp and one division. Double precision: log cosh at most 16 ulp, with h =
 *          expm1(-|a|), log1p(h^2 / (2 (1 + h))) where |a| < 3/4, |a| - log 2 + log1p((1 + h)^2) elsewhere; tanh is the device's.
 *          NaN in gives NaN out
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
#define IS_SINGLE_float 1
#define IS_SINGLE_double 0
#define IS_SINGLE JOIN(IS_SINGLE_, REAL)
#define LOG_2 ((REAL)0.69314718055994530942)

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, size_t count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (size_t i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

#define HORNER(x, coefficient) p = fma(p, x, (V)((REAL)coefficient));

typedef struct {
  V value, slope;
} Distance;

#if IS_SINGLE
/* x + ROUND - ROUND is x rounded to an integer, which the low bits of x + ROUND hold */
#define ROUND ((V)(12582912))

/* 2^t for t <= 0, as 2^-126 below that: 2^(t - round t) by a polynomial, at most 3 ulp */
static V exp2_negative(V t) {
  const V bounded = select(t, (V)(-126), t < (V)(-126)), rounded = bounded + ROUND, f = bounded - (rounded - ROUND);
  V p = (V)(1.3264726988e-03f);
  HORNER(f, 9.6715127627e-03) HORNER(f, 5.5507337450e-02) HORNER(f, 2.4022242083e-01) HORNER(f, 6.9314697760e-01) HORNER(f, 1)
  return p * JOIN(as_float, LANES)((JOIN(as_int, LANES)(rounded) + 127) << 23);
}

/* log cosh x and tanh x: for |x| < 3/4 by a polynomial and a quotient in x^2, elsewhere through e = exp(-2 |x|) < 0.2232, log1p(e) by one */
static Distance distance(V x) {
  const V a = fabs(x), square = a * a, e = exp2_negative(a * (REAL)-2.885390081777927);
  const JOIN(int, LANES) near = a < (V)(0.75f);
  V p = (V)(-4.3058013320e-04f);
  HORNER(square, 2.0154651417e-03) HORNER(square, -6.6994164454e-03) HORNER(square, 2.2216392316e-02) HORNER(square, -8.3333069246e-02)
  HORNER(square, 0.5)
  const V near_value = square * p;
  p = (V)(1.2065187183e-01f);
  HORNER(e, -2.3277720612e-01) HORNER(e, 3.3153762345e-01) HORNER(e, -4.9991648030e-01) HORNER(e, 9.9999872674e-01)
  const V above = select(1 - e, a * fma(square, (V)(9.474896e-02f), (V)(1)), near);
  const V below = select(1 + e, fma(square, fma(square, (V)(9.36415e-03f), (V)(4.2808199e-01f)), (V)(1)), near);
  Distance d;
  d.value = select(a - LOG_2 + e * p, near_value, near);
  d.slope = copysign(above / below, x);
  return d;
}
#else
static Distance distance(V x) {
  const V a = fabs(x), h = expm1(-a), rest = 1 + h;
  Distance d;
  d.value = select(a - LOG_2, (V)(0), a < (V)(0.75)) + log1p(select(rest * rest, h * h / (2 * rest), a < (V)(0.75)));
  d.slope = tanh(x);
  return d;
}
#endif

/* the distance of z to the nearest sign, its slope by z */
static Distance to_sign(V z) {
  Distance d = distance(fabs(z) - 1);
  d.slope = select(-d.slope, d.slope, z >= (V)(0));
  return d;
}

typedef JOIN(REAL, 2) V2;
typedef JOIN(REAL, 4) V4;
typedef JOIN(REAL, 8) V8;
static REAL fold2(V2 v) { return v.lo + v.hi; }
static REAL fold4(V4 v) { return fold2(v.lo + v.hi); }
static REAL fold8(V8 v) { return fold4(v.lo + v.hi); }
#if LANES == 16
static REAL fold16(V v) { return fold8(v.lo + v.hi); }
#endif

#define STORE_PAST(v, p) STORE(v, p)
#if defined(__x86_64__) && defined(__has_builtin)
#if __has_builtin(__builtin_nontemporal_store)
#undef STORE_PAST
#define STORE_PAST(v, p) __builtin_nontemporal_store(v, (__global V *)(p))
#endif
#endif

__kernel void log_cosh_rows(__global const REAL *restrict z, __global REAL *restrict y, __global REAL *restrict slope, int n, int k,
                            int rows, int past) {
  const int first = (int)get_global_id(0) * rows, last = min(n, first + rows), whole = k / LANES * LANES;
  for (int i = first; i < last; i++) {
    const size_t at = (size_t)i * k;
    V total = (V)(0);
    if (past) {
      for (int b = 0; b < whole; b += LANES) {
        const Distance d = to_sign(LOAD(z + at + b));
        total += d.value;
        STORE_PAST(d.slope, slope + at + b);
      }
    } else {
      for (int b = 0; b < whole; b += LANES) {
        const Distance d = to_sign(LOAD(z + at + b));
        total += d.value;
        STORE(d.slope, slope + at + b);
      }
    }
    if (whole < k) {
      const Distance d = to_sign(load_part(z + at + whole, k - whole));
      REAL lane[LANES], rest[LANES];
      STORE(d.value, rest);
      for (int l = k - whole; l < LANES; l++) rest[l] = 0;
      total += LOAD(rest);
      STORE(d.slope, lane);
      for (int l = 0; l < k - whole; l++) slope[at + whole + l] = lane[l];
    }
    y[i] = JOIN(fold, LANES)(total);
  }
}

/* every row of x times its factor, in place */
__kernel void log_cosh_scale(__global REAL *restrict x, __global const REAL *restrict factor, int n, int k, int rows) {
  const int first = (int)get_global_id(1) * rows, last = min(n, first + rows), step = LANES * (int)get_global_size(0);
  for (int i = first; i < last; i++)
    for (int b = LANES * (int)get_global_id(0); b < k; b += step) {
      __global REAL *restrict at = x + (size_t)i * k + b;
      if (b + LANES <= k) {
        STORE(factor[i] * LOAD(at), at);
      } else {
        for (int l = 0; l < k - b; l++) at[l] *= factor[i];
      }
    }
}
