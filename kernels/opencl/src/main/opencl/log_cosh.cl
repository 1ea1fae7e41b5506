/* log_cosh.cl: smooth distance of relaxed codes to the nearest sign
 * Math     y_i = sum_b log cosh(|z_ib| - 1);  gz_ib = gy_i tanh(|z_ib| - 1) sgn(z_ib), sgn(0) = 1   (oracle: LogCoshToSign)
 * Shapes   z, gz (n, k); y, gy (n)
 * Work     rows: one work-item per row, b ascending; gradient: one work-item per element
 * Launch   rows: global = n, local 1 on a CPU; gradient: global = n k rounded up to the local size
 * Numerics log cosh a = |a| + log1p(exp(-2|a|)) - log 2; NaN in gives NaN out
 * Bounds   n, k >= 1
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#define LOG_2 ((REAL)0.69314718055994530942)

__kernel void log_cosh_rows(__global const REAL *restrict z, __global REAL *restrict y, int n, int k) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  REAL total = 0;
  for (size_t at = i * k; at < (i + 1) * k; at++) {
    const REAL a = fabs(fabs(z[at]) - 1);
    total += a + log1p(exp(-2 * a)) - LOG_2;
  }
  y[i] = total;
}

__kernel void log_cosh_gradient(__global const REAL *restrict z, __global const REAL *restrict gy, __global REAL *restrict gz, int n,
                                int k) {
  const size_t at = get_global_id(0);
  if (at >= (size_t)n * k) return;
  const REAL v = z[at], slope = tanh(fabs(v) - 1);
  gz[at] = gy[(int)at / k] * (v >= 0 ? slope : -slope);
}
