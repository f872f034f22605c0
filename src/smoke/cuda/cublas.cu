/*
 * Matrix products by cuBLAS against the CPU: SGEMM, and from compute capability 7.0 on half-precision factors with FP32 sums
 * (tensor cores). The largest difference is given as a share of what rounding may add up to, K * epsilon with |a|, |b| < 1.
 */
#include "check.h"
#include <cmath>
#include <cublas_v2.h>
#include <cuda_fp16.h>
#include <vector>

#if CUDART_VERSION >= 11000
#define COMPUTE_FP32 CUBLAS_COMPUTE_32F
#define ALGORITHM CUBLAS_GEMM_DEFAULT
#else
#define COMPUTE_FP32 CUDA_R_32F
#define ALGORITHM CUBLAS_GEMM_DFALT_TENSOR_OP
#endif

__global__ void halve(const float *from, __half *to, int count) {
  const int at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at < count) to[at] = __float2half(from[at]);
}

/* What FP16 makes of each number. */
__global__ void roundToHalf(float *numbers, int count) {
  const int at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at < count) numbers[at] = __half2float(__float2half(numbers[at]));
}

static int blocks(int count) { return (count + 255) / 256; }

/* Columns after one another, as cuBLAS has them. */
static double largestDifference(const std::vector<float> &a, const std::vector<float> &b, const std::vector<float> &c,
                                int m, int n, int k) {
  double largest = 0;
  for (int column = 0; column < n; column++) {
    for (int row = 0; row < m; row++) {
      double sum = 0;
      for (int at = 0; at < k; at++) {
        sum += static_cast<double>(a[at * m + row]) * static_cast<double>(b[column * k + at]);
      }
      const double difference = std::fabs(sum - static_cast<double>(c[column * m + row]));
      /* A NaN is no difference that could be compared. */
      if (!(difference <= largest)) largest = difference;
    }
  }
  return largest;
}

static void single(cublasHandle_t handle, const float *a, const float *b, float *c, int m, int n, int k) {
  const float one = 1.0f;
  const float zero = 0.0f;
  checkStatus(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, m, n, k, &one, a, m, b, k, &zero, c, m), "cublasSgemm");
}

static void mixed(cublasHandle_t handle, const __half *a, const __half *b, float *c, int m, int n, int k) {
  const float one = 1.0f;
  const float zero = 0.0f;
  checkStatus(cublasGemmEx(handle, CUBLAS_OP_N, CUBLAS_OP_N, m, n, k, &one, a, CUDA_R_16F, m, b, CUDA_R_16F, k, &zero, c,
                           CUDA_R_32F, m, COMPUTE_FP32, ALGORITHM),
              "cublasGemmEx");
}

static double gflops(int size, float milliseconds, int repeats) {
  return 2.0 * size * size * size * repeats / (milliseconds * 1e6);
}

int main() {
  int device = 0;
  int major = 0;
  check(cudaGetDevice(&device), "cudaGetDevice");
  check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device), "cudaDeviceGetAttribute");
  cublasHandle_t handle;
  checkStatus(cublasCreate(&handle), "cublasCreate");

  const int m = 192, n = 160, k = 256;
  std::vector<float> a(m * k), b(k * n), c(m * n);
  Numbers numbers(1);
  for (size_t at = 0; at < a.size(); at++) a[at] = numbers.next();
  for (size_t at = 0; at < b.size(); at++) b[at] = numbers.next();
  float *deviceA = onDevice<float>(a.size());
  float *deviceB = onDevice<float>(b.size());
  float *deviceC = onDevice<float>(c.size());
  toDevice(deviceA, a.data(), a.size());
  toDevice(deviceB, b.data(), b.size());
  single(handle, deviceA, deviceB, deviceC, m, n, k);
  toHost(c.data(), deviceC, c.size());
  const double bound = k * 1.1920929e-7;
  const double singleError = largestDifference(a, b, c, m, n, k) / bound;

  const int large = 2048;
  const int repeats = 8;
  const size_t values = static_cast<size_t>(large) * large;
  float *largeA = onDevice<float>(values);
  float *largeB = onDevice<float>(values);
  float *largeC = onDevice<float>(values);
  check(cudaMemset(largeA, 0, values * sizeof(float)), "cudaMemset");
  check(cudaMemset(largeB, 0, values * sizeof(float)), "cudaMemset");
  single(handle, largeA, largeB, largeC, large, large, large);
  Stopwatch watch;
  watch.start();
  for (int repeat = 0; repeat < repeats; repeat++) single(handle, largeA, largeB, largeC, large, large, large);
  const double singleGflops = gflops(large, watch.stop(), repeats);
  std::printf("{\"sgemm\":{\"error\":%.4f,\"tolerance\":1,\"gflops\":%.1f},\"hgemm\":", singleError, singleGflops);

  bool right = singleError <= 1;
  if (major < 7) {
    std::printf("null}\n");
    return right ? 0 : 1;
  }
  __half *halfA = onDevice<__half>(a.size());
  __half *halfB = onDevice<__half>(b.size());
  halve<<<blocks(m * k), 256>>>(deviceA, halfA, m * k);
  halve<<<blocks(k * n), 256>>>(deviceB, halfB, k * n);
  roundToHalf<<<blocks(m * k), 256>>>(deviceA, m * k);
  roundToHalf<<<blocks(k * n), 256>>>(deviceB, k * n);
  check(cudaGetLastError(), "kernel launch");
  toHost(a.data(), deviceA, a.size());
  toHost(b.data(), deviceB, b.size());
  mixed(handle, halfA, halfB, deviceC, m, n, k);
  toHost(c.data(), deviceC, c.size());
  /* Tensor cores add with fewer guard bits than the CPU's FP32: twice the bound. */
  const double halfError = largestDifference(a, b, c, m, n, k) / bound;
  __half *largeHalfA = onDevice<__half>(values);
  __half *largeHalfB = onDevice<__half>(values);
  check(cudaMemset(largeHalfA, 0, values * sizeof(__half)), "cudaMemset");
  check(cudaMemset(largeHalfB, 0, values * sizeof(__half)), "cudaMemset");
  mixed(handle, largeHalfA, largeHalfB, largeC, large, large, large);
  watch.start();
  for (int repeat = 0; repeat < repeats; repeat++) mixed(handle, largeHalfA, largeHalfB, largeC, large, large, large);
  const double halfGflops = gflops(large, watch.stop(), repeats);
  right = right && halfError <= 2;
  std::printf("{\"error\":%.4f,\"tolerance\":2,\"gflops\":%.1f}}\n", halfError, halfGflops);
  return right ? 0 : 1;
}
