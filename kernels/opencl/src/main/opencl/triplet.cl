/* triplet.cl: negative log-likelihood of triplet labels, row sums and gradient
 * Math     y_i = sum_p sum_q softplus(t_ipq), t_ipq = margin - th_ip + th_iq, th_ij = kappa <u_i, v_j>, over the drawn positives p
 *          (s = d = 1) and drawn negatives q (s = 0, d = 1) of row i;
 *          c_iq = kappa gy_i sum_p sigma(t_ipq), c_ip = -kappa gy_i sum_q sigma(t_ipq), gu = c v; gv = c^T u is left to gemm.cl
 *                                                                                     (oracle: TripletLogistic)
 * Shapes   u, gu (n, k); v (m, k); s, d (n, m) in {0, 1}; y, gy (n); bad (parts), 0 or NaN; c (n, m), written if both
 * Work     numbers: one work-item per part of v; rows, gradient: one work-item per row
 *
 *               q: NEGATIVES, lanes side by side      A row's drawn columns are listed, a block of positives and one of negatives at
 *              +----+----+----+                       a time, and only their th is computed. t and its functions live in registers;
 *            p | V  | V  | V  |  -> sum over q        gradient adds a block's column sums to gu before the next is listed.
 *    POSITIVES | V  | V  | V  |
 *              +----+----+----+
 *                 sum over p
 * Launch   numbers: global = parts; rows, gradient: global = n; local 1 on a CPU
 * Numerics softplus(t) = max(t, 0) + log1p(e), e = exp(-|t|); sum log1p(e) = log1p(p), p = prod (1 + e) - 1 by p += e (1 + p), at most
 *          NEGATIVES / LANES factors, each at most 2; sigma(t) = (t < 0 ? e : 1) / (1 + e); finite for every finite t; unused lanes have
 *          th = -infinity, where all vanish; a NaN in v, or in a row of u, s, d or in gy_i, reaches all results (of the row)
 * Bounds   n, m, k, parts >= 1, n m < 2^31
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef LANES
#define LANES 16
#endif
#ifndef POSITIVES
#define POSITIVES 64
#endif
#ifndef NEGATIVES
#define NEGATIVES (32 * LANES)
#endif
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

static REAL fold(V x) {
  REAL lane[LANES];
  STORE(x, lane);
  for (int w = LANES / 2; w > 0; w /= 2)
    for (int l = 0; l < w; l++) lane[l] += lane[l + w];
  return lane[0];
}

/* 0, or NaN when one of x is */
static REAL not_a_number(__global const REAL *restrict x, size_t count) {
  V bad = (V)(0);
  for (size_t i = 0; i < count; i += LANES) {
    const V v = load_part(x + i, count - i);
    bad = select(bad, v, v != v);
  }
  return fold(bad);
}

static REAL dot_product(__global const REAL *restrict x, __global const REAL *restrict y, int k) {
  V sum = (V)(0);
  for (int b = 0; b < k; b += LANES) sum = fma(load_part(x + b, k - b), load_part(y + b, k - b), sum);
  return fold(sum);
}

/* y += factor x */
static void add_row(__global REAL *restrict y, REAL factor, __global const REAL *restrict x, int k) {
  int b = 0;
  for (; b + LANES <= k; b += LANES) STORE(fma((V)(factor), LOAD(x + b), LOAD(y + b)), y + b);
  for (; b < k; b++) y[b] = fma(factor, x[b], y[b]);
}

/* lists the drawn columns whose similarity is `label`, at most `limit`, from *from on; returns how many */
static int draw(__global const REAL *restrict s, __global const REAL *restrict d, int m, int label, int *from, int *column, int limit) {
  int count = 0, j = *from;
  for (; j < m && count < limit; j++) {
    column[count] = j;
    count += (d[j] != 0) & ((s[j] != 0) == label);
  }
  *from = j;
  return count;
}

static V decay(V t) { return exp(-fabs(t)); }

__kernel void triplet_numbers(__global const REAL *restrict v, __global REAL *restrict bad, int count, int part, int parts) {
  const size_t p = get_global_id(0);
  if (p >= (size_t)parts) return;
  const size_t from = min(p * part, (size_t)count);
  bad[p] = not_a_number(v + from, min((size_t)part, count - from));
}

__kernel void triplet_rows(__global const REAL *restrict u, __global const REAL *restrict v, __global const REAL *restrict s,
                           __global const REAL *restrict d, __global const REAL *restrict bad, __global REAL *restrict y, int n, int m,
                           int k, int parts, REAL kappa, REAL margin) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  u += i * k;
  s += i * m;
  d += i * m;
  int positive[POSITIVES], negative[NEGATIVES];
  REAL a[POSITIVES], b[NEGATIVES];
  V total = (V)(0);
  for (int p = 0; p < m;) {
    const int positives = draw(s, d, m, 1, &p, positive, POSITIVES);
    for (int e = 0; e < positives; e++) a[e] = margin - kappa * dot_product(u, v + (size_t)positive[e] * k, k);
    for (int q = 0; positives > 0 && q < m;) {
      const int negatives = draw(s, d, m, 0, &q, negative, NEGATIVES);
      int width = 0;
      for (; width < negatives; width++) b[width] = kappa * dot_product(u, v + (size_t)negative[width] * k, k);
      for (; width % LANES > 0; width++) b[width] = -INFINITY;
      for (int e = 0; e < positives; e++) {
        V hinge = (V)(0), product = (V)(0);
        for (int at = 0; at < width; at += LANES) {
          const V t = a[e] + LOAD(b + at), c = decay(t);
          hinge += select((V)(0), t, (t > (V)(0)) | (t != t));
          product = fma(product, c, product + c);
        }
        total += hinge + log1p(product);
      }
    }
  }
  y[i] = fold(total) + not_a_number(u, k) + not_a_number(s, m) + not_a_number(d, m) + not_a_number(bad, parts);
}

__kernel void triplet_gradient(__global const REAL *restrict u, __global const REAL *restrict v, __global const REAL *restrict s,
                               __global const REAL *restrict d, __global const REAL *restrict bad, __global const REAL *restrict gy,
                               __global REAL *restrict gu, __global REAL *restrict c, int n, int m, int k, int parts, int both,
                               REAL kappa, REAL margin) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  u += i * k;
  s += i * m;
  d += i * m;
  gu += i * k;
  c += i * m;
  const REAL scale = kappa * gy[i];
  const REAL missing = not_a_number(u, k) + not_a_number(s, m) + not_a_number(d, m) + not_a_number(bad, parts) + not_a_number(gy + i, 1);
  for (int b = 0; b < k; b++) gu[b] = missing;
  for (int j = 0; both && j < m; j++) c[j] = missing;
  int positive[POSITIVES], negative[NEGATIVES];
  REAL a[POSITIVES], b[NEGATIVES];
  V over_q[POSITIVES];
  for (int p = 0; p < m;) {
    const int positives = draw(s, d, m, 1, &p, positive, POSITIVES);
    for (int e = 0; e < positives; e++) {
      a[e] = margin - kappa * dot_product(u, v + (size_t)positive[e] * k, k);
      over_q[e] = (V)(0);
    }
    for (int q = 0; positives > 0 && q < m;) {
      const int negatives = draw(s, d, m, 0, &q, negative, NEGATIVES);
      int width = 0;
      for (; width < negatives; width++) b[width] = kappa * dot_product(u, v + (size_t)negative[width] * k, k);
      for (; width % LANES > 0; width++) b[width] = -INFINITY;
      for (int at = 0; at < width; at += LANES) {
        const V theta = LOAD(b + at);
        V over_p = (V)(0);
        for (int e = 0; e < positives; e++) {
          const V t = a[e] + theta, x = decay(t), sigma = select(x, (V)(1), t >= (V)(0)) / (1 + x);
          over_p += sigma;
          over_q[e] += sigma;
        }
        STORE(scale * over_p, b + at);
      }
      for (int e = 0; e < negatives; e++) {
        add_row(gu, b[e], v + (size_t)negative[e] * k, k);
        if (both) c[negative[e]] += b[e];
      }
    }
    for (int e = 0; e < positives; e++) {
      const REAL slope = -scale * fold(over_q[e]);
      add_row(gu, slope, v + (size_t)positive[e] * k, k);
      if (both) c[positive[e]] += slope;
    }
  }
}
