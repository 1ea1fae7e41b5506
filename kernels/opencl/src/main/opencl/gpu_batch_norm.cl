/* gpu_batch_norm.cl: batch normalisation with activation, its gradient, and moving moments, for devices with many work-items
 * Math     as batch_norm.cl; a channel's m = N S elements are cut into parts of `len`:            (oracle: BatchNormalization, MovingMoments)
 *          part p holds m_p elements, mu_p = mean x, q_p = sum (x - mu_p)^2
 *          mu = sum m_p mu_p / m, var = sum (q_p + m_p (mu_p - mu)^2) / m
 * Shapes   x, y, gy, gx (N, C, S) with S the product of the axes after the channel; the rest (C); scratch (C, parts)
 *
 *            parts      norm_parts   x -> mu_p, q_p              along_parts   x, gy -> sum g h, sum g of the part
 *            results    moving_moments, batch_norm                   batch_norm_gradient
 *
 * Work     one work-group per (channel, part); those of the results first add up all parts of their channel, each by itself
 * Launch   global = GROUP work-groups, local GROUP (a power of 2); moving_moments: one work-group per channel; parts <= GROUP
 * Numerics two-pass variance within a part; sums: item i takes i, i + GROUP, ..., then a tree; fixed order
 * Bounds   N, C, S >= 1
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef GROUP
#define GROUP 256
#endif

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

/* A work-group's channel c and its elements first .. last - 1, counted through the images */
typedef struct {
  int c, part, first, last, C, S;
} Part;

static Part part_of(int parts, int len, int N, int C, int S) {
  Part p;
  p.c = (int)get_group_id(0) / parts;
  p.part = (int)get_group_id(0) - p.c * parts;
  p.first = p.part * len;
  p.last = min(N * S, p.first + len);
  p.C = C;
  p.S = S;
  return p;
}

static size_t element(Part p, int t) {
  const int n = t / p.S;
  return ((size_t)n * p.C + p.c) * p.S + (t - n * p.S);
}

#define EACH(t) (int t = p.first + (int)get_local_id(0); t < p.last; t += GROUP)

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void norm_parts(
    __global const REAL *restrict x, __global REAL *restrict means, __global REAL *restrict squares, int parts, int len, int N,
    int C, int S) {
  __local REAL lane[GROUP];
  const Part p = part_of(parts, len, N, C, S);
  REAL sum = 0, square = 0;
  for EACH(t) sum += x[element(p, t)];
  const REAL mean = total(sum, lane) / (REAL)(p.last - p.first);
  for EACH(t) {
    const REAL d = x[element(p, t)] - mean;
    square = fma(d, d, square);
  }
  square = total(square, lane);
  if (get_local_id(0) == 0) {
    means[get_group_id(0)] = mean;
    squares[get_group_id(0)] = square;
  }
}

typedef struct {
  REAL mean, variance;
} Moments;

static Moments moments_of(__global const REAL *restrict means, __global const REAL *restrict squares, int c, int parts, int len,
                          int count, __local REAL *lane) {
  const int i = (int)get_local_id(0), at = c * parts + i;
  const REAL own = i < parts ? means[at] : (REAL)0, size = i < parts ? (REAL)min(len, count - i * len) : (REAL)0;
  Moments m;
  m.mean = total(size * own, lane) / (REAL)count;
  const REAL d = own - m.mean;
  m.variance = total(i < parts ? fma(size * d, d, squares[at]) : (REAL)0, lane) / (REAL)count;
  return m;
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void moving_moments(
    __global const REAL *restrict means, __global const REAL *restrict squares, __global const REAL *restrict mean,
    __global const REAL *restrict variance, __global REAL *restrict movedMean, __global REAL *restrict movedVariance, int parts,
    int len, int N, int S, REAL keep, REAL rate, REAL varianceRate) {
  __local REAL lane[GROUP];
  const int c = (int)get_group_id(0);
  const Moments m = moments_of(means, squares, c, parts, len, N * S, lane);
  if (get_local_id(0) == 0) {
    movedMean[c] = fma(mean[c], keep, rate * m.mean);
    movedVariance[c] = fma(variance[c], keep, varianceRate * m.variance);
  }
}

/* activations of v, and g times their derivative there */
static REAL identity(REAL v) {
  return v;
}
static REAL identity_slope(REAL g, REAL v) {
  return g;
}
static REAL relu(REAL v) {
  return isnan(v) || v > 0 ? v : (REAL)0;
}
static REAL relu_slope(REAL g, REAL v) {
  return isnan(v) ? v : v > 0 ? g : (REAL)0;
}
static REAL tanh_slope(REAL g, REAL v) {
  const REAL y = tanh(v);
  return g * (1 - y * y);
}

/* of a part's channel; f's argument is slope d + shift with d = x - mu */
#define PARAMETERS                                                                 \
  const Part p = part_of(parts, len, N, C, S);                                     \
  const Moments m = moments_of(means, squares, p.c, parts, len, N * S, lane);      \
  const REAL inverse = 1 / sqrt(m.variance + epsilon), slope = gamma[p.c] * inverse, shift = beta[p.c]

#define BATCH_NORM(name, F, SLOPE)                                                                                          \
  __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void batch_norm_##name(                                       \
      __global const REAL *restrict x, __global const REAL *restrict gamma, __global const REAL *restrict beta,             \
      __global const REAL *restrict means, __global const REAL *restrict squares, __global REAL *restrict y, int parts,     \
      int len, int N, int C, int S, REAL epsilon) {                                                                         \
    __local REAL lane[GROUP];                                                                                               \
    PARAMETERS;                                                                                                             \
    for EACH(t) {                                                                                                           \
      const size_t i = element(p, t);                                                                                       \
      y[i] = F(fma(slope, x[i] - m.mean, shift));                                                                           \
    }                                                                                                                       \
  }                                                                                                                         \
  __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void along_parts_##name(                                      \
      __global const REAL *restrict x, __global const REAL *restrict gamma, __global const REAL *restrict beta,             \
      __global const REAL *restrict gy, __global const REAL *restrict means, __global const REAL *restrict squares,         \
      __global REAL *restrict alongs, __global REAL *restrict sums, int parts, int len, int N, int C, int S, REAL epsilon) { \
    __local REAL lane[GROUP];                                                                                               \
    PARAMETERS;                                                                                                             \
    REAL along = 0, sum = 0;                                                                                                \
    for EACH(t) {                                                                                                           \
      const size_t i = element(p, t);                                                                                       \
      const REAL d = x[i] - m.mean, g = SLOPE(gy[i], fma(slope, d, shift));                                                 \
      along = fma(g, d * inverse, along);                                                                                   \
      sum += g;                                                                                                             \
    }                                                                                                                       \
    along = total(along, lane);                                                                                             \
    sum = total(sum, lane);                                                                                                 \
    if (get_local_id(0) == 0) {                                                                                             \
      alongs[get_group_id(0)] = along;                                                                                      \
      sums[get_group_id(0)] = sum;                                                                                          \
    }                                                                                                                       \
  }                                                                                                                         \
  __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void batch_norm_gradient_##name(                              \
      __global const REAL *restrict x, __global const REAL *restrict gamma, __global const REAL *restrict beta,             \
      __global const REAL *restrict gy, __global const REAL *restrict means, __global const REAL *restrict squares,         \
      __global const REAL *restrict alongs, __global const REAL *restrict sums, __global REAL *restrict gx,                 \
      __global REAL *restrict gGamma, __global REAL *restrict gBeta, int parts, int len, int N, int C, int S, REAL epsilon) { \
    __local REAL lane[GROUP];                                                                                               \
    PARAMETERS;                                                                                                             \
    const int lid = (int)get_local_id(0), count = N * S;                                                                    \
    const REAL along = total(lid < parts ? alongs[p.c * parts + lid] : (REAL)0, lane);                                      \
    const REAL sum = total(lid < parts ? sums[p.c * parts + lid] : (REAL)0, lane);                                          \
    const REAL a = along / (REAL)count, b = sum / (REAL)count;                                                              \
    for EACH(t) {                                                                                                           \
      const size_t i = element(p, t);                                                                                       \
      const REAL d = x[i] - m.mean, g = SLOPE(gy[i], fma(slope, d, shift));                                                 \
      gx[i] = slope * ((g - b) - d * inverse * a);                                                                          \
    }                                                                                                                       \
    if (p.part == 0 && lid == 0) {                                                                                          \
      gGamma[p.c] = along;                                                                                                  \
      gBeta[p.c] = sum;                                                                                                     \
    }                                                                                                                       \
  }

BATCH_NORM(identity, identity, identity_slope)
BATCH_NORM(relu, relu, relu_slope)
BATCH_NORM(tanh, tanh, tanh_slope)
