/*
 * As much of CUDA's runtime as src/smoke/cuda needs, imitated on the CPU: what the programs calculate can so be tried where
 * there is no GPU. Blocks run one after another; the threads of a block too, unless the kernel waits for them.
 */
#ifndef CUDA_ON_CPU_RUNTIME_H
#define CUDA_ON_CPU_RUNTIME_H

#include <barrier>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#define CUDART_VERSION 12040
#define __global__ static
#define __device__
#define __host__
#define __shared__ static

struct Index {
  unsigned x = 0, y = 0, z = 0;
};
inline thread_local Index threadIdx, blockIdx, blockDim;
inline thread_local std::barrier<> *blockBarrier = nullptr;

inline void __syncthreads() { blockBarrier->arrive_and_wait(); }
inline float rsqrtf(float value) { return 1.0f / std::sqrt(value); }

template <typename Kernel> void launch(unsigned grid, unsigned block, Kernel kernel) {
  for (unsigned b = 0; b < grid; b++) {
    for (unsigned t = 0; t < block; t++) {
      blockIdx.x = b;
      blockDim.x = block;
      threadIdx.x = t;
      kernel();
    }
  }
}

/* Such kernels go through their numbers in steps of blockDim.x: a few threads do what hundreds would. */
static const unsigned MOST_TOGETHER = 4;

template <typename Kernel> void launchTogether(unsigned grid, unsigned asked, Kernel kernel) {
  const unsigned block = asked < MOST_TOGETHER ? asked : MOST_TOGETHER;
  for (unsigned b = 0; b < grid; b++) {
    std::barrier<> barrier(block);
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < block; t++) {
      threads.emplace_back([&barrier, &kernel, b, t, block] {
        blockIdx.x = b;
        blockDim.x = block;
        threadIdx.x = t;
        blockBarrier = &barrier;
        kernel();
      });
    }
    for (auto &thread : threads) thread.join();
  }
}

typedef enum { cudaSuccess = 0, cudaErrorMemoryAllocation = 2 } cudaError_t;
typedef enum { MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL } libraryPropertyType;
typedef enum { CUDA_R_32F, CUDA_R_16F } cudaDataType;
typedef enum { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice } cudaMemcpyKind;
typedef enum {
  cudaDevAttrComputeCapabilityMajor,
  cudaDevAttrClockRate,
  cudaDevAttrMemoryClockRate,
  cudaDevAttrGlobalMemoryBusWidth,
  cudaDevAttrEccEnabled
} cudaDeviceAttr;
struct cudaDeviceProp {
  char name[256];
  int major, minor, multiProcessorCount;
};
typedef std::chrono::steady_clock::time_point *cudaEvent_t;

inline const char *cudaGetErrorString(cudaError_t) { return "an error"; }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaMalloc(void **pointer, size_t bytes) { return *pointer = std::malloc(bytes), cudaSuccess; }
inline cudaError_t cudaMallocHost(void **pointer, size_t bytes) { return cudaMalloc(pointer, bytes); }
inline cudaError_t cudaMemset(void *to, int value, size_t bytes) { return std::memset(to, value, bytes), cudaSuccess; }
inline cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, cudaMemcpyKind) {
  return std::memcpy(to, from, bytes), cudaSuccess;
}
inline cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, int) {
  return cudaMemcpy(to, from, bytes, kind);
}
inline cudaError_t cudaEventCreate(cudaEvent_t *event) {
  return *event = new std::chrono::steady_clock::time_point, cudaSuccess;
}
inline cudaError_t cudaEventRecord(cudaEvent_t event) {
  return *event = std::chrono::steady_clock::now(), cudaSuccess;
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
inline cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t first, cudaEvent_t last) {
  *milliseconds = std::chrono::duration<float, std::milli>(*last - *first).count();
  return cudaSuccess;
}
inline cudaError_t cudaGetDeviceCount(int *count) { return *count = 1, cudaSuccess; }
inline cudaError_t cudaGetDevice(int *device) { return *device = 0, cudaSuccess; }
inline cudaError_t cudaSetDevice(int) { return cudaSuccess; }
inline cudaError_t cudaMemGetInfo(size_t *freeBytes, size_t *total) {
  return *freeBytes = 5000000000u, *total = 6000000000u, cudaSuccess;
}
inline cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr, int) { return *value = 7, cudaSuccess; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int) {
  std::strcpy(properties->name, "CPU \"imitation\"");
  properties->major = 7;
  properties->minor = 5;
  properties->multiProcessorCount = 1;
  return cudaSuccess;
}
inline cudaError_t cudaDriverGetVersion(int *version) { return *version = 12040, cudaSuccess; }
inline cudaError_t cudaRuntimeGetVersion(int *version) { return *version = 12040, cudaSuccess; }

#endif
