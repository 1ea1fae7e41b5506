/* pairwise.cl: weighted negative log-likelihood of pairwise similarity, row sums and gradient
 * Math     y_i = sum_j w_ij (softplus(t_ij) - s_ij t_ij), t_ij = kappa <u_i, v_j>;
 *          r_ij = kappa gy_i w_ij (sigma(t_ij) - s_ij), gu = r v, gv = r^T u            (oracle: PairwiseLogistic)
 * Shapes   u, gu (n, k); v, gv (m, k); s (n, m); w (n, m), or one number if uniform; y, gy (n);
 *          part: rows (slices, n, LANES), gradient (slices, np, kp), np and kp = n and k rounded up to ROWS and LANES;
 *          pack (slices, LANES (k + 2 kp) + ROWS kp)
 * Work     one work-item per slice of columns, then fold: one per row, slices ascending
 *
 *               v: slice of columns, LANES at a time      t of ROWS x LANES pairs is computed in registers, from a panel of v
 *             +----+----+----+                            packed column by column, and used there: no more of t is ever stored.
 *        ROWS | V  |    |    |                            rows adds the terms to part, gradient adds r v to part and r^T u to the
 *      u      +----+----+----+                            panel's gv, which is complete after the last row.
 *        ROWS |    |    |    |
 *             +----+----+----+
 * Launch   rows, gradient: global = slices; fold: global = n; local 1 on a CPU; slice a multiple of LANES
 * Numerics softplus(t) = max(t, 0) + log1p(exp(-|t|)); sigma(t) through exp(-|t|); finite for every finite t; products by fma, j ascending
 * Bounds   n, m, k >= 1, n m < 2^31
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef LANES
#define LANES 16
#endif
#define ROWS 8
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, size_t count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (size_t i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

/* weights of `count` pairs, the other lanes 0 */
static V weights(__global const REAL *restrict w, size_t at, size_t count, int uniform) {
  if (!uniform) return load_part(w + at, count);
  REAL lane[LANES];
  for (size_t i = 0; i < LANES; i++) lane[i] = i < count ? w[0] : (REAL)0;
  return LOAD(lane);
}

#define EIGHT(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7)
#define POINT(r) __global const REAL *restrict a##r = u + (size_t)min(i + r, n - 1) * k;
#define CLEAR(r) V t##r = (V)(0);
#define MULTIPLY(r) t##r = fma((V)(a##r[b]), x, t##r);
#define SCALE(r) t##r *= kappa;
/* t0 .. t7: t of the rows i .. i + 7 (the last row again beyond n) and the columns of the panel */
#define THETA                              \
  EIGHT(POINT)                             \
  EIGHT(CLEAR)                             \
  for (int b = 0; b < k; b++) {            \
    const V x = LOAD(panel + b * LANES);   \
    EIGHT(MULTIPLY)                        \
  }                                        \
  EIGHT(SCALE)

/* `count` rows of x (., k) as columns: to (k, LANES), zeros beyond them */
static void pack_columns(__global const REAL *restrict x, int count, int k, __global REAL *restrict to) {
  for (int l = 0; l < LANES; l++)
    for (int b = 0; b < k; b++) to[b * LANES + l] = l < count ? x[l * k + b] : (REAL)0;
}

/* `count` rows of x (., k) with zeros behind: to (count, kp) */
static void pack_rows(__global const REAL *restrict x, int count, int k, int kp, __global REAL *restrict to) {
  for (int l = 0; l < count; l++)
    for (int b = 0; b < kp; b++) to[l * kp + b] = b < k ? x[l * k + b] : (REAL)0;
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

static V likelihood(V t, V s, V w) {
  const V softplus = select((V)(0), t, (t > (V)(0)) | (t != t)) + log1p_unit(exp(-fabs(t)));
  return w * (softplus - s * t);
}

#define TERM(r)                                                                                              \
  if (i + r < n) {                                                                                           \
    const size_t at = (size_t)(i + r) * m + j;                                                               \
    __global REAL *restrict to = part + (size_t)(i + r) * LANES;                                             \
    const V term = likelihood(t##r, load_part(s + at, count), weights(w, at, count, uniform));               \
    STORE(j > first ? LOAD(to) + term : term, to);                                                           \
  }

__kernel void pairwise_rows(__global const REAL *restrict u, __global const REAL *restrict v, __global const REAL *restrict s,
                            __global const REAL *restrict w, __global REAL *restrict pack, __global REAL *restrict part, int n, int m,
                            int k, int slice, int uniform, REAL kappa) {
  const int z = get_global_id(0), first = z * slice, end = min(m, first + slice);
  __global REAL *restrict panel = pack + (size_t)z * k * LANES;
  part += (size_t)z * n * LANES;
  for (int j = first; j < end; j += LANES) {
    const int count = min(LANES, end - j);
    pack_columns(v + (size_t)j * k, count, k, panel);
    for (int i = 0; i < n; i += ROWS) {
      THETA
      EIGHT(TERM)
    }
  }
}

__kernel void pairwise_rows_fold(__global const REAL *restrict part, __global REAL *restrict y, int n, int slices) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  V total = (V)(0);
  for (int z = 0; z < slices; z++) total += LOAD(part + ((size_t)z * n + i) * LANES);
  REAL lane[LANES];
  STORE(total, lane);
  for (int h = LANES / 2; h > 0; h /= 2)
    for (int l = 0; l < h; l++) lane[l] += lane[l + h];
  y[i] = lane[0];
}

static V residual(V t, V s, V w, REAL scale) {
  const V e = exp(-fabs(t)), sigma = select(e, (V)(1), t >= (V)(0)) / (1 + e);
  return (sigma - s) * w * scale;
}

#define RESIDUAL(r)                                                                                          \
  if (i + r < n) {                                                                                           \
    const size_t at = (size_t)(i + r) * m + j;                                                               \
    STORE(residual(t##r, load_part(s + at, count), weights(w, at, count, uniform), kappa * gy[i + r]), R + r * LANES); \
  }
#define BEGIN(r) V g##r = j > first ? LOAD(to + r * kp + b) : (V)(0);
#define ADD(r) g##r = fma((V)(R[r * LANES + l]), x, g##r);
#define END(r) STORE(g##r, to + r * kp + b);
#define BEGIN_COLUMN(r) V h##r = i > 0 ? LOAD(sums + (l + r) * kp + b) : (V)(0);
#define ADD_COLUMN(r) h##r = fma((V)(R[e * LANES + l + r]), x, h##r);
#define END_COLUMN(r) STORE(h##r, sums + (l + r) * kp + b);

__kernel void pairwise_gradient(__global const REAL *restrict u, __global const REAL *restrict v, __global const REAL *restrict s,
                                __global const REAL *restrict w, __global const REAL *restrict gy, __global REAL *restrict pack,
                                __global REAL *restrict part, __global REAL *restrict gv, int n, int m, int k, int np, int kp, int slice,
                                int uniform, int both, REAL kappa) {
  const int z = get_global_id(0), first = z * slice, end = min(m, first + slice);
  __global REAL *restrict panel = pack + (size_t)z * (LANES * (k + 2 * kp) + ROWS * kp);
  __global REAL *restrict columns = panel + LANES * k, *restrict sums = columns + LANES * kp, *restrict rows = sums + LANES * kp;
  part += (size_t)z * np * kp;
  REAL R[ROWS * LANES];
  for (int r = 0; r < ROWS * LANES; r++) R[r] = 0;
  for (int j = first; j < end; j += LANES) {
    const int count = min(LANES, end - j);
    pack_columns(v + (size_t)j * k, count, k, panel);
    pack_rows(v + (size_t)j * k, count, k, kp, columns);
    for (int i = 0; i < n; i += ROWS) {
      {
        THETA
        EIGHT(RESIDUAL)
      }
      __global REAL *restrict to = part + (size_t)i * kp;
      for (int b = 0; b < kp; b += LANES) {
        EIGHT(BEGIN)
        for (int l = 0; l < count; l++) {
          const V x = LOAD(columns + l * kp + b);
          EIGHT(ADD)
        }
        EIGHT(END)
      }
      if (!both) continue;
      const int height = min(ROWS, n - i);
      pack_rows(u + (size_t)i * k, height, k, kp, rows);
      for (int l = 0; l < LANES; l += 8)
        for (int b = 0; b < kp; b += LANES) {
          EIGHT(BEGIN_COLUMN)
          for (int e = 0; e < height; e++) {
            const V x = LOAD(rows + e * kp + b);
            EIGHT(ADD_COLUMN)
          }
          EIGHT(END_COLUMN)
        }
    }
    for (int l = 0; both && l < count; l++)
      for (int b = 0; b < k; b++) gv[(size_t)(j + l) * k + b] = sums[l * kp + b];
  }
}

__kernel void pairwise_gradient_fold(__global const REAL *restrict part, __global REAL *restrict gu, int n, int k, int np, int kp,
                                     int slices) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  for (int b = 0; b < kp; b += LANES) {
    V total = (V)(0);
    for (int z = 0; z < slices; z++) total += LOAD(part + ((size_t)z * np + i) * kp + b);
    REAL lane[LANES];
    STORE(total, lane);
    for (int l = 0; l < min(LANES, k - b); l++) gu[i * k + b + l] = lane[l];
  }
}
