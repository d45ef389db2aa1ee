/* exp and log computed from basic operations and fma, so that all machines give the same bits. */

/* eˣ: x = n ln 2 + r, |r| ≤ ln 2 / 2; polynomial of degree 7 (Cephes, expf.c, S. Moshier).
   Results below the least normal number become 0; -inf gives 0, +inf and overflow give +inf, NaN
   stays NaN. */
CK_INLINE v16 exp16(v16 x) {
  const v16 round = splat(12582912.0f); /* 1.5 · 2²³: adding it rounds to an integer */
  v16 y = pick(x < splat(-88.0f), splat(-88.0f), x);
  y = pick(y > splat(89.0f), splat(89.0f), y);
  v16 n = fma16(y, splat(1.44269504088896341f), round) - round;
  v16 r = fma16(n, splat(-0.693359375f), y);
  r = fma16(n, splat(2.12194440e-4f), r);
  v16 p = splat(1.9875691500e-4f);
  p = fma16(p, r, splat(1.3981999507e-3f));
  p = fma16(p, r, splat(8.3334519073e-3f));
  p = fma16(p, r, splat(4.1665795894e-2f));
  p = fma16(p, r, splat(1.6666665459e-1f));
  p = fma16(p, r, splat(5.0000001201e-1f));
  p = fma16(p, r * r, r) + splat(1.0f);
  /* Applied as two factors, because 2¹²⁸ is not a float. For NaN, n converts to any value, and p
     stays NaN. */
  v16i k = (v16i)(n + round) - (v16i)round;
  v16i half = k >> 1;
  v16 e = p * (v16)((half + 127) << 23) * (v16)((k - half + 127) << 23);
  return pick(x < splat(-87.336544f), splat(0.0f), e);
}

CK_INLINE float exp1(float x) { return exp16(splat(x))[0]; }

/* ln x = k ln 2 + 2 artanh((m - 1) / (m + 1)), m in [√½, √2), in double precision and rounded once.
   It is called once per row. */
CK_INLINE float log1(float x) {
  if (!(x > 0.0f)) return x == 0.0f ? -__builtin_inff() : __builtin_nanf("");
  if (x == __builtin_inff()) return x;
  double wide = (double)x;
  uint64_t bits;
  memcpy(&bits, &wide, 8);
  int k = (int)(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull;
  double m;
  memcpy(&m, &bits, 8);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    k += 1;
  }
  double s = (m - 1.0) / (m + 1.0);
  double s2 = s * s;
  double sum = 1.0 / 17;
  for (int n = 15; n >= 3; n -= 2) sum = sum * s2 + 1.0 / n;
  return (float)((double)k * 0.69314718055994531 + 2.0 * (s + s * s2 * sum));
}

/* 1 / (1 + e⁻ˣ) */
CK_INLINE v16 sigmoid16(v16 x) { return splat(1.0f) / (splat(1.0f) + exp16(-x)); }

static void kernel_exp(size_t count, const float *x, float *y) {
  CK_EACH(0, count, PUT(y + i, exp16(GET(x + i))););
}

static void kernel_log(size_t count, const float *x, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = log1(x[i]);
}
