// libFuzzer brings `main`; this file is here because a program needs one of its own.
typedef int laconic_fuzz_is_not_empty;
