#ifndef CUDA_ON_CPU_FP16_H
#define CUDA_ON_CPU_FP16_H

typedef _Float16 __half;
inline __half __float2half(float value) { return static_cast<__half>(value); }
inline float __half2float(__half value) { return static_cast<float>(value); }

#endif
