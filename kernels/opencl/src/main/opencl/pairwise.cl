/* pairwise.cl: weighted negative log-likelihood of pairwise similarity, on inner products that gemm.cl made
 * Math     rows: y_i = sum_j w_ij (softplus(t) - s_ij t), t = kappa d_ij;  residual: r_ij = kappa gy_i w_ij (sigma(t) - s_ij)
 *                                                                                     (oracle: PairwiseLogistic)
 * Shapes   d = u v^T, s, w, r (n, m); y, gy (n)
 * Work     rows: one work-item per row, lanes side by side, then folded in halves; residual: one work-item per vector of pairs
 * Launch   rows: global = n, local 1 on a CPU; residual: global (ceil(m / LANES), n), local 1 on a CPU
 * Numerics softplus(t) = max(t, 0) + log1p(exp(-|t|)); sigma(t) through exp(-|t|); finite for every finite t
 * Bounds   n, m >= 1, n m < 2^31
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

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, size_t count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (size_t i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

__kernel void pairwise_rows(__global const REAL *restrict d, __global const REAL *restrict s, __global const REAL *restrict w,
                            __global REAL *restrict y, int n, int m, REAL kappa) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  V total = (V)(0);
  for (size_t j = 0; j < (size_t)m; j += LANES) {
    const size_t at = i * m + j, count = m - j;
    const V t = kappa * load_part(d + at, count);
    const V softplus = select((V)(0), t, (t > (V)(0)) | (t != t)) + log1p(exp(-fabs(t)));
    total += load_part(w + at, count) * (softplus - load_part(s + at, count) * t);
  }
  REAL lane[LANES];
  STORE(total, lane);
  for (int w = LANES / 2; w > 0; w /= 2)
    for (int l = 0; l < w; l++) lane[l] += lane[l + w];
  y[i] = lane[0];
}

__kernel void pairwise_residual(__global const REAL *restrict d, __global const REAL *restrict s, __global const REAL *restrict w,
                                __global const REAL *restrict gy, __global REAL *restrict r, int n, int m, REAL kappa) {
  const size_t i = get_global_id(1), j = get_global_id(0) * LANES;
  if (i >= (size_t)n || j >= (size_t)m) return;
  const size_t at = i * m + j, count = m - j;
  const V t = kappa * load_part(d + at, count), e = exp(-fabs(t));
  const V sigma = select(e, (V)(1), t >= (V)(0)) / (1 + e);
  const V value = (sigma - load_part(s + at, count)) * load_part(w + at, count) * (kappa * gy[i]);
  REAL lane[LANES];
  STORE(value, lane);
  for (size_t l = 0; l < min((size_t)LANES, count); l++) r[at + l] = lane[l];
}
