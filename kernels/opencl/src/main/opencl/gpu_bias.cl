/* gpu_bias.cl: bias and activation, forward and gradient, for devices with many work-items
 * Math     as bias.cl: y = f(x + b_c);  gx = gy f'(y), gb_c = sum over n and s of gx              (oracle: BiasActivation)
 * Shapes   x, y, gy, gx (N, C, S) with S the product of the axes after the channel; b, gb (C); sums (C, parts)
 * Work     forward: one item per element; gradient: one work-group per (channel, part of `len` of its N S elements), whose sums
 *          the host adds
 * Launch   forward: global = N C S rounded up; gradient: global = GROUP work-groups, local GROUP (a power of 2)
 * Numerics relu keeps NaN; tanh is the device's (at most 5 ulp); sums: item i takes i, i + GROUP, ..., then a tree
 * Bounds   N, C, S >= 1
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef GROUP
#define GROUP 256
#endif

#define IDENTITY(v) (v)
#define RELU(v) (isnan(v) || (v) > 0 ? (v) : (REAL)0)
#define RELU_SLOPE(g, y) (isnan(y) ? (y) : (y) > 0 ? (g) : (REAL)0)
#define TANH_SLOPE(g, y) ((g) * (1 - (y) * (y)))
#define PASS(g, y) (g)

#define BIAS(name, F, SLOPE)                                                                                        \
  __kernel void bias_##name(__global const REAL *restrict x, __global const REAL *restrict bias,                    \
                            __global REAL *restrict y, int n, int C, int S) {                                       \
    const size_t i = get_global_id(0);                                                                              \
    if (i >= (size_t)n) return;                                                                                     \
    const REAL v = x[i] + bias[(int)i / S % C];                                                                     \
    y[i] = F(v);                                                                                                    \
  }                                                                                                                 \
  __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1))) void bias_gradient_##name(                            \
      __global const REAL *restrict y, __global const REAL *restrict gy, __global REAL *restrict gx,                \
      __global REAL *restrict sums, int parts, int len, int N, int C, int S) {                                      \
    __local REAL lane[GROUP];                                                                                       \
    const int lid = (int)get_local_id(0), c = (int)get_group_id(0) / parts;                                         \
    const int first = ((int)get_group_id(0) - c * parts) * len, last = min(N * S, first + len);                     \
    REAL sum = 0;                                                                                                   \
    for (int t = first + lid; t < last; t += GROUP) {                                                               \
      const int n = t / S;                                                                                          \
      const size_t i = ((size_t)n * C + c) * S + (t - n * S);                                                       \
      const REAL g = gy[i], v = y[i];                                                                               \
      const REAL slope = SLOPE(g, v);                                                                               \
      gx[i] = slope;                                                                                                \
      sum += slope;                                                                                                 \
    }                                                                                                               \
    lane[lid] = sum;                                                                                                \
    for (int w = GROUP / 2; w > 0; w /= 2) {                                                                        \
      barrier(CLK_LOCAL_MEM_FENCE);                                                                                 \
      if (lid < w) lane[lid] += lane[lid + w];                                                                      \
    }                                                                                                               \
    if (lid == 0) sums[get_group_id(0)] = lane[0];                                                                  \
  }

BIAS(identity, IDENTITY, PASS)
BIAS(relu, RELU, RELU_SLOPE)
BIAS(tanh, tanh, TANH_SLOPE)
