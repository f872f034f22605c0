/* The GPUs that the driver offers. Attributes rather than fields of cudaDeviceProp, some of which CUDA 13 has dropped. */
#include "check.h"

static int attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, which, device), "cudaDeviceGetAttribute");
  return value;
}

/* Names are ASCII; a quote or backslash in one would break the line. */
static void printName(const char *name) {
  for (; *name != '\0'; name++) {
    if (*name != '"' && *name != '\\' && *name >= ' ') std::putchar(*name);
  }
}

int main() {
  int count = 0;
  check(cudaGetDeviceCount(&count), "cudaGetDeviceCount");
  std::printf("{\"devices\":[");
  for (int device = 0; device < count; device++) {
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
    size_t freeBytes = 0;
    size_t totalBytes = 0;
    check(cudaSetDevice(device), "cudaSetDevice");
    check(cudaMemGetInfo(&freeBytes, &totalBytes), "cudaMemGetInfo");
    std::printf("%s{\"name\":\"", device == 0 ? "" : ",");
    printName(properties.name);
    std::printf("\",\"computeCapability\":\"%d.%d\",\"multiprocessors\":%d,\"clockKHz\":%d,\"memoryClockKHz\":%d,"
                "\"memoryBusBits\":%d,\"memoryBytes\":%llu,\"freeBytes\":%llu,\"ecc\":%s}",
                properties.major, properties.minor, properties.multiProcessorCount,
                attribute(cudaDevAttrClockRate, device), attribute(cudaDevAttrMemoryClockRate, device),
                attribute(cudaDevAttrGlobalMemoryBusWidth, device), static_cast<unsigned long long>(totalBytes),
                static_cast<unsigned long long>(freeBytes),
                attribute(cudaDevAttrEccEnabled, device) ? "true" : "false");
  }
  std::printf("]}\n");
  return 0;
}
