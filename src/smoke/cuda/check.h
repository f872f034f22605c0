/* What the small programs of the smoke test share. C++11, CUDA 9.0 to 13. */
#ifndef GPU_SETUP_CHECK_H
#define GPU_SETUP_CHECK_H

#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>

/* A program prints one line of JSON. This one says what failed; exit code 1. */
inline void fail(const char *what, int code, const char *text) {
  std::printf("{\"error\":{\"what\":\"%s\",\"code\":%d,\"text\":\"%s\"}}\n", what, code, text);
  std::exit(1);
}

inline void check(cudaError_t error, const char *what) {
  if (error != cudaSuccess) fail(what, static_cast<int>(error), cudaGetErrorString(error));
}

/* For libraries, whose status types have no common text. */
template <typename Status> void checkStatus(Status status, const char *what) {
  if (static_cast<int>(status) != 0) fail(what, static_cast<int>(status), "the library returned an error");
}

/* The same numbers in every run, in [-1, 1): a linear congruential generator of Numerical Recipes. */
struct Numbers {
  unsigned state;
  explicit Numbers(unsigned seed) : state(seed) {}
  float next() {
    state = state * 1664525u + 1013904223u;
    return static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
  }
};

/* Milliseconds between two points of the default stream. */
class Stopwatch {
  cudaEvent_t first_, last_;

public:
  Stopwatch() {
    check(cudaEventCreate(&first_), "cudaEventCreate");
    check(cudaEventCreate(&last_), "cudaEventCreate");
  }
  void start() { check(cudaEventRecord(first_), "cudaEventRecord"); }
  float stop() {
    float milliseconds = 0;
    check(cudaEventRecord(last_), "cudaEventRecord");
    check(cudaEventSynchronize(last_), "cudaEventSynchronize");
    check(cudaEventElapsedTime(&milliseconds, first_, last_), "cudaEventElapsedTime");
    return milliseconds;
  }
};

template <typename T> T *onDevice(size_t count) {
  T *pointer = nullptr;
  check(cudaMalloc(reinterpret_cast<void **>(&pointer), count * sizeof(T)), "cudaMalloc");
  return pointer;
}

template <typename T> void toDevice(T *device, const T *host, size_t count) {
  check(cudaMemcpy(device, host, count * sizeof(T), cudaMemcpyHostToDevice), "cudaMemcpy to the device");
}

template <typename T> void toHost(T *host, const T *device, size_t count) {
  check(cudaMemcpy(host, device, count * sizeof(T), cudaMemcpyDeviceToHost), "cudaMemcpy from the device");
}

#endif
