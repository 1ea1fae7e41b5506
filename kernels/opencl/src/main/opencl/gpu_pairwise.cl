/* gpu_pairwise.cl: negative log-likelihood of pairwise similarity on inner products that gpu_gemm.cl made, for devices with many
 *                  work-items
 * Math     rows: y_i = sum_j w_ij (softplus(t) - s_ij t), t = kappa d_ij;  residual: r_ij = kappa gy_i w_ij (sigma(t) - s_ij);
 *          gu = r v and gv = r^T u are left to gpu_gemm.cl                                     (oracle: PairwiseLogistic)
 * Shapes   d = u v^T, s, r (n, m); w (n, m), or one number if uniform; y, gy (n)
 * Work     rows: one work-group per row; item i takes i, i + GROUP, ..., then a tree; residual: one item per pair
 * Launch   rows: global = GROUP n, local GROUP (a power of 2); residual: global = n m rounded up
 * Numerics softplus(t) = max(t, 0) + log1p(exp(-|t|)); sigma(t) through exp(-|t|); finite for every finite t
 * Bounds   n, m >= 1, n m < 2^31
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef GROUP
#define GROUP 256
#endif

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void pairwise_rows(
    __global const REAL *restrict d, __global const REAL *restrict s, __global const REAL *restrict w, __global REAL *restrict y,
    int m, int uniform, REAL kappa) {
  __local REAL lane[GROUP];
  const size_t row = get_group_id(0) * (size_t)m;
  const int lid = (int)get_local_id(0);
  REAL total = 0;
  for (int j = lid; j < m; j += GROUP) {
    const REAL t = kappa * d[row + j];
    const REAL softplus = (isnan(t) || t > 0 ? t : (REAL)0) + log1p(exp(-fabs(t)));
    total += w[uniform ? 0 : row + j] * (softplus - s[row + j] * t);
  }
  lane[lid] = total;
  for (int h = GROUP / 2; h > 0; h /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lid < h) lane[lid] += lane[lid + h];
  }
  if (lid == 0) y[get_group_id(0)] = lane[0];
}

__kernel void pairwise_residual(__global const REAL *restrict d, __global const REAL *restrict s, __global const REAL *restrict w,
                                __global const REAL *restrict gy, __global REAL *restrict r, int pairs, int m, int uniform,
                                REAL kappa) {
  const size_t at = get_global_id(0);
  if (at >= (size_t)pairs) return;
  const REAL t = kappa * d[at], e = exp(-fabs(t)), sigma = (t >= 0 ? (REAL)1 : e) / (1 + e);
  r[at] = (sigma - s[at]) * w[uniform ? 0 : at] * (kappa * gy[at / m]);
}
