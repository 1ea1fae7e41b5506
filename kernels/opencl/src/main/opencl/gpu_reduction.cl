/* gpu_reduction.cl: sum, mean and maximum along one axis of (outer, extent, inner), for devices with many work-items
 * Math     as reduction.cl: y[o, s, j] = op over e in [s len, (s + 1) len) of x[o, e, j], then / divisor      (oracle: ReduceOp)
 * Shapes   x (outer, extent, inner) -> y (outer, splits, inner), splits = ceil(extent / len)
 *
 *            rows (inner = 1)                              columns: 32 neighbours j, GROUP / 32 strands along e
 *          o | 0 1 ... GROUP-1 | GROUP ... |             e  | j .. j+31 |  strand 0: e = from, from + GROUP / 32, ...
 *              item i takes i, i + GROUP, ...               | j .. j+31 |  strand 1
 *
 *              tree:  GROUP values in local memory, halved until one is left
 *
 * Work     each: one item per result; rows: one work-group per (o, s); columns: one work-group per (o, s, 32 columns)
 * Launch   each: global = results rounded up; rows, columns: global = GROUP work-groups, local GROUP (a power of 2, at least 32)
 * Numerics fixed order. Maximum: NaN wins.
 * Bounds   every extent >= 1, fewer than 2^31 elements
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef GROUP
#define GROUP 256
#endif
#define ACROSS 32
#define STRANDS (GROUP / ACROSS)

#define LARGER(a, b) (isnan(b) || (b) > (a) ? (b) : (a))
#define PLUS(a, b) ((a) + (b))

#define REDUCTION(name, OP, START)                                                                                  \
  __kernel void each_##name(__global const REAL *restrict x, __global REAL *restrict y, int results, int extent,    \
                            int splits, int len, int inner, REAL divisor) {                                         \
    const size_t i = get_global_id(0);                                                                              \
    if (i >= (size_t)results) return;                                                                               \
    const int j = (int)i % inner, os = (int)i / inner, s = os % splits, o = os / splits;                            \
    const int to = min(extent, (s + 1) * len);                                                                      \
    __global const REAL *restrict p = x + (size_t)o * extent * inner + j;                                           \
    REAL total = START;                                                                                             \
    for (int e = s * len; e < to; e++) total = OP(total, p[(size_t)e * inner]);                                     \
    y[i] = total / divisor;                                                                                         \
  }                                                                                                                 \
  __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void rows_##name(                                     \
      __global const REAL *restrict x, __global REAL *restrict y, int extent, int splits, int len, REAL divisor) {  \
    __local REAL lane[GROUP];                                                                                       \
    const int lid = (int)get_local_id(0), s = (int)get_group_id(0) % splits, o = (int)get_group_id(0) / splits;     \
    const int to = min(extent, (s + 1) * len);                                                                      \
    __global const REAL *restrict p = x + (size_t)o * extent;                                                       \
    REAL total = START;                                                                                             \
    for (int e = s * len + lid; e < to; e += GROUP) total = OP(total, p[e]);                                        \
    lane[lid] = total;                                                                                              \
    for (int w = GROUP / 2; w > 0; w /= 2) {                                                                        \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                                 \
      if (lid < w) lane[lid] = OP(lane[lid], lane[lid + w]);                                                        \
    }                                                                                                               \
    if (lid == 0) y[get_group_id(0)] = lane[0] / divisor;                                                           \
  }                                                                                                                 \
  __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void columns_##name(                                  \
      __global const REAL *restrict x, __global REAL *restrict y, int extent, int splits, int len, int inner,       \
      REAL divisor) {                                                                                               \
    __local REAL lane[GROUP];                                                                                       \
    const int lid = (int)get_local_id(0), blocks = (inner + ACROSS - 1) / ACROSS;                                   \
    const int os = (int)get_group_id(0) / blocks, s = os % splits, o = os / splits;                                 \
    const int j = ((int)get_group_id(0) - os * blocks) * ACROSS + lid % ACROSS, to = min(extent, (s + 1) * len);    \
    __global const REAL *restrict p = x + (size_t)o * extent * inner + j;                                           \
    REAL total = START;                                                                                             \
    if (j < inner)                                                                                                  \
      for (int e = s * len + lid / ACROSS; e < to; e += STRANDS) total = OP(total, p[(size_t)e * inner]);           \
    lane[lid] = total;                                                                                              \
    for (int w = GROUP / 2; w >= ACROSS; w /= 2) {                                                                  \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                                 \
      if (lid < w) lane[lid] = OP(lane[lid], lane[lid + w]);                                                        \
    }                                                                                                               \
    if (lid < ACROSS && j < inner) y[(size_t)os * inner + j] = lane[lid] / divisor;                                 \
  }

REDUCTION(sum, PLUS, (REAL)0)
REDUCTION(max, LARGER, (REAL)-INFINITY)
