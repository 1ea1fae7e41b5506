/* convolution.cl: 2-D cross-correlation and its two adjoints
 * Math     y[n,o,p,q] = sum_{c,i,j} w[o,c,i,j] x[n,c, p sy + i - py, q sx + j - px]         (oracle: Primitives.conv2d)
 *          or with finish > 0: f(y + b), b[o], f the identity (1) or relu (2)      (oracle: ConvolutionActivation)
 *          input gradient: the same sum over gy, whose pixels lie dy, dx apart, with flipped, transposed weights and stride 1
 *          weight gradient: dw[o,c,i,j] = sum_{n,p,q} gy[n,o,p,q] x[n,c, p sy + i - py, q sx + j - px]
 * Shapes   images in one of two forms, told apart by steps alone. Taps (i, j) are checked against the border, `inner` taps are not:
 *            blocked   (N, groups, rows, H, W, LANES): inner taps are channels, `rows` blocks of them with `run` lanes, `last` in the last one
 *            lines     (N, groups, PH, ins, PW), padded by `lines`, for few channels: one outer tap; inner taps are KH ins lines with `run` = KW columns
 *          packed weights (LANES zeros, then (groups, blocks, KH KW, inner, OB)), OB = 2 LANES output channels, blocks = ceil(outs / OB),
 *          missing channels zero. y blocked, or row-major where yPixel = 1.
 *
 *              OB channels (2 vectors)
 *             +--------+--------+
 *          14 | acc    | acc    |   convolve: 14 output pixels, broadcast of x[pixel + tap]; loop over taps
 *             +--------+--------+   weight_gradient: 8 inner taps, broadcast of x[tap + pixel]; loop over pixels
 *
 *          The 14 pixels are neighbours in the order (chunk of `images` images, p, q, image). Those of other images at the same place see the
 *          border at the same taps, which are then left out; a pixel that alone misses a tap reads zeros.
 * Work     convolve: 14 pixels x OB channels; weight_gradient: `span` x 8 taps x KW x OB channels of `share` images (partial sums, added by
 *          fold_weights in order); lines: one line of an image; pack_weights, fold_weights: one input channel x OB channels
 * Launch   global as above, local 1 on a CPU
 * Numerics fma, fixed order. A pixel next to the border may multiply a weight by zero: NaN or infinity reaches it.
 * Bounds   any stride, padding, groups; below 2^31 elements per tensor
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
#define TAPS 8
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)

typedef struct {
  int N, groups, H, W, OH, OW;                                           /* image and output of one group */
  int KH, KW, sy, sx, py, px, dy, dx;                                    /* taps that are checked: at p sy + i - py of pixels dy apart */
  int rows, run, last, rowStep, pixelStep, lineStep, groupStep, imageStep; /* inner taps and steps of the image */
  int outs, yPixel, yGroup, yImage;                                      /* output channels of a group and steps of the output */
} Problem;

static int inner_taps(const Problem s) { return (s.rows - 1) * s.run + s.last; }

#define EIGHT(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7)
#define FOURTEEN(M) EIGHT(M) M(8) M(9) M(10) M(11) M(12) M(13)
#define CLEAR(k) V c##k##_0 = (V)(0), c##k##_1 = (V)(0);
#define ACCUMULATE(k, value)              \
  {                                       \
    const V a = (V)(value);               \
    c##k##_0 = fma(a, b0, c##k##_0);      \
    c##k##_1 = fma(a, b1, c##k##_1);      \
  }

/* out (planes / ins, PH, ins, PW): out[m, r, c, s] = x[m ins + c, (r - top) / dy, (s - left) / dx] where that is a whole index inside, else 0 */
__kernel void lines(__global const REAL *restrict x, __global REAL *restrict out, int planes, int ins, int H, int W, int PH,
                    int PW, int top, int left, int dy, int dx) {
  const size_t r = get_global_id(0), plane = get_global_id(1);
  if (r >= (size_t)PH || plane >= (size_t)planes) return;
  const size_t m = plane / ins, c = plane - m * ins;
  __global REAL *restrict line = out + ((m * PH + r) * ins + c) * PW;
  const int down = (int)r - top;
  const int inside = down >= 0 && down % dy == 0 && down / dy < H;
  __global const REAL *restrict from = x + (plane * H + (inside ? down / dy : 0)) * W;
  if (inside && dx == 1) {
    const int begin = clamp(left, 0, PW), end = clamp(left + W, begin, PW);
    for (int s = 0; s < begin; s++) line[s] = 0;
    for (int s = begin; s < end; s++) line[s] = from[s - left];
    for (int s = end; s < PW; s++) line[s] = 0;
  } else {
    for (int s = 0; s < PW; s++) {
      const int right = s - left;
      line[s] = inside && right >= 0 && right % dx == 0 && right / dx < W ? from[right / dx] : (REAL)0;
    }
  }
}

/* where tap k = i KW + j of input channel c is packed: (k, c) for blocked images, (i, c, j) for lines */
static size_t packed_tap(int c, int k, int ins, int KW, int lines) {
  return lines ? ((size_t)(k / KW) * ins + c) * KW + k % KW : (size_t)k * ins + c;
}

#define UNROLL _Pragma("unroll")

/* r[i][l] becomes r[l][i]: log2(LANES) times, the upper half of the rows is interleaved into the lower half */
static void transpose(V *r) {
  V t[LANES];
  for (int step = 1; step < LANES; step *= 2) {
    UNROLL for (int i = 0; i < LANES / 2; i++) {
      t[2 * i].even = r[i].lo;
      t[2 * i].odd = r[i + LANES / 2].lo;
      t[2 * i + 1].even = r[i].hi;
      t[2 * i + 1].odd = r[i + LANES / 2].hi;
    }
    UNROLL for (int i = 0; i < LANES; i++) r[i] = t[i];
  }
}

/* out[g, block, tap, lane] = w at out channel block OB + lane, behind LANES zeros; flip turns both kernel axes round. LANES taps of as many
 * channels are transposed in registers where so many are in memory */
__kernel void pack_weights(__global const REAL *restrict w, __global REAL *restrict out, int groups, int outs, int ins, int KH,
                           int KW, int outStep, int inStep, int flip, int lines) {
  const int c = (int)get_global_id(0), gb = (int)get_global_id(1), area = KH * KW, blocks = (outs + OB - 1) / OB;
  if (c >= ins || gb >= groups * blocks) return;
  const int g = gb / blocks, block = gb - g * blocks;
  if (c == 0 && gb == 0) STORE((V)(0), out);
  const size_t start = (size_t)g * outs * ins * area + (size_t)c * inStep, size = (size_t)groups * outs * ins * area;
  __global REAL *restrict to = out + LANES + (size_t)gb * ins * area * OB;
  for (int lane = 0; lane < OB; lane += LANES) {
    const int o = block * OB + lane;
    int k = 0;
    for (; k + 2 < area && o + LANES <= outs && start + (size_t)(o + LANES - 1) * outStep + k + LANES <= size; k += LANES) {
      V r[LANES];
      UNROLL for (int l = 0; l < LANES; l++) r[l] = LOAD(w + start + (size_t)(o + l) * outStep + k);
      transpose(r);
      UNROLL for (int l = 0; l < LANES; l++)
          if (k + l < area) STORE(r[l], to + packed_tap(c, flip ? area - 1 - k - l : k + l, ins, KW, lines) * OB + lane);
    }
    for (; k < area; k++)
      for (int l = 0; l < LANES; l++)
        to[packed_tap(c, flip ? area - 1 - k : k, ins, KW, lines) * OB + lane + l] =
            o + l < outs ? w[start + (size_t)(o + l) * outStep + k] : (REAL)0;
  }
}

#define CORNER(k) __global const REAL *restrict p##k = x + corner[k];
#define TAP_OF_CORNER(k) ACCUMULATE(k, p##k[t])
#define POINT(k) __global const REAL *restrict x##k = at[k] < 0 ? w : x + at[k] + row * s.rowStep;
#define TAP_OF_PIXEL(k) ACCUMULATE(k, x##k[t])
#define PUT(k)                                                                       \
  if (k < count) {                                                                   \
    STORE(finished(c##k##_0, shift0, finish), y + to[k]);                            \
    if (lanes > LANES) STORE(finished(c##k##_1, shift1, finish), y + to[k] + second); \
  }
#define SPILL(k)                                            \
  STORE(finished(c##k##_0, shift0, finish), tile + k * OB); \
  STORE(finished(c##k##_1, shift1, finish), tile + k * OB + LANES);

/* the first `count` numbers from p, the others 0 */
static V load_part(__global const REAL *restrict p, int count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (int i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

/* finish 0: v; 1: v + b; 2: relu(v + b), which keeps NaN */
static V finished(V v, V b, int finish) {
  if (finish == 0) return v;
  v += b;
  return finish == 1 ? v : select((V)(0), v, (v > (V)(0)) | (v != v));
}

static int16 floor_divide(int16 a, int b) {
  int v[16];
  vstore16(a, 0, v);
  if (b > 1)
    for (int k = 0; k < 16; k++) v[k] = (v[k] >= 0 ? v[k] : v[k] - b + 1) / b;
  return vload16(0, v);
}

static int some(int16 mask) {
  const int8 a = mask.lo | mask.hi;
  const int4 b = a.lo | a.hi;
  const int2 c = b.lo | b.hi;
  return c.x | c.y;
}

__kernel void convolve(__global const REAL *restrict x, __global const REAL *restrict w, __global REAL *restrict y,
                       __global const REAL *restrict bias, const Problem s, int images, int finish) {
  const int blocks = (s.outs + OB - 1) / OB, area = s.OH * s.OW, pixels = s.N * area;
  const int first = (int)get_global_id(0) * TILE, gb = (int)get_global_id(1);
  if (first >= pixels || gb >= s.groups * blocks) return;
  const int g = gb / blocks, block = gb - g * blocks, inner = inner_taps(s);
  x += g * s.groupStep;
  int image[16], to[16], down[16], right[16];
  int chunk = first / (images * area) * images, size = min(images, s.N - chunk);
  const int place = (first - chunk * area) / size;
  int n = chunk + (first - chunk * area) % size, p = place / s.OW, q = place % s.OW;
  for (int k = 0; k < 16; k++) { /* the last pixel repeating */
    image[k] = n * s.imageStep;
    to[k] = n * s.yImage + (p * s.OW + q) * s.yPixel;
    down[k] = p * s.sy - s.py;
    right[k] = q * s.sx - s.px;
    if (k >= TILE - 1 || first + k >= pixels - 1 || ++n < chunk + size) continue;
    n = chunk;
    if (++q < s.OW) continue;
    q = 0;
    if (++p < s.OH) continue;
    p = 0;
    n = chunk += size;
    size = min(images, s.N - chunk);
  }
  const int16 from = vload16(0, image), R0 = vload16(0, down), Q0 = vload16(0, right);
  int16 R = floor_divide(R0, s.dy), restR = R0 - R * s.dy;
  const int16 firstQ = floor_divide(Q0, s.dx), firstRestQ = Q0 - firstQ * s.dx;
  /* where no pixel misses a tap, all are as far from their places for tap (0, 0), and their pointers stay as they are */
  const int dense = s.dy == 1 && s.dx == 1;
  const int interior = dense && !some(R0 < 0 | R0 + s.KH > s.H | Q0 < 0 | Q0 + s.KW > s.W);
  int corner[16];
  vstore16(from + R0 * s.lineStep + Q0 * s.pixelStep, 0, corner);
  FOURTEEN(CORNER)
  FOURTEEN(CLEAR)
  __global const REAL *restrict b = w + LANES + (size_t)gb * s.KH * s.KW * inner * OB;
  for (int i = 0; i < s.KH; i++) {
    int16 Q = firstQ, restQ = firstRestQ;
    for (int j = 0; j < s.KW; j++) {
      const int16 inside = restR == 0 & restQ == 0 & R >= 0 & R < s.H & Q >= 0 & Q < s.W;
      if (interior || (dense && !some(inside == 0))) {
        for (int row = 0; row < s.rows; row++) {
          const int begin = i * s.lineStep + j * s.pixelStep + row * s.rowStep;
          const long end = begin + (row + 1 < s.rows ? s.run : s.last);
#pragma unroll 1
          for (long t = begin; t < end; t++, b += OB) {
            const V b0 = LOAD(b), b1 = LOAD(b + LANES);
            FOURTEEN(TAP_OF_CORNER)
          }
        }
      } else if (some(inside)) {
        int at[16];
        vstore16(select((int16)(-1), from + R * s.lineStep + Q * s.pixelStep, inside), 0, at);
        for (int row = 0; row < s.rows; row++) {
          const int run = row + 1 < s.rows ? s.run : s.last;
          FOURTEEN(POINT)
#pragma unroll 1
          for (int t = 0; t < run; t++, b += OB) {
            const V b0 = LOAD(b), b1 = LOAD(b + LANES);
            FOURTEEN(TAP_OF_PIXEL)
          }
        }
      } else {
        b += inner * OB;
      }
      const int16 over = restQ + 1 == s.dx;
      Q -= over;
      restQ = select(restQ + 1, (int16)(0), over);
    }
    const int16 over = restR + 1 == s.dy;
    R -= over;
    restR = select(restR + 1, (int16)(0), over);
  }
  const int lanes = min(OB, s.outs - block * OB), count = min(TILE, pixels - first);
  V shift0 = (V)(0), shift1 = (V)(0);
  if (finish) {
    bias += (size_t)g * s.outs + block * OB;
    shift0 = load_part(bias, lanes);
    shift1 = load_part(bias + LANES, lanes - LANES);
  }
  y += (size_t)g * s.yGroup + (size_t)block * OB * area;
  if (s.yPixel == LANES) {
    const int second = area * LANES;
    FOURTEEN(PUT)
  } else {
    REAL tile[TILE * OB];
    FOURTEEN(SPILL)
    for (int lane = 0; lane < lanes; lane++)
      for (int k = 0; k < count; k++) y[to[k] + (size_t)lane * area] = tile[k * OB + lane];
  }
}

#define TAP(k)                                                                      \
  const int t##k = min(first + k, inner - 1), row##k = t##k / s.run;                \
  __global const REAL *restrict x##k = x + row##k * s.rowStep + t##k - row##k * s.run;
#define RESUME(k)                                                                   \
  V c##k##_0 = begin ? (V)(0) : LOAD(to + min(k, count - 1) * OB);                  \
  V c##k##_1 = begin ? (V)(0) : LOAD(to + min(k, count - 1) * OB + LANES);
#define PIXEL_OF_TAP(k) ACCUMULATE(k, x##k[pixel])
#define SUSPEND(k)                                                                  \
  if (k < count) {                                                                  \
    STORE(c##k##_0, to + k * OB);                                                   \
    STORE(c##k##_1, to + k * OB + LANES);                                           \
  }

/* the first and the end of the outputs p in 0..extent that read inside 0..size at p step + shift */
static int2 clip(int extent, int size, int step, int shift) {
  const int begin = shift >= 0 ? 0 : (step - 1 - shift) / step, last = size - 1 - shift;
  return (int2)(begin, last < 0 ? 0 : min(extent, last / step + 1));
}

/* partial (splits, groups, blocks, KH KW, inner, OB) from gy (N, groups, blocks of LANES, OH, OW, LANES): `lines` rows of gy, of one image or
 * several, stay in the cache while `span` tiles and all j pass over them */
__kernel void weight_gradient(__global const REAL *restrict x, __global const REAL *restrict gy, __global REAL *restrict partial,
                              const Problem s, int lines, int span, int share) {
  const int blocks = (s.outs + OB - 1) / OB, inner = inner_taps(s), tiles = (inner + TAPS - 1) / TAPS, spans = (tiles + span - 1) / span;
  const int item = (int)get_global_id(0), gb = (int)get_global_id(1), split = (int)get_global_id(2);
  if (item >= s.KH * spans || gb >= s.groups * blocks || split * share >= s.N) return;
  const int i = item / spans, tile = (item - i * spans) * span, g = gb / blocks, block = gb - g * blocks;
  x += g * s.groupStep;
  gy += (size_t)g * s.yGroup + (size_t)block * OB * s.OH * s.OW;
  partial += (((size_t)split * s.groups * blocks + gb) * s.KH + i) * s.KW * inner * OB;
  const size_t second = s.outs - block * OB > LANES ? (size_t)s.OH * s.OW * LANES : 0;
  const int2 p = clip(s.OH, s.H, s.sy, i - s.py);
  const int start = split * share * s.OH, end = min(s.N, (split + 1) * share) * s.OH, xStep = s.sx * s.pixelStep;
  for (int line = start; line < end; line += lines)
    for (int first = tile * TAPS; first < min((tile + span) * TAPS, inner); first += TAPS) {
      const int begin = line == start, stop = min(end, line + lines), count = min(TAPS, inner - first);
      EIGHT(TAP)
      for (int j = 0; j < s.KW; j++) {
        const int2 q = clip(s.OW, s.W, s.sx, j - s.px);
        __global REAL *restrict to = partial + ((size_t)j * inner + first) * OB;
        EIGHT(RESUME)
        int n = line / s.OH, r = line - n * s.OH;
        for (int at = line; at < stop; at++) {
          if (r >= p.x && r < p.y) {
            __global const REAL *restrict b = gy + (size_t)n * s.yImage + (r * s.OW + q.x) * LANES;
            size_t pixel = (size_t)n * s.imageStep + (r * s.sy + i - s.py) * s.lineStep + (q.x * s.sx + j - s.px) * s.pixelStep;
            for (int c = q.x; c < q.y; c++, pixel += xStep, b += LANES) {
              const V b0 = LOAD(b), b1 = LOAD(b + second);
              EIGHT(PIXEL_OF_TAP)
            }
          }
          if (++r == s.OH) {
            r = 0;
            n++;
          }
        }
        EIGHT(SUSPEND)
      }
    }
}

/* dw[g outs + o, c, k] = sum over splits of partial[split, g, block, tap, lane] */
__kernel void fold_weights(__global const REAL *restrict partial, __global REAL *restrict dw, int groups, int outs, int ins,
                           int KH, int KW, int splits, int lines) {
  const int c = (int)get_global_id(0), gb = (int)get_global_id(1), area = KH * KW, blocks = (outs + OB - 1) / OB;
  if (c >= ins || gb >= groups * blocks) return;
  const int g = gb / blocks, block = gb - g * blocks;
  const size_t step = (size_t)groups * blocks * ins * area * OB;
  __global const REAL *restrict from = partial + (size_t)gb * ins * area * OB;
  __global REAL *restrict to = dw + (((size_t)g * outs + block * OB) * ins + c) * area;
  for (int k = 0; k < area; k++) {
    const size_t tap = packed_tap(c, k, ins, KW, lines) * OB;
    for (int lane = 0; lane < min(OB, outs - block * OB); lane++) {
      REAL total = 0;
      for (int split = 0; split < splits; split++) total += from[split * step + tap + lane];
      to[(size_t)lane * ins * area + k] = total;
    }
  }
}
