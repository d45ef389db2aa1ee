/* Samples an index with probability proportional to its weight. */

CK_INLINE v16 load_weights(const float *w, size_t n) { return GET(w); }

/* Inverts the cumulative distribution in order of index: returns the first index whose cumulative
   weight exceeds uniform · total. Blocks of 16 weights are folded in the fixed tree and added up in
   double precision; within the block that contains the result, weights are added one by one. */
static size_t kernel_draw(size_t count, const float *weights, double uniform) {
  double total = 0.0;
  for (size_t i = 0; i < count; i += 16)
    total += (double)fold_sum(load_weights(weights + i, count - i < 16 ? count - i : 16));
  if (!(total > 0.0)) return count;
  double target = uniform * total;
  double reached = 0.0;
  /* Rounding may leave the target above the last sum; the result is then the last index with a
     positive weight. */
  size_t last = count;
  for (size_t i = 0; i < count; i += 16) {
    size_t n = count - i < 16 ? count - i : 16;
    double end = reached + (double)fold_sum(load_weights(weights + i, n));
    if (end > target) {
      for (size_t j = i; j < i + n; j++)
        if (weights[j] > 0.0f) {
          last = j;
          reached += (double)weights[j];
          if (reached > target) break;
        }
      return last;
    }
    if (end > reached)
      for (size_t j = i; j < i + n; j++)
        if (weights[j] > 0.0f) last = j;
    reached = end;
  }
  return last;
}
