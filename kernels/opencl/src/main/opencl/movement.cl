/* movement.cl: rearranging elements: permute, slice, pad, concat, broadcast; rows by index
 * Math     y[Y + sum_d i_d sy_d] = x[X + sum_d i_d sx_d] over a box of extents               (oracle: Primitives)
 *          gather_rows y[r, j] = x[rows[r], j]; put_rows y[rows[r], j] = x[r, j], rows differ (oracle: RowReplacement)
 *          scatter_rows y[r, j] = sum over t in [start[r], start[r+1]) of x[order[t], j]
 * Shapes   box of up to 8 axes, n elements; rows of `width` elements
 * Work     box: one work-item per `piece` elements of a run along the last axis; rows: one work-item per element of the output,
 *          of x in put_rows
 * Launch   box: global = items, local 1 on a CPU; rows: global = n rounded up to the local size, local = 256 or the device's maximum
 * Numerics copies bits; scatter_rows adds in ascending t
 * Bounds   1 <= n < 2^31; the host splits boxes of more than 8 axes
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif

typedef struct {
  int rank;
  int extent[8];
  int x[8];
  int y[8];
} Box;

__kernel void copy_box(__global const REAL *restrict x, __global REAL *restrict y, int items, int piece, int fromX,
                       int fromY, Box box) {
  const int item = (int)get_global_id(0);
  if (item >= items) return;
  const int last = box.rank - 1, width = box.extent[last], stepX = box.x[last], stepY = box.y[last];
  const int pieces = (width + piece - 1) / piece, run = item / pieces;
  const int begin = (item - run * pieces) * piece, end = min(width, begin + piece);
  int rest = run, ix = fromX, iy = fromY;
  for (int d = last - 1; d >= 0; d--) {
    const int up = rest / box.extent[d], at = rest - up * box.extent[d];
    ix += at * box.x[d];
    iy += at * box.y[d];
    rest = up;
  }
  for (int j = begin; j < end; j++) y[iy + j * stepY] = x[ix + j * stepX];
}

__kernel void gather_rows(__global const REAL *restrict x, __global const int *restrict rows, __global REAL *restrict y,
                          int width, int n) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const int r = (int)i / width;
  y[i] = x[(size_t)rows[r] * width + ((int)i - r * width)];
}

__kernel void put_rows(__global const REAL *restrict x, __global const int *restrict rows, __global REAL *restrict y,
                       int width, int n) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const int r = (int)i / width;
  y[(size_t)rows[r] * width + ((int)i - r * width)] = x[i];
}

__kernel void scatter_rows(__global const REAL *restrict x, __global const int *restrict start,
                           __global const int *restrict order, __global REAL *restrict y, int width, int n) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const int r = (int)i / width, j = (int)i - r * width;
  REAL total = 0;
  for (int t = start[r]; t < start[r + 1]; t++) total += x[(size_t)order[t] * width + j];
  y[i] = total;
}
