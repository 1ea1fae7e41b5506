/* gpu_softmax.cl: logarithm of the softmax over rows, and its gradient, for devices with many work-items
 * Math     as softmax.cl: y_ij = x_ij - m_i - log sum_j exp(x_ij - m_i), m_i = max_j x_ij;  gx_ij = gy_ij - exp(y_ij) sum_j gy_ij
 *                                                                                            (oracle: LogSoftmax)
 * Shapes   x, y, gy, gx (n, c)
 * Work     one work-group per row; item i takes columns i, i + GROUP, ..., then a tree
 * Launch   global = GROUP n, local GROUP (a power of 2)
 * Numerics the maximum is subtracted first; a NaN makes its whole row NaN
 * Bounds   n, c >= 1
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef GROUP
#define GROUP 256
#endif

#define LARGER(a, b) (isnan(b) || (b) > (a) ? (b) : (a))
#define PLUS(a, b) ((a) + (b))

/* every item's v joined in a tree; every item gets the result */
#define TREE(name, OP)                                          \
  static REAL name(REAL v, __local REAL *lane) {                \
    const int lid = (int)get_local_id(0);                       \
    barrier(CLK_LOCAL_MEM_FENCE);                               \
    lane[lid] = v;                                              \
    for (int w = GROUP / 2; w > 0; w /= 2) {                    \
      barrier(CLK_LOCAL_MEM_FENCE);                             \
      if (lid < w) lane[lid] = OP(lane[lid], lane[lid + w]);    \
    }                                                           \
    barrier(CLK_LOCAL_MEM_FENCE);                               \
    return lane[0];                                             \
  }
TREE(largest_of_group, LARGER)
TREE(sum_of_group, PLUS)

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void log_softmax(__global const REAL *restrict x,
                                                                            __global REAL *restrict y, int c) {
  __local REAL lane[GROUP];
  const size_t from = get_group_id(0) * (size_t)c;
  const int lid = (int)get_local_id(0);
  REAL largest = -INFINITY, sum = 0;
  for (int j = lid; j < c; j += GROUP) largest = LARGER(largest, x[from + j]);
  largest = largest_of_group(largest, lane);
  for (int j = lid; j < c; j += GROUP) sum += exp(x[from + j] - largest);
  const REAL shift = log(sum_of_group(sum, lane));
  for (int j = lid; j < c; j += GROUP) y[from + j] = x[from + j] - largest - shift;
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void log_softmax_gradient(
    __global const REAL *restrict y, __global const REAL *restrict gy, __global REAL *restrict gx, int c) {
  __local REAL lane[GROUP];
  const size_t from = get_group_id(0) * (size_t)c;
  const int lid = (int)get_local_id(0);
  REAL sum = 0;
  for (int j = lid; j < c; j += GROUP) sum += gy[from + j];
  sum = sum_of_group(sum, lane);
  for (int j = lid; j < c; j += GROUP) gx[from + j] = gy[from + j] - exp(y[from + j]) * sum;
}
