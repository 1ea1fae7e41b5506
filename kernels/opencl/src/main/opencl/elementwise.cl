/* elementwise.cl: functions of one or two arguments, element by element
 * Math     y[i] = f(x[i]) | scale x[i] + shift | f(a[i], b[i]) | f(a[A(i)], b[B(i)]) with broadcasting   (oracle: UnaryOp, BinaryOp)
 * Shapes   n elements, row-major; strided_*: up to 8 merged axes, a stride of 0 stretches
 * Work     unary: one work-item per vector of LANES elements, the last one filled up with zeros; strided_*: one work-item per `piece`
 *          elements of a run along the last merged axis; the others: one work-item per element
 * Launch   global = items rounded up to the local size; local = 256 or the device's maximum, for runs 1 on a CPU
 * Numerics NaN in gives NaN out except for greater and equal; sgn(+-0) = 1; exp, log, tanh are the device's (OpenCL 1.2: at most 3, 3, 5
 *          ulp in single and double precision). softplus = max(x, 0) + log1p(exp(-|x|)), at most 4 ulp. log cosh at most 4 ulp of itself, also
 *          near its root. Double precision: log1p and expm1 are the device's too (2 and 3 ulp), log cosh at most 16 ulp: with
 *          h = expm1(-|x|), log1p(h^2 / (2 (1 + h))) where |x| < 3/4, |x| - log 2 + log1p((1 + h)^2) elsewhere
 * Bounds   1 <= n < 2^31
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
#define LOG_2 ((REAL)0.69314718055994530942)

__kernel void fill(__global REAL *restrict y, REAL value, int n) {
  size_t i = get_global_id(0);
  if (i < (size_t)n) y[i] = value;
}

__kernel void affine(__global const REAL *restrict x, __global REAL *restrict y, REAL scale, REAL shift, int n) {
  size_t i = get_global_id(0);
  if (i < (size_t)n) y[i] = scale * x[i] + shift;
}

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, size_t count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (size_t i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

static void store_part(V v, __global REAL *restrict p, size_t count) {
  if (count >= LANES) {
    STORE(v, p);
    return;
  }
  REAL lane[LANES];
  STORE(v, lane);
  for (size_t i = 0; i < count; i++) p[i] = lane[i];
}

#define UNARY(name, value)                                                                        \
  __kernel void unary_##name(__global const REAL *restrict x, __global REAL *restrict y, int n) { \
    const size_t i = get_global_id(0) * LANES;                                                    \
    if (i < (size_t)n) {                                                                          \
      const V v = load_part(x + i, n - i);                                                        \
      store_part(value, y + i, n - i);                                                            \
    }                                                                                             \
  }

static V positive_part(V v) {
  return select((V)(0), v, (v > (V)(0)) | (v != v));
}

static V sigmoid(V v) {
  const V e = exp(-fabs(v));
  return select(e, (V)(1), v >= (V)(0)) / (1 + e);
}

#define HORNER(x, coefficient) p = fma(p, x, (V)((REAL)coefficient));

/* log(1 + e) for 0 <= e <= 1; single precision: e times a polynomial, at most 2 ulp */
static V log1p_unit(V e) {
  if (sizeof(REAL) > sizeof(float)) return log1p(e);
  V p = (V)((REAL)2.0302138291e-03);
  HORNER(e, -1.3407393359e-02) HORNER(e, 4.1477937251e-02) HORNER(e, -8.2441411912e-02) HORNER(e, 1.2418411672e-01)
  HORNER(e, -1.6105680168e-01) HORNER(e, 1.9890744984e-01) HORNER(e, -2.4987269938e-01) HORNER(e, 3.3332559466e-01)
  HORNER(e, -4.9999982119e-01) HORNER(e, 1)
  return e * p;
}

/* single precision: a polynomial in x^2 below 3/4, else through exp(-2 |x|); at most 4 ulp */
static V log_cosh(V x) {
  const V a = fabs(x), square = a * a;
  if (sizeof(REAL) > sizeof(float)) {
    const V h = expm1(-a), rest = 1 + h;
    return select(a - LOG_2, (V)(0), a < (V)(0.75)) + log1p(select(rest * rest, h * h / (2 * rest), a < (V)(0.75)));
  }
  V p = (V)((REAL)1.3460022456e-04);
  HORNER(square, -6.5676524537e-04) HORNER(square, 2.1577356383e-03) HORNER(square, -6.7405216396e-03)
  HORNER(square, 2.2221719846e-02) HORNER(square, -8.3333313465e-02) HORNER(square, 0.5)
  return select(a - LOG_2 + log1p_unit(exp(-2 * a)), square * p, a < (V)(0.75));
}

UNARY(neg, -v)
UNARY(abs, fabs(v))
UNARY(sgn, select(select((V)(-1), (V)(1), v >= (V)(0)), v, v != v))
UNARY(square, v * v)
UNARY(sqrt, sqrt(v))
UNARY(reciprocal, 1 / v)
UNARY(exp, exp(v))
UNARY(log, log(v))
UNARY(tanh, tanh(v))
UNARY(sigmoid, sigmoid(v))
UNARY(softplus, positive_part(v) + log1p_unit(exp(-fabs(v))))
UNARY(log_cosh, log_cosh(v))
UNARY(relu, positive_part(v))

typedef struct {
  int rank;
  int extent[8];
  int a[8];
  int b[8];
} Axes;

#define BINARY(name, value)                                                                              \
  __kernel void binary_##name(                                                                           \
      __global const REAL *restrict a, __global const REAL *restrict b, __global REAL *restrict y, int n) { \
    size_t i = get_global_id(0);                                                                         \
    if (i < (size_t)n) {                                                                                 \
      const REAL p = a[i], q = b[i];                                                                     \
      y[i] = value;                                                                                      \
    }                                                                                                    \
  }                                                                                                      \
  __kernel void strided_##name(__global const REAL *restrict a, __global const REAL *restrict b,         \
                               __global REAL *restrict y, int items, int piece, Axes axes) {             \
    const int item = (int)get_global_id(0);                                                              \
    if (item >= items) return;                                                                           \
    const int last = axes.rank - 1, width = axes.extent[last], stepA = axes.a[last], stepB = axes.b[last]; \
    const int pieces = (width + piece - 1) / piece, run = item / pieces;                                 \
    const int begin = (item - run * pieces) * piece, end = min(width, begin + piece);                    \
    int rest = run, ia = 0, ib = 0;                                                                      \
    for (int d = last - 1; d >= 0; d--) {                                                                \
      const int up = rest / axes.extent[d], at = rest - up * axes.extent[d];                             \
      ia += at * axes.a[d];                                                                              \
      ib += at * axes.b[d];                                                                              \
      rest = up;                                                                                         \
    }                                                                                                    \
    __global REAL *restrict to = y + (size_t)run * width;                                                \
    for (int j = begin; j < end; j++) {                                                                  \
      const REAL p = a[ia + j * stepA], q = b[ib + j * stepB];                                           \
      to[j] = value;                                                                                     \
    }                                                                                                    \
  }

BINARY(add, p + q)
BINARY(sub, p - q)
BINARY(mul, p * q)
BINARY(div, p / q)
BINARY(max, isnan(p) || p > q ? p : q)
BINARY(min, isnan(p) || p < q ? p : q)
BINARY(greater, p > q ? (REAL)1 : (REAL)0)
BINARY(equal, p == q ? (REAL)1 : (REAL)0)
BINARY(tanh_gradient, p * (1 - q * q))
BINARY(sigmoid_gradient, p * q * (1 - q))
BINARY(relu_gradient, isnan(q) ? q : q > 0 ? p : (REAL)0)
