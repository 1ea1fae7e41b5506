/* hamming.cl: Hamming distances of packed codes to queries, counted and collected
 * Math     d_qi = sum_p popcount(query_qp ^ code_pi)                                                 (oracle: HammingKernel)
 *          counts_qd = #{i : d_qi = d <= limit_q};  found = {2^32 i + d_qi : d_qi <= limit_q}, query q's from firsts_q on
 * Shapes   codes (planes, stride), 32 bits of a code in each plane; queries (m, planes); limits (m); counts (m, bins); firsts, next (m);
 *          found (firsts_m)
 * Work     item (q, x) compares query q with `run` vectors of codes, LANES codes at a time
 *
 *            CPU  | x = 0: vectors 0 1 2 ... run-1 | x = 1: run ... |      step = 1,     start = run: one run of codes, in the first cache,
 *                                                                          meets all queries, as q varies first
 *            GPU  | 0: x = 0 | 1: x = 1 | ... | items: x = 0 |             step = items, start = 1: neighbouring items, neighbouring vectors
 *
 * Launch   global (m, items), local (1, the family's group)
 * Numerics integers, exact; the order within `found` is the device's, its contents are not
 * Bounds   n, m, planes >= 1; stride a multiple of LANES, n <= stride < 2^31; counts and next are 0 before
 */
#ifndef LANES
#define LANES 16
#endif
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(uint, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)

/* the distances of LANES codes from i on */
static V distances(__global const uint *restrict codes, __global const uint *restrict query, int planes, size_t stride, size_t i) {
  V d = (V)(0);
  for (int p = 0; p < planes; p++) d += popcount(LOAD(codes + p * stride + i) ^ query[p]);
  return d;
}

/* body runs for every code i of this item at a distance d <= limit of its query q */
#define FOR_EACH_WITHIN(BODY)                                                              \
  const size_t q = get_global_id(0), x = get_global_id(1);                                 \
  const uint limit = (uint)limits[q];                                                      \
  if (limits[q] < 0) return;                                                               \
  for (int r = 0; r < run; r++) {                                                          \
    const size_t from = (x * start + (size_t)r * step) * LANES;                            \
    if (from >= (size_t)n) return;                                                         \
    const V all = distances(codes, queries + q * planes, planes, stride, from);            \
    if (any(all <= (V)(limit))) {                                                          \
      uint lane[LANES];                                                                    \
      STORE(all, lane);                                                                    \
      for (int l = 0; l < LANES && from + l < (size_t)n; l++) {                            \
        const size_t i = from + l;                                                         \
        const uint d = lane[l];                                                            \
        if (d <= limit) BODY                                                               \
      }                                                                                    \
    }                                                                                      \
  }

__kernel void hamming_counts(__global const uint *restrict codes, __global const uint *restrict queries, __global const int *restrict limits,
                             __global int *restrict counts, int n, int stride, int planes, int bins, int run, int start, int step) {
  FOR_EACH_WITHIN({ atomic_inc(counts + q * bins + d); })
}

__kernel void hamming_within(__global const uint *restrict codes, __global const uint *restrict queries, __global const int *restrict limits,
                             __global const int *restrict firsts, __global int *restrict next, __global ulong *restrict found, int n, int stride,
                             int planes, int run, int start, int step) {
  FOR_EACH_WITHIN({ found[firsts[q] + atomic_inc(next + q)] = (ulong)i << 32 | d; })
}
