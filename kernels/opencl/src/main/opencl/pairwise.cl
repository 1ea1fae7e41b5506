/* pairwise.cl: weighted negative log-likelihood of pairwise similarity, on inner products that gemm.cl made
 * Math     rows: y_i = sum_j w_ij (softplus(t) - s_ij t), t = kappa d_ij;  residual: r_ij = kappa gy_i w_ij (sigma(t) - s_ij)
 *                                                                                     (oracle: PairwiseLogistic)
 * Shapes   d = u v^T, s, w, r (n, m); y, gy (n)
 * Work     rows: one work-item per row, j ascending; residual: one work-item per pair
 * Launch   rows: global = n, local 1 on a CPU; residual: global = n m rounded up to the local size
 * Numerics softplus(t) = max(t, 0) + log1p(exp(-|t|)); sigma(t) through exp(-|t|); finite for every finite t
 * Bounds   n, m >= 1, n m < 2^31
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif

__kernel void pairwise_rows(__global const REAL *restrict d, __global const REAL *restrict s, __global const REAL *restrict w,
                            __global REAL *restrict y, int n, int m, REAL kappa) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  REAL total = 0;
  for (size_t at = i * m; at < (i + 1) * m; at++) {
    const REAL t = kappa * d[at];
    const REAL softplus = (isnan(t) || t > 0 ? t : (REAL)0) + log1p(exp(-fabs(t)));
    total += w[at] * (softplus - s[at] * t);
  }
  y[i] = total;
}

__kernel void pairwise_residual(__global const REAL *restrict d, __global const REAL *restrict s, __global const REAL *restrict w,
                                __global const REAL *restrict gy, __global REAL *restrict r, int n, int m, REAL kappa) {
  const size_t at = get_global_id(0);
  if (at >= (size_t)n * m) return;
  const REAL t = kappa * d[at], e = exp(-fabs(t));
  const REAL sigma = (t >= 0 ? (REAL)1 : e) / (1 + e);
  r[at] = (sigma - s[at]) * w[at] * (kappa * gy[(int)at / m]);
}
