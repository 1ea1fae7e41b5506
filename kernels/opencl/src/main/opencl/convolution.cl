/* convolution.cl: 2-D cross-correlation and its two adjoints
 * Math     y[n,o,p,q] = sum_{c,i,j} w[o,c,i,j] x[n,c, p sy + i - py, q sx + j - px]         (oracle: Primitives.conv2d)
 *          input gradient: the same sum over gy, spread by the stride, with flipped, transposed weights and stride 1
 *          weight gradient: dw[o,c,i,j] = sum_{n,p,q} gy[n,o,p,q] x[n,c, p sy + i - py, q sx + j - px]
 * Shapes   x (N, groups*ins, H, W), y (N, groups*outs, OH, OW). Scratch: the spread image (N, groups*ins, PH, PW), weights
 *          (groups, blocks, ins*KH*KW, OB) and transposed gradient (groups, blocks, N*OH*OW, OB), OB = 2 LANES channels,
 *          blocks = ceil(outs / OB), missing channels zero.
 *
 *              OB channels (2 vectors)
 *             +--------+--------+
 *          14 | acc    | acc    |   convolve: 14 output pixels, broadcast of x[pixel + tap]; loop over taps
 *             +--------+--------+   weight_gradient: 14 taps, broadcast of x[tap + pixel]; loop over pixels
 *
 * Work     spread: one image row; pack_weights: one vector pair; pack_gradient: LANES pixels x OB channels; convolve: 14 pixels x OB channels; weight_gradient: 14 taps x OB channels
 *          of `images` images (partial sums, added by fold_weights in order)
 * Launch   global as above, local 1 on a CPU
 * Numerics fma, fixed order. Padding multiplies by zero: a weight of NaN or infinity also reaches outputs through it.
 * Bounds   any stride, padding, groups; scratch below 2^31 elements per image
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef LANES
#define LANES 16
#endif
#define OB (2 * LANES)
#define TILE 14
#define PITCH 16
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)

#define FOURTEEN(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13)
#define CLEAR(i) V c##i##_0 = (V)(0), c##i##_1 = (V)(0);
#define ACCUMULATE(i, value)              \
  {                                       \
    const V a = (V)(value);               \
    c##i##_0 = fma(a, b0, c##i##_0);      \
    c##i##_1 = fma(a, b1, c##i##_1);      \
  }
#define SPILL(i)                 \
  STORE(c##i##_0, tile + i * OB); \
  STORE(c##i##_1, tile + i * OB + LANES);

/* LANES rows of LANES elements, in place: each round interleaves the rows of both halves, log2(LANES) rounds */
static void interleave(const V in[LANES], V out[LANES]) {
#pragma unroll
  for (int i = 0; i < LANES / 2; i++) {
    V low, high;
    low.even = in[i].lo;
    low.odd = in[i + LANES / 2].lo;
    high.even = in[i].hi;
    high.odd = in[i + LANES / 2].hi;
    out[2 * i] = low;
    out[2 * i + 1] = high;
  }
}

static void transpose(V r[LANES]) {
  V t[LANES];
  interleave(r, t);
  interleave(t, r);
  interleave(r, t);
#if LANES == 16
  interleave(t, r);
#else
#pragma unroll
  for (int i = 0; i < LANES; i++) r[i] = t[i];
#endif
}

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, int count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (int i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

/* out[plane, r, c] = x[plane, (r - top) / dy, (c - left) / dx] where that is a whole index inside, else 0 */
__kernel void spread(__global const REAL *restrict x, __global REAL *restrict out, int planes, int H, int W, int PH, int PW,
                     int top, int left, int dy, int dx) {
  const size_t r = get_global_id(0), plane = get_global_id(1);
  if (r >= (size_t)PH || plane >= (size_t)planes) return;
  __global REAL *restrict row = out + (plane * PH + r) * PW;
  const int down = (int)r - top;
  const int inside = down >= 0 && down % dy == 0 && down / dy < H;
  __global const REAL *restrict from = x + (plane * H + (inside ? down / dy : 0)) * W;
  if (inside && dx == 1) {
    const int begin = clamp(left, 0, PW), end = clamp(left + W, begin, PW);
    for (int c = 0; c < begin; c++) row[c] = 0;
    for (int c = begin; c < end; c++) row[c] = from[c - left];
    for (int c = end; c < PW; c++) row[c] = 0;
  } else {
    for (int c = 0; c < PW; c++) {
      const int right = c - left;
      row[c] = inside && right >= 0 && right % dx == 0 && right / dx < W ? from[right / dx] : (REAL)0;
    }
  }
}

/* out[g, block, (in, i, j), lane] = w at out channel block OB + lane; flip turns both kernel axes round */
__kernel void pack_weights(__global const REAL *restrict w, __global REAL *restrict out, int groups, int outs, int ins, int KH,
                           int KW, int outStep, int inStep, int flip) {
  const size_t t = get_global_id(0), gb = get_global_id(1);
  const int area = KH * KW, taps = ins * area, blocks = (outs + OB - 1) / OB;
  if (t >= (size_t)taps || gb >= (size_t)groups * blocks) return;
  const int g = (int)gb / blocks, block = (int)gb - g * blocks, in = (int)t / area, at = (int)t - in * area;
  __global const REAL *restrict from =
      w + (size_t)g * outs * ins * area + (size_t)in * inStep + (flip ? area - 1 - at : at);
  __global REAL *restrict to = out + (gb * taps + t) * OB;
  for (int lane = 0; lane < OB; lane++) {
    const int o = block * OB + lane;
    to[lane] = o < outs ? from[(size_t)o * outStep] : (REAL)0;
  }
}

/* out[g, block, n area + p, lane] = gy[n, g outs + block OB + lane, p] */
__kernel void pack_gradient(__global const REAL *restrict gy, __global REAL *restrict out, int N, int groups, int outs, int area) {
  const size_t p0 = get_global_id(0) * LANES, n = get_global_id(1), gb = get_global_id(2);
  const int blocks = (outs + OB - 1) / OB;
  if (p0 >= (size_t)area || n >= (size_t)N || gb >= (size_t)groups * blocks) return;
  const int g = (int)gb / blocks, block = (int)gb - g * blocks;
  const int count = min(LANES, area - (int)p0);
  __global const REAL *restrict from = gy + (n * groups * outs + (size_t)g * outs + (size_t)block * OB) * area + p0;
  __global REAL *restrict to = out + (gb * N * area + n * area + p0) * OB;
  for (int side = 0; side < OB; side += LANES) {
    V r[LANES];
#pragma unroll
    for (int l = 0; l < LANES; l++)
      r[l] = block * OB + side + l < outs ? load_part(from + (size_t)(side + l) * area, count) : (V)(0);
    transpose(r);
    for (int p = 0; p < count; p++) STORE(r[p], to + p * OB + side);
  }
}

/* x<i> = the input corner of output pixel (n, p, q); then one pixel on, the last pixel repeating */
#define PIXEL(i)                                                                                        \
  __global const REAL *restrict x##i = x + ((size_t)n * groups + g) * image + (size_t)p * sy * PW + q * sx; \
  if (++q == OW) {                                                                                      \
    q = 0;                                                                                              \
    if (++p == OH) {                                                                                    \
      p = 0;                                                                                            \
      n = min(n + 1, N - 1);                                                                            \
    }                                                                                                   \
  }
#define TAP_OF_PIXEL(i) ACCUMULATE(i, x##i[tap])

__kernel void convolve(__global const REAL *restrict x, __global const REAL *restrict w, __global REAL *restrict y, int N,
                       int groups, int ins, int outs, int PH, int PW, int OH, int OW, int KH, int KW, int sy, int sx) {
  const int blocks = (outs + OB - 1) / OB;
  const size_t area = (size_t)OH * OW, pixels = N * area, first = get_global_id(0) * TILE, gb = get_global_id(1);
  if (first >= pixels || gb >= (size_t)groups * blocks) return;
  const size_t g = gb / blocks, block = gb - g * blocks, plane = (size_t)PH * PW, image = ins * plane;
  __global const REAL *restrict b = w + gb * ins * KH * KW * OB;
  const int n0 = (int)(first / area), at = (int)(first - n0 * area);
  int n = n0, p = at / OW, q = at - p * OW;
  FOURTEEN(PIXEL)
  FOURTEEN(CLEAR)
  for (int c = 0; c < ins; c++)
    for (int i = 0; i < KH; i++) {
      size_t tap = c * plane + (size_t)i * PW;
      for (int j = 0; j < KW; j++, tap++, b += OB) {
        const V b0 = LOAD(b), b1 = LOAD(b + LANES);
        FOURTEEN(TAP_OF_PIXEL)
      }
    }
  REAL tile[TILE * OB];
  FOURTEEN(SPILL)
  const int lanes = min(OB, outs - (int)block * OB), count = (int)min((size_t)TILE, pixels - first);
  REAL turned[OB * PITCH];
  for (int side = 0; side < OB; side += LANES)
    for (int from = 0; from < PITCH; from += LANES) {
      V r[LANES];
#pragma unroll
      for (int i = 0; i < LANES; i++) r[i] = from + i < TILE ? LOAD(tile + (from + i) * OB + side) : (V)(0);
      transpose(r);
#pragma unroll
      for (int l = 0; l < LANES; l++) STORE(r[l], turned + (side + l) * PITCH + from);
    }
  for (int lane = 0; lane < lanes; lane++) {
    __global REAL *restrict to = y + (((size_t)n0 * groups + g) * outs + block * OB + lane) * area;
    const REAL *restrict row = turned + lane * PITCH;
    if (count == TILE && at + TILE <= (int)area) {
      for (int i = 0; i < TILE; i++) to[at + i] = row[i];
    } else {
      for (int i = 0, in = at; i < count; i++, in++) {
        if (in == (int)area) {
          in = 0;
          to += groups * outs * area;
        }
        to[in] = row[i];
      }
    }
  }
}

#define TAP(i)                                                                                              \
  const size_t t##i = min(first + i, taps - 1), in##i = t##i / kernelArea, k##i = t##i - in##i * kernelArea; \
  __global const REAL *restrict x##i = x + g * image + in##i * plane + (k##i / KW) * PW + k##i % KW;
#define PIXEL_OF_TAP(i) ACCUMULATE(i, x##i[pixel])

__kernel void weight_gradient(__global const REAL *restrict x, __global const REAL *restrict gy, __global REAL *restrict partial,
                              int N, int groups, int ins, int outs, int PH, int PW, int OH, int OW, int KH, int KW, int sy,
                              int sx, int images) {
  const int blocks = (outs + OB - 1) / OB;
  const size_t kernelArea = (size_t)KH * KW, taps = ins * kernelArea;
  const size_t first = get_global_id(0) * TILE, gb = get_global_id(1), split = get_global_id(2);
  if (first >= taps || gb >= (size_t)groups * blocks || split * images >= (size_t)N) return;
  const size_t g = gb / blocks, plane = (size_t)PH * PW, image = ins * plane, area = (size_t)OH * OW;
  FOURTEEN(TAP)
  FOURTEEN(CLEAR)
  const size_t end = min((size_t)N, (split + 1) * images);
  for (size_t n = split * images; n < end; n++) {
    __global const REAL *restrict b = gy + (gb * N + n) * area * OB;
    for (int p = 0; p < OH; p++) {
      size_t pixel = n * groups * image + (size_t)p * sy * PW;
      for (int q = 0; q < OW; q++, pixel += sx, b += OB) {
        const V b0 = LOAD(b), b1 = LOAD(b + LANES);
        FOURTEEN(PIXEL_OF_TAP)
      }
    }
  }
  REAL tile[TILE * OB];
  FOURTEEN(SPILL)
  __global REAL *restrict to = partial + ((split * groups * blocks + gb) * taps + first) * OB;
  const size_t count = min((size_t)TILE, taps - first) * OB;
  for (size_t i = 0; i < count; i++) to[i] = tile[i];
}

/* dw[g outs + o, tap] = sum over splits of partial[split, g, block, tap, lane] */
__kernel void fold_weights(__global const REAL *restrict partial, __global REAL *restrict dw, int groups, int outs, int taps,
                           int splits) {
  const size_t t = get_global_id(0), go = get_global_id(1);
  if (t >= (size_t)taps || go >= (size_t)groups * outs) return;
  const int blocks = (outs + OB - 1) / OB, g = (int)go / outs, o = (int)go - g * outs;
  const size_t step = (size_t)groups * blocks * taps * OB;
  __global const REAL *restrict from = partial + (((size_t)g * blocks + o / OB) * taps + t) * OB + o % OB;
  REAL total = 0;
  for (int s = 0; s < splits; s++) total += from[s * step];
  dw[go * taps + t] = total;
}
