/* elementwise.cl: functions of one or two arguments, element by element
 * Math     y[i] = f(x[i]) | scale x[i] + shift | f(a[i], b[i]) | f(a[A(i)], b[B(i)]) with broadcasting   (oracle: UnaryOp, BinaryOp)
 * Shapes   n elements, row-major; strided_*: up to 8 merged axes, a stride of 0 stretches
 * Work     one work-item per element
 * Launch   global = n rounded up to the local size, local = 256 or the device's maximum
 * Numerics NaN in gives NaN out except for greater and equal; sgn(+-0) = 1; softplus and log cosh through log1p(exp(-|.|));
 *          exp, log1p, tanh are the device's (OpenCL 1.2: at most 3, 2, 5 ulp in single and double precision)
 * Bounds   1 <= n < 2^31
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#define LOG_2 ((REAL)0.69314718055994530942)

__kernel void fill(__global REAL *restrict y, REAL value, int n) {
  size_t i = get_global_id(0);
  if (i < (size_t)n) y[i] = value;
}

__kernel void affine(__global const REAL *restrict x, __global REAL *restrict y, REAL scale, REAL shift, int n) {
  size_t i = get_global_id(0);
  if (i < (size_t)n) y[i] = scale * x[i] + shift;
}

#define UNARY(name, value)                                                                        \
  __kernel void unary_##name(__global const REAL *restrict x, __global REAL *restrict y, int n) { \
    size_t i = get_global_id(0);                                                                  \
    if (i < (size_t)n) {                                                                          \
      const REAL v = x[i];                                                                        \
      y[i] = value;                                                                               \
    }                                                                                             \
  }

static REAL sigmoid(REAL v) {
  const REAL e = exp(-fabs(v));
  return (v >= 0 ? (REAL)1 : e) / (1 + e);
}

UNARY(neg, -v)
UNARY(abs, fabs(v))
UNARY(sgn, isnan(v) ? v : v >= 0 ? (REAL)1 : (REAL)-1)
UNARY(square, v * v)
UNARY(sqrt, sqrt(v))
UNARY(reciprocal, 1 / v)
UNARY(exp, exp(v))
UNARY(log, log(v))
UNARY(tanh, tanh(v))
UNARY(sigmoid, sigmoid(v))
UNARY(softplus, (isnan(v) || v > 0 ? v : (REAL)0) + log1p(exp(-fabs(v))))
UNARY(log_cosh, fabs(v) + log1p(exp(-2 * fabs(v))) - LOG_2)
UNARY(relu, isnan(v) || v > 0 ? v : (REAL)0)

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
                               __global REAL *restrict y, int n, Axes axes) {                            \
    size_t i = get_global_id(0);                                                                         \
    if (i < (size_t)n) {                                                                                 \
      int rest = (int)i, ia = 0, ib = 0;                                                                 \
      for (int d = axes.rank - 1; d >= 0; d--) {                                                         \
        const int up = rest / axes.extent[d], at = rest - up * axes.extent[d];                           \
        ia += at * axes.a[d];                                                                            \
        ib += at * axes.b[d];                                                                            \
        rest = up;                                                                                       \
      }                                                                                                  \
      const REAL p = a[ia], q = b[ib];                                                                   \
      y[i] = value;                                                                                      \
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
