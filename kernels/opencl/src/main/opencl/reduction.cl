/* reduction.cl: sum, mean and maximum along one axis of (outer, extent, inner)
 * Math     y[o, s, j] = op over e in [s len, (s + 1) len) of x[o, e, j], then / divisor      (oracle: ReduceOp)
 * Shapes   x (outer, extent, inner) -> y (outer, splits, inner), splits = ceil(extent / len)
 *
 *            rows (inner = 1)                 columns (inner > 1)
 *          o | 0..15 | 16..31 | ... | tail    e |  j .. j+15  |  each lane its own column
 *              +---- lanes, folded at the end    v
 *
 * Work     rows: one work-item per (o, s); columns: one per (o, s, block of LANES columns)
 * Launch   global (blocks, splits, outer), local 1 on a CPU
 * Numerics fixed order: lanes side by side, then folded in halves, then the tail. Maximum: NaN wins.
 * Bounds   every extent >= 1, fewer than 2^31 elements
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

#define LARGER(a, b) (isnan(b) || (b) > (a) ? (b) : (a))
#define LARGER_V(a, b) select(a, b, ((b) > (a)) | ((b) != (b)))
#define PLUS(a, b) ((a) + (b))

#define REDUCTION(name, OP, OP_V, START)                                                                \
  __kernel void rows_##name(__global const REAL *restrict x, __global REAL *restrict y, int outer, int extent, \
                            int splits, int len, REAL divisor) {                                        \
    const size_t s = get_global_id(1), o = get_global_id(2);                                            \
    if (get_global_id(0) > 0 || o >= (size_t)outer) return;                                             \
    const size_t from = s * len, to = min((size_t)extent, from + len);                                  \
    __global const REAL *p = x + o * extent;                                                            \
    V acc = (V)(START), other = (V)(START);                                                             \
    size_t e = from;                                                                                    \
    for (; e + 2 * LANES <= to; e += 2 * LANES) {                                                       \
      const V u = LOAD(p + e), v = LOAD(p + e + LANES);                                                 \
      acc = OP_V(acc, u);                                                                               \
      other = OP_V(other, v);                                                                           \
    }                                                                                                   \
    acc = OP_V(acc, other);                                                                             \
    REAL lane[LANES];                                                                                   \
    STORE(acc, lane);                                                                                   \
    for (int w = LANES / 2; w > 0; w /= 2)                                                              \
      for (int i = 0; i < w; i++) lane[i] = OP(lane[i], lane[i + w]);                                   \
    REAL total = lane[0];                                                                               \
    for (; e < to; e++) total = OP(total, p[e]);                                                        \
    y[o * splits + s] = total / divisor;                                                                \
  }                                                                                                     \
  __kernel void columns_##name(__global const REAL *restrict x, __global REAL *restrict y, int outer, int extent, \
                               int splits, int len, int inner, REAL divisor) {                          \
    const size_t j = get_global_id(0) * LANES, s = get_global_id(1), o = get_global_id(2);              \
    if (j >= (size_t)inner || o >= (size_t)outer) return;                                               \
    const size_t from = s * len, to = min((size_t)extent, from + len);                                  \
    __global const REAL *p = x + o * extent * inner + j;                                                \
    __global REAL *q = y + (o * splits + s) * inner + j;                                                \
    if (j + LANES <= (size_t)inner) {                                                                   \
      V acc = (V)(START);                                                                               \
      for (size_t e = from; e < to; e++) {                                                              \
        const V v = LOAD(p + e * inner);                                                                \
        acc = OP_V(acc, v);                                                                             \
      }                                                                                                 \
      STORE(acc / divisor, q);                                                                          \
      return;                                                                                           \
    }                                                                                                   \
    for (size_t i = 0; j + i < (size_t)inner; i++) {                                                    \
      REAL total = START;                                                                               \
      for (size_t e = from; e < to; e++) total = OP(total, p[e * inner + i]);                           \
      q[i] = total / divisor;                                                                           \
    }                                                                                                   \
  }

REDUCTION(sum, PLUS, PLUS, (REAL)0)
REDUCTION(max, LARGER, LARGER_V, (REAL)-INFINITY)
