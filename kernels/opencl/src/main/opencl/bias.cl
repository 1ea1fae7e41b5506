/* bias.cl: bias and activation, forward and gradient, on vectors of channels
 * Math     y = f(x + b_c);  gx = gy f'(y), gb_c = sum over n and s of gx                       (oracle: BiasActivation)
 * Shapes   x, y, gy, gx: blocked images (N, B, S, LANES), or, when `matrix`, rows (N, C) with S = 1; b, gb (C);
 *          sums (parts, B, LANES): sum gx of a part
 * Work     one work-item per part of a block of channels, a part being some images; bias_sums: one per block
 * Launch   global (parts, B) or (1, B), local 1 on a CPU
 * Numerics relu keeps NaN; tanh is the device's (at most 5 ulp); sums: four strands of pixels, then the images, then the parts. A lane is a
 *          channel and never meets another, so what is in a lane beyond C stays there
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

/* activations of v, and g times their derivative where the activation is y */
static V identity(V v) {
  return v;
}
static V identity_slope(V g, V y) {
  return g;
}
static V relu(V v) {
  return select((V)(0), v, (v > (V)(0)) | (v != v));
}
static V relu_slope(V g, V y) {
  return select(select((V)(0), g, y > (V)(0)), y, y != y);
}
static V tanh_slope(V g, V y) {
  return g * (1 - y * y);
}

#define ADD_BIAS(F, k, i) store_part(F(AT(x, i) + shift), y + (i), width)
#define SLOPE_AND_SUM(SLOPE, k, i)          \
  {                                         \
    const V g = SLOPE(AT(gy, i), AT(y, i)); \
    store_part(g, gx + (i), width);         \
    sum[k] += g;                            \
  }

#define BIAS(name, F, SLOPE)                                                                                    \
  __kernel void bias_##name(__global const REAL *restrict x, __global const REAL *restrict bias,                \
                            __global REAL *restrict y, Extent e) {                                              \
    PART_OF_BLOCK;                                                                                              \
    const V shift = load_part(bias + b * LANES, channels);                                                      \
    OVER_PART(ADD_BIAS, F)                                                                                      \
  }                                                                                                             \
  __kernel void bias_gradient_##name(__global const REAL *restrict y, __global const REAL *restrict gy,         \
                                     __global REAL *restrict gx, __global REAL *restrict sums, Extent e) {      \
    PART_OF_BLOCK;                                                                                              \
    V sum[4] = {(V)(0), (V)(0), (V)(0), (V)(0)};                                                                \
    OVER_PART(SLOPE_AND_SUM, SLOPE)                                                                             \
    STORE(JOINED(sum), sums + ((size_t)part * e.B + b) * LANES);                                                \
  }

BIAS(identity, identity, identity_slope)
BIAS(relu, relu, relu_slope)
BIAS(tanh, tanh, tanh_slope)

__kernel void bias_sums(__global const REAL *restrict sums, __global REAL *restrict gb, Extent e) {
  const int b = (int)get_global_id(1);
  if (get_global_id(0) > 0 || b >= e.B) return;
  V sum = (V)(0);
  for (int k = 0; k < e.parts; k++) sum += LOAD(sums + ((size_t)k * e.B + b) * LANES);
  store_part(sum, gb + b * LANES, min(LANES, e.C - b * LANES));
}
