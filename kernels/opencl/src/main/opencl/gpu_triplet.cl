/* gpu_triplet.cl: negative log-likelihood of triplet labels on inner products that gpu_gemm.cl made, for devices with many work-items
 * Math     y_i = sum_p sum_q softplus(t_ipq), t_ipq = margin - th_ip + th_iq, th = kappa x, over the drawn positives p (s = d = 1) and
 *          drawn negatives q (s = 0, d = 1) of row i;  c_iq = kappa gy_i sum_p sigma(t_ipq), c_ip = -kappa gy_i sum_q sigma(t_ipq);
 *          gu = c v and gv = c^T u are left to gpu_gemm.cl                                      (oracle: TripletLogistic)
 * Shapes   x = u v^T, s, d, c (n, m); y, gy (n)
 *
 *            columns   | GROUP of them: listed in local memory, | the next GROUP ...
 *                      | positives apart from negatives         |
 *                        every item walks its own columns j = i, i + GROUP, ... against the list
 *
 * Work     one work-group per row; the places in a list come from a scan over the group, so their order is that of the columns
 * Launch   global = GROUP n, local GROUP (a power of 2)
 * Numerics softplus(t) = max(t, 0) + log1p(exp(-|t|)); sigma(t) through exp(-|t|); finite for every finite t; a NaN in a row of x, s or d,
 *          or in gy_i, reaches all results of the row
 * Bounds   n, m >= 1, n m < 2^31
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef GROUP
#define GROUP 256
#endif

static REAL softplus(REAL t) {
  return (isnan(t) || t > 0 ? t : (REAL)0) + log1p(exp(-fabs(t)));
}

static REAL sigma(REAL t) {
  const REAL e = exp(-fabs(t));
  return (t >= 0 ? (REAL)1 : e) / (1 + e);
}

/* every item's v, added in a tree; every item gets the sum */
static REAL total(REAL v, __local REAL *lane) {
  const int lid = (int)get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  lane[lid] = v;
  for (int w = GROUP / 2; w > 0; w /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lid < w) lane[lid] += lane[lid + w];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return lane[0];
}

/* lists the v of the items that take part, in their order; returns how many. Begins and ends with a barrier. */
static int list(int takes, REAL v, __local REAL *restrict values, __local int *restrict place) {
  const int lid = (int)get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  place[lid] = takes;
  for (int w = 1; w < GROUP; w *= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    const int before = lid >= w ? place[lid - w] : 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    place[lid] += before;
  }
  if (takes) values[place[lid] - 1] = v;
  barrier(CLK_LOCAL_MEM_FENCE);
  return place[GROUP - 1];
}

/* 0, or NaN when one of the row's numbers is */
static REAL missing(__global const REAL *restrict x, __global const REAL *restrict s, __global const REAL *restrict d, int m,
                    __local REAL *lane) {
  REAL bad = 0;
  for (int j = (int)get_local_id(0); j < m; j += GROUP)
    if (isnan(x[j]) || isnan(s[j]) || isnan(d[j])) bad = NAN;
  return total(bad, lane);
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void triplet_rows(
    __global const REAL *restrict x, __global const REAL *restrict s, __global const REAL *restrict d, __global REAL *restrict y,
    int m, REAL kappa, REAL margin) {
  __local REAL lane[GROUP], positives[GROUP];
  __local int place[GROUP];
  const int lid = (int)get_local_id(0);
  const size_t row = get_group_id(0) * (size_t)m;
  x += row;
  s += row;
  d += row;
  REAL sum = missing(x, s, d, m, lane);
  sum = lid == 0 ? sum : 0;
  for (int from = 0; from < m; from += GROUP) {
    const int own = from + lid, takes = own < m && d[min(own, m - 1)] != 0 && s[min(own, m - 1)] != 0;
    const int count = list(takes, takes ? margin - kappa * x[own] : (REAL)0, positives, place);
    for (int j = lid; j < m; j += GROUP) {
      if (d[j] == 0 || s[j] != 0) continue;
      const REAL theta = kappa * x[j];
      for (int e = 0; e < count; e++) sum += softplus(positives[e] + theta);
    }
  }
  sum = total(sum, lane);
  if (lid == 0) y[get_group_id(0)] = sum;
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void triplet_slopes(
    __global const REAL *restrict x, __global const REAL *restrict s, __global const REAL *restrict d, __global const REAL *restrict gy,
    __global REAL *restrict c, int m, REAL kappa, REAL margin) {
  __local REAL lane[GROUP], positives[GROUP], negatives[GROUP];
  __local int place[GROUP];
  const int lid = (int)get_local_id(0);
  const size_t row = get_group_id(0) * (size_t)m;
  x += row;
  s += row;
  d += row;
  c += row;
  const REAL scale = kappa * gy[get_group_id(0)], bad = missing(x, s, d, m, lane) + (isnan(scale) ? scale : (REAL)0);
  for (int from = 0; from < m; from += GROUP) {
    const int own = min(from + lid, m - 1), drawn = from + lid < m && d[own] != 0, similar = s[own] != 0;
    const REAL theta = kappa * x[own];
    const int p = list(drawn && similar, margin - theta, positives, place);
    const int q = list(drawn && !similar, theta, negatives, place);
    for (int j = lid; j < m; j += GROUP) {
      REAL sum = 0;
      if (d[j] != 0 && s[j] == 0) {
        for (int e = 0; e < p; e++) sum += sigma(positives[e] + kappa * x[j]);
      } else if (d[j] != 0) {
        for (int e = 0; e < q; e++) sum -= sigma(margin - kappa * x[j] + negatives[e]);
      }
      c[j] = (from == 0 ? bad : c[j]) + scale * sum;
    }
  }
}
