/*
 * A kernel whose every result is compared with the same calculation on the CPU (integers, so that each must be equal, and
 * one FP32 product per number, which IEEE 754 fixes), and the bandwidth between host and device and within the device.
 */
#include "check.h"
#include <vector>

static __host__ __device__ unsigned scramble(unsigned value) {
  for (int round = 0; round < 16; round++) {
    value ^= value << 13;
    value ^= value >> 17;
    value ^= value << 5;
    value += 0x9e3779b9u;
  }
  return value;
}

/* Exact in FP32: 12 bits times 11 bits. */
static __host__ __device__ float product(unsigned value) {
  return static_cast<float>(value & 0xfffu) * (static_cast<float>(value >> 21) / 2048.0f);
}

__global__ void calculate(unsigned *integers, float *products, unsigned count) {
  const unsigned at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= count) return;
  const unsigned value = scramble(at);
  integers[at] = value;
  products[at] = product(value);
}

/* Gigabytes (10^9) per second, the best of a few. */
static double bandwidth(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, int moved) {
  Stopwatch watch;
  double best = 0;
  for (int repeat = 0; repeat < 5; repeat++) {
    watch.start();
    check(cudaMemcpyAsync(to, from, bytes, kind, 0), "cudaMemcpyAsync");
    const double rate = static_cast<double>(moved) * static_cast<double>(bytes) / (watch.stop() * 1e6);
    if (rate > best) best = rate;
  }
  return best;
}

int main() {
  const unsigned count = 1u << 22;
  unsigned *integers = onDevice<unsigned>(count);
  float *products = onDevice<float>(count);
  Stopwatch watch;
  watch.start();
  calculate<<<(count + 255) / 256, 256>>>(integers, products, count);
  check(cudaGetLastError(), "kernel launch");
  const float milliseconds = watch.stop();
  std::vector<unsigned> gotIntegers(count);
  std::vector<float> gotProducts(count);
  toHost(gotIntegers.data(), integers, count);
  toHost(gotProducts.data(), products, count);
  unsigned wrong = 0;
  unsigned firstWrong = 0;
  for (unsigned at = 0; at < count; at++) {
    const unsigned value = scramble(at);
    if (gotIntegers[at] == value && gotProducts[at] == product(value)) continue;
    if (wrong++ == 0) firstWrong = at;
  }

  const size_t bytes = static_cast<size_t>(64) << 20;
  char *first = onDevice<char>(bytes);
  char *second = onDevice<char>(bytes);
  void *pinned = nullptr;
  check(cudaMallocHost(&pinned, bytes), "cudaMallocHost");
  const double up = bandwidth(first, pinned, bytes, cudaMemcpyHostToDevice, 1);
  const double down = bandwidth(pinned, first, bytes, cudaMemcpyDeviceToHost, 1);
  /* Read and written. */
  const double within = bandwidth(second, first, bytes, cudaMemcpyDeviceToDevice, 2);
  std::printf("{\"numbers\":%u,\"wrong\":%u,\"firstWrong\":%u,\"kernelMilliseconds\":%.4f,"
              "\"hostToDeviceGBPerSecond\":%.2f,\"deviceToHostGBPerSecond\":%.2f,\"withinDeviceGBPerSecond\":%.2f}\n",
              count, wrong, firstWrong, milliseconds, up, down, within);
  return wrong == 0 ? 0 : 1;
}
