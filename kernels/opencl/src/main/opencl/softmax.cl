/* softmax.cl: logarithm of the softmax over rows, and its gradient
 * Math     y_ij = x_ij - m_i - log sum_j exp(x_ij - m_i), m_i = max_j x_ij;  gx_ij = gy_ij - exp(y_ij) sum_j gy_ij
 *                                                                                            (oracle: LogSoftmax)
 * Shapes   x, y, gy, gx (n, c)
 * Work     one work-item per row, j ascending
 * Launch   global = n, local 1 on a CPU
 * Numerics the maximum is subtracted first; a NaN makes its whole row NaN
 * Bounds   n, c >= 1
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif

__kernel void log_softmax(__global const REAL *restrict x, __global REAL *restrict y, int n, int c) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  __global const REAL *restrict from = x + i * c;
  REAL largest = from[0], total = 0;
  for (int j = 1; j < c; j++) largest = isnan(from[j]) || from[j] > largest ? from[j] : largest;
  for (int j = 0; j < c; j++) total += exp(from[j] - largest);
  const REAL shift = log(total);
  for (int j = 0; j < c; j++) y[i * c + j] = from[j] - largest - shift;
}

__kernel void log_softmax_gradient(__global const REAL *restrict y, __global const REAL *restrict gy, __global REAL *restrict gx,
                                   int n, int c) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  REAL total = 0;
  for (int j = 0; j < c; j++) total += gy[i * c + j];
  for (int j = 0; j < c; j++) gx[i * c + j] = gy[i * c + j] - exp(y[i * c + j]) * total;
}
