/* Arithmetic of the bf16 instructions: denormal operands and results are zeros, where a result is
   denormal if it is below the smallest normal number after rounding to 24 bits. x86 does this
   itself when told to. */

#if defined(CK_TARGET) && defined(__x86_64__)

/* Sets "flush to zero" and "denormals are zero"; returns what was set. */
static inline unsigned begin_flushing(void) {
  unsigned before, during;
  __asm__ volatile("stmxcsr %0" : "=m"(before) : : "memory");
  during = before | 0x8040;
  __asm__ volatile("ldmxcsr %0" : : "m"(during) : "memory");
  return before;
}
static inline void end_flushing(unsigned before) {
  __asm__ volatile("ldmxcsr %0" : : "m"(before) : "memory");
}

CK_INLINE v16 flushed(v16 x) { return x; }
CK_INLINE v16 flushing_fma(v16 a, v16 b, v16 c) { return fma16(a, b, c); }
CK_INLINE v16 flushing_sum(v16 a, v16 b) { return a + b; }

#else

static inline unsigned begin_flushing(void) { return 0; }
static inline void end_flushing(unsigned before) { (void)before; }

CK_INLINE v16 flushed(v16 x) {
  v16i bits = (v16i)x;
  v16i zero = (bits & 0x7f800000) == 0;
  return (v16)(bits & (~zero | (v16i)((v16i){0} + INT32_MIN)));
}

/* A result of exactly the smallest normal number may have been rounded up to it in the coarser
   steps of denormal numbers. It is below if the sum, exact in double precision where it is close,
   would round down in 24 bits. */
static __attribute__((noinline)) v16 at_the_edge(v16 a, v16 b, v16 c, v16 result) {
  float x[16], y[16], z[16], lanes[16];
  store(x, a), store(y, b), store(z, c), store(lanes, result);
  for (int i = 0; i < 16; i++) {
    double sum = (double)x[i] * y[i] + z[i];
    if (lanes[i] == 0x1p-126f && sum < 0x1p-126 - 0x1p-151) lanes[i] = 0.0f;
    if (lanes[i] == -0x1p-126f && sum > -0x1p-126 + 0x1p-151) lanes[i] = -0.0f;
  }
  return load(lanes);
}

/* a, b and c are not denormal. */
CK_INLINE v16 flushing_fma(v16 a, v16 b, v16 c) {
  v16 result = fma16(a, b, c);
  v16i edge = ((v16i)result & 0x7fffffff) == 0x00800000;
  if (__builtin_reduce_or(edge)) result = at_the_edge(a, b, c, result);
  return flushed(result);
}
/* A sum of two floats that are not denormal is exact where it is denormal. */
CK_INLINE v16 flushing_sum(v16 a, v16 b) { return flushed(a + b); }

#endif
