/*
 * Versions of every library as linked, beside those of the headers it was compiled with. Needs no driver and no GPU:
 * cudaRuntimeGetVersion answers 35 (insufficient driver) without one, and everything else answers.
 * WITH_<LIBRARY> is defined for what the prefix has.
 */
#include "check.h"
#ifdef WITH_CUBLAS
#include <cublas_v2.h>
#endif
#ifdef WITH_CUFFT
#include <cufft.h>
#endif
#ifdef WITH_CURAND
#include <curand.h>
#endif
#ifdef WITH_CUSPARSE
#include <cusparse.h>
#endif
#ifdef WITH_CUSOLVER
#include <cusolver_common.h>
#endif
#ifdef WITH_NVRTC
#include <nvrtc.h>
#endif
#ifdef WITH_CUDNN
#include <cudnn.h>
#endif

/* status and version of a library that answers by three properties; header -1: the header does not say. */
template <typename GetProperty> void property(const char *name, GetProperty get, long header) {
  int parts[3] = {0, 0, 0};
  int status = 0;
  const libraryPropertyType types[3] = {MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL};
  for (int part = 0; part < 3 && status == 0; part++) status = static_cast<int>(get(types[part], &parts[part]));
  std::printf(",\"%s\":{\"status\":%d,\"linked\":\"%d.%d.%d\"", name, status, parts[0], parts[1], parts[2]);
  if (header >= 0) std::printf(",\"headerMajor\":%ld", header);
  std::printf("}");
}

int main() {
  int driver = 0;
  int runtime = 0;
  const int driverStatus = static_cast<int>(cudaDriverGetVersion(&driver));
  const int runtimeStatus = static_cast<int>(cudaRuntimeGetVersion(&runtime));
  std::printf("{\"cudart\":{\"status\":%d,\"linked\":%d,\"header\":%d},\"driver\":{\"status\":%d,\"version\":%d}",
              runtimeStatus, runtime, CUDART_VERSION, driverStatus, driver);
#ifdef WITH_CUBLAS
#ifdef CUBLAS_VER_MAJOR
  property("cublas", cublasGetProperty, CUBLAS_VER_MAJOR);
#else
  property("cublas", cublasGetProperty, -1);
#endif
#endif
#ifdef WITH_CUFFT
#ifdef CUFFT_VER_MAJOR
  property("cufft", cufftGetProperty, CUFFT_VER_MAJOR);
#else
  property("cufft", cufftGetProperty, -1);
#endif
#endif
#ifdef WITH_CURAND
#ifdef CURAND_VER_MAJOR
  property("curand", curandGetProperty, CURAND_VER_MAJOR);
#else
  property("curand", curandGetProperty, -1);
#endif
#endif
#ifdef WITH_CUSPARSE
#ifdef CUSPARSE_VER_MAJOR
  property("cusparse", cusparseGetProperty, CUSPARSE_VER_MAJOR);
#else
  property("cusparse", cusparseGetProperty, -1);
#endif
#endif
#ifdef WITH_CUSOLVER
#ifdef CUSOLVER_VER_MAJOR
  property("cusolver", cusolverGetProperty, CUSOLVER_VER_MAJOR);
#else
  property("cusolver", cusolverGetProperty, -1);
#endif
#endif
#ifdef WITH_NVRTC
  int major = 0;
  int minor = 0;
  const int nvrtc = static_cast<int>(nvrtcVersion(&major, &minor));
  std::printf(",\"nvrtc\":{\"status\":%d,\"linked\":\"%d.%d\",\"headerMajor\":%d}", nvrtc, major, minor,
              CUDART_VERSION / 1000);
#endif
#ifdef WITH_CUDNN
  /* 7605 is 7.6.5, 90100 is 9.1.0. */
  std::printf(",\"cudnn\":{\"status\":0,\"linked\":%ld,\"header\":%ld,\"forCudart\":%ld}",
              static_cast<long>(cudnnGetVersion()), static_cast<long>(CUDNN_VERSION),
              static_cast<long>(cudnnGetCudartVersion()));
#endif
  std::printf("}\n");
  return 0;
}
