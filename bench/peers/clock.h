// Time, CPU and the one line of result that all clients here print.
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu_seconds(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void print_result(long requests, double elapsed, double cpu) {
  printf("{\"rate\":%.0f,\"cpuUs\":%.2f}\n", requests / elapsed, cpu * 1e6 / requests);
}
