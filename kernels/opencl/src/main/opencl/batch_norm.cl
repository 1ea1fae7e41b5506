/* batch_norm.cl: batch normalisation with activation, its gradient, and moving moments, on vectors of channels
 * Math     mu = mean x, var = mean (x - mu)^2, r = 1 / sqrt(var + eps), h = (x - mu) r;  y = f(gamma h + beta)
 *          g = gy f'(gamma h + beta), ggamma = sum g h, gbeta = sum g, gx = gamma r (g - gbeta/m - h ggamma/m), m = N S
 *          mean' = keep mean + rate mu, variance' = keep variance + varianceRate var           (oracle: BatchNormalization, MovingMoments)
 *          a channel's images are cut into parts: part k holds m_k elements, mu_k = mean x, q_k = sum (x - mu_k)^2;
 *          mu = sum m_k mu_k / m, var = sum (q_k + m_k (mu_k - mu)^2) / m
 * Shapes   x, gy, y, gx: blocked images (N, B, S, LANES), or, when `matrix`, rows (N, C) with S = 1; gamma, beta, mean, variance (C);
 *          moments (2, parts, B, LANES): mu_k, q_k; sums (2, parts, B, LANES): sum g h, sum g of a part
 *
 *               part 0     part 1
 *             +-------+  +-------+       moments      norm_parts        x -> mu_k, q_k, two passes while the part is in cache
 *      block  |       |  |       |                    batch_norm, moving_moments join the parts of their block, each by itself
 *      of     | images of LANES  |       gradient     along_parts       x, gy -> sums of the part
 *      LANES  |       |  |       |                    batch_norm_gradient
 *             +-------+  +-------+       A lane is a channel and never meets another; what is in a lane beyond C stays there
 *
 * Work     one work-item per part of a block; moving_moments one per block
 * Launch   global (parts, B) or (1, B), local 1 on a CPU
 * Numerics two-pass variance within a part; sums: four strands of pixels, then the images; fixed order
 * Bounds   N, C, S >= 1; every part holds an image
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

/* images per part; see ChannelVectors */
typedef struct {
  int N, C, S, B, images, parts, matrix;
} Extent;

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, int count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (int i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

static void store_part(V v, __global REAL *restrict p, int count) {
  if (count >= LANES) {
    STORE(v, p);
  } else {
    REAL lane[LANES];
    STORE(v, lane);
    for (int i = 0; i < count; i++) p[i] = lane[i];
  }
}

/* defines part, b and what every kernel here asks of them */
#define PART_OF_BLOCK                                                                 \
  const int part = (int)get_global_id(0), b = (int)get_global_id(1);                  \
  if (part >= e.parts || b >= e.B) return;                                            \
  const int channels = min(LANES, e.C - b * LANES), width = e.matrix ? channels : LANES, \
            first = part * e.images, last = min(e.N, first + e.images)

/* TERM(F, k, i) for every vector of the part, at offset i, the vectors dealt to strands k = 0 .. 3 */
#define OVER_PART(TERM, F)                                                                            \
  for (int n = first; n < last; n++) {                                                               \
    size_t i = e.matrix ? (size_t)n * e.C + b * LANES : ((size_t)n * e.B + b) * e.S * LANES;         \
    int p = 0;                                                                                       \
    for (; p + 4 <= e.S; p += 4, i += 4 * LANES) {                                                   \
      TERM(F, 0, i);                                                                                    \
      TERM(F, 1, i + LANES);                                                                            \
      TERM(F, 2, i + 2 * LANES);                                                                        \
      TERM(F, 3, i + 3 * LANES);                                                                        \
    }                                                                                                \
    for (; p < e.S; p++, i += LANES) TERM(F, 0, i);                                                     \
  }
#define AT(p, i) load_part((p) + (i), width)
#define JOINED(s) ((s[0] + s[1]) + (s[2] + s[3]))

static size_t place(const Extent e, int k, int part, int b) {
  return (((size_t)k * e.parts + part) * e.B + b) * LANES;
}

__kernel void norm_parts(__global const REAL *restrict x, __global REAL *restrict moments, Extent e) {
  PART_OF_BLOCK;
  V sum[4] = {(V)(0), (V)(0), (V)(0), (V)(0)}, square[4] = {(V)(0), (V)(0), (V)(0), (V)(0)};
#define ADD(F, k, i) sum[k] += AT(x, i)
  OVER_PART(ADD, )
  const V mean = JOINED(sum) / ((REAL)(last - first) * (REAL)e.S);
#define ADD_SQUARE(F, k, i)          \
  {                               \
    const V d = AT(x, i) - mean;  \
    square[k] = fma(d, d, square[k]); \
  }
  OVER_PART(ADD_SQUARE, )
  STORE(mean, moments + place(e, 0, part, b));
  STORE(JOINED(square), moments + place(e, 1, part, b));
}

typedef struct {
  V mean, variance;
} Moments;

static Moments moments_of(__global const REAL *restrict moments, const Extent e, int b) {
  const REAL count = (REAL)e.N * (REAL)e.S;
  Moments m = {(V)(0), (V)(0)};
  for (int k = 0; k < e.parts; k++) {
    const REAL size = (REAL)min(e.images, e.N - k * e.images) * (REAL)e.S;
    m.mean = fma(LOAD(moments + place(e, 0, k, b)), (V)(size), m.mean);
  }
  m.mean /= count;
  for (int k = 0; k < e.parts; k++) {
    const REAL size = (REAL)min(e.images, e.N - k * e.images) * (REAL)e.S;
    const V d = LOAD(moments + place(e, 0, k, b)) - m.mean;
    m.variance += fma(size * d, d, LOAD(moments + place(e, 1, k, b)));
  }
  m.variance /= count;
  return m;
}

__kernel void moving_moments(__global const REAL *restrict moments, __global const REAL *restrict mean,
                             __global const REAL *restrict variance, __global REAL *restrict movedMean,
                             __global REAL *restrict movedVariance, Extent e, REAL keep, REAL rate, REAL varianceRate) {
  const int b = (int)get_global_id(1);
  if (get_global_id(0) > 0 || b >= e.B) return;
  const int c = b * LANES, channels = min(LANES, e.C - c);
  const Moments m = moments_of(moments, e, b);
  store_part(fma(load_part(mean + c, channels), (V)(keep), rate * m.mean), movedMean + c, channels);
  store_part(fma(load_part(variance + c, channels), (V)(keep), varianceRate * m.variance), movedVariance + c, channels);
}

/* activations of v, and g times their derivative there */
static V identity(V v) {
  return v;
}
static V identity_slope(V g, V v) {
  return g;
}
static V relu(V v) {
  return select((V)(0), v, (v > (V)(0)) | (v != v));
}
static V relu_slope(V g, V v) {
  return select(select((V)(0), g, v > (V)(0)), v, v != v);
}
static V tanh_slope(V g, V v) {
  const V y = tanh(v);
  return g * (1 - y * y);
}

/* of a block's channels; f's argument is slope d + shift with d = x - mu */
#define PARAMETERS                                                                                     \
  const Moments m = moments_of(moments, e, b);                                                         \
  const V inverse = 1 / sqrt(m.variance + epsilon), slope = load_part(gamma + b * LANES, channels) * inverse, \
          shift = load_part(beta + b * LANES, channels)
#define NORMALIZE(F, k, i) store_part(F(fma(slope, AT(x, i) - m.mean, shift)), y + (i), width)
#define ADD_ALONG(SLOPE, k, i)                                                    \
  {                                                                               \
    const V d = AT(x, i) - m.mean, g = SLOPE(AT(gy, i), fma(slope, d, shift));    \
    along[k] = fma(g, d, along[k]);                                               \
    sum[k] += g;                                                                  \
  }
#define RESIDUAL(SLOPE, k, i)                                                     \
  {                                                                               \
    const V d = AT(x, i) - m.mean, g = SLOPE(AT(gy, i), fma(slope, d, shift));    \
    store_part(slope * ((g - sum) - d * along), gx + (i), width);                 \
  }

#define BATCH_NORM(name, F, SLOPE)                                                                                       \
  __kernel void batch_norm_##name(__global const REAL *restrict x, __global const REAL *restrict gamma,                  \
                                  __global const REAL *restrict beta, __global const REAL *restrict moments,             \
                                  __global REAL *restrict y, Extent e, REAL epsilon) {                                   \
    PART_OF_BLOCK;                                                                                                       \
    PARAMETERS;                                                                                                          \
    OVER_PART(NORMALIZE, F)                                                                                              \
  }                                                                                                                      \
  __kernel void along_parts_##name(__global const REAL *restrict x, __global const REAL *restrict gamma,                 \
                                   __global const REAL *restrict beta, __global const REAL *restrict gy,                 \
                                   __global const REAL *restrict moments, __global REAL *restrict sums, Extent e,        \
                                   REAL epsilon) {                                                                       \
    PART_OF_BLOCK;                                                                                                       \
    PARAMETERS;                                                                                                          \
    V along[4] = {(V)(0), (V)(0), (V)(0), (V)(0)}, sum[4] = {(V)(0), (V)(0), (V)(0), (V)(0)};                            \
    OVER_PART(ADD_ALONG, SLOPE)                                                                                          \
    STORE(JOINED(along) * inverse, sums + place(e, 0, part, b));                                                         \
    STORE(JOINED(sum), sums + place(e, 1, part, b));                                                                     \
  }                                                                                                                      \
  __kernel void batch_norm_gradient_##name(                                                                              \
      __global const REAL *restrict x, __global const REAL *restrict gamma, __global const REAL *restrict beta,          \
      __global const REAL *restrict gy, __global const REAL *restrict moments, __global const REAL *restrict sums,       \
      __global REAL *restrict gx, __global REAL *restrict gGamma, __global REAL *restrict gBeta, Extent e, REAL epsilon) { \
    PART_OF_BLOCK;                                                                                                       \
    PARAMETERS;                                                                                                          \
    V along = (V)(0), sum = (V)(0);                                                                                      \
    for (int k = 0; k < e.parts; k++) {                                                                                  \
      along += LOAD(sums + place(e, 0, k, b));                                                                           \
      sum += LOAD(sums + place(e, 1, k, b));                                                                             \
    }                                                                                                                    \
    if (part == 0) {                                                                                                     \
      store_part(along, gGamma + b * LANES, channels);                                                                   \
      store_part(sum, gBeta + b * LANES, channels);                                                                      \
    }                                                                                                                    \
    const REAL count = (REAL)e.N * (REAL)e.S;                                                                            \
    along *= inverse / count;                                                                                            \
    sum /= count;                                                                                                        \
    OVER_PART(RESIDUAL, SLOPE)                                                                                           \
  }

BATCH_NORM(identity, identity, identity_slope)
BATCH_NORM(relu, relu, relu_slope)
BATCH_NORM(tanh, tanh, tanh_slope)
