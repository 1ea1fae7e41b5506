/* bias.cl: bias and activation, forward and gradient
 * Math     y = f(x + b_c);  gx = gy f'(y), gb_c = sum over n and s of gx                       (oracle: BiasActivation)
 * Shapes   x, y, gy, gx (N, C, S) with S the product of the axes after the channel; b, gb (C)
 * Work     forward: one work-item per row of `width` elements: (n, c) with one bias, or, when S = 1, n with a bias per element;
 *          gradient: one work-item per channel
 * Launch   global = rows or C, local 1 on a CPU
 * Numerics relu keeps NaN; tanh is the device's (at most 5 ulp); sums: lanes, folded in halves, then the tails
 * Bounds   N, C, S >= 1
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

static REAL fold(V v) {
  REAL lane[LANES];
  STORE(v, lane);
  for (int w = LANES / 2; w > 0; w /= 2)
    for (int i = 0; i < w; i++) lane[i] += lane[i + w];
  return lane[0];
}

#define IDENTITY(v) (v)
#define RELU(v) (isnan(v) || (v) > 0 ? (v) : (REAL)0)
#define RELU_V(v) select((V)(0), v, ((v) > (V)(0)) | ((v) != (v)))
#define RELU_SLOPE(g, y) (isnan(y) ? (y) : (y) > 0 ? (g) : (REAL)0)
#define RELU_SLOPE_V(g, y) select(select((V)(0), g, (y) > (V)(0)), y, (y) != (y))
#define TANH_SLOPE(g, y) ((g) * (1 - (y) * (y)))
#define PASS(g, y) (g)

#define BIAS(name, F, F_V, SLOPE, SLOPE_V)                                                                      \
  __kernel void bias_##name(__global const REAL *restrict x, __global const REAL *restrict bias,                \
                            __global REAL *restrict y, int rows, int width, int channels, int along) {          \
    const size_t row = get_global_id(0);                                                                        \
    if (row >= (size_t)rows) return;                                                                            \
    __global const REAL *restrict p = x + row * width;                                                          \
    __global REAL *restrict q = y + row * width;                                                                \
    const REAL one = bias[along ? 0 : row % channels];                                                          \
    int j = 0;                                                                                                  \
    for (; j + LANES <= width; j += LANES) {                                                                    \
      const V v = LOAD(p + j) + (along ? LOAD(bias + j) : (V)(one));                                            \
      STORE(F_V(v), q + j);                                                                                     \
    }                                                                                                           \
    for (; j < width; j++) {                                                                                    \
      const REAL v = p[j] + (along ? bias[j] : one);                                                            \
      q[j] = F(v);                                                                                              \
    }                                                                                                           \
  }                                                                                                             \
  __kernel void bias_gradient_##name(__global const REAL *restrict y, __global const REAL *restrict gy,         \
                                     __global REAL *restrict gx, __global REAL *restrict gb, int N, int C, int S) { \
    const size_t c = get_global_id(0);                                                                          \
    if (c >= (size_t)C) return;                                                                                 \
    V acc = (V)(0);                                                                                             \
    REAL tail = 0;                                                                                              \
    for (size_t n = 0; n < (size_t)N; n++) {                                                                    \
      const size_t from = (n * C + c) * S, to = from + S;                                                       \
      size_t i = from;                                                                                          \
      for (; i + LANES <= to; i += LANES) {                                                                     \
        const V g = LOAD(gy + i), v = LOAD(y + i);                                                              \
        const V slope = SLOPE_V(g, v);                                                                          \
        STORE(slope, gx + i);                                                                                   \
        acc += slope;                                                                                           \
      }                                                                                                         \
      for (; i < to; i++) {                                                                                     \
        const REAL g = gy[i], v = y[i];                                                                         \
        const REAL slope = SLOPE(g, v);                                                                         \
        gx[i] = slope;                                                                                          \
        tail += slope;                                                                                          \
      }                                                                                                         \
    }                                                                                                           \
    gb[c] = fold(acc) + tail;                                                                                   \
  }

BIAS(identity, IDENTITY, IDENTITY, PASS, PASS)
BIAS(relu, RELU, RELU_V, RELU_SLOPE, RELU_SLOPE_V)
BIAS(tanh, tanh, tanh, TANH_SLOPE, TANH_SLOPE)
