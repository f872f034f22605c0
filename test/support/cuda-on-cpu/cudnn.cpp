/* cuDNN's convolution as a plain loop over shifted pictures: another order of loops than that of src/smoke/cuda/cudnn.cu. */
#include <cudnn.h>

struct cudnnContext {};
struct cudnnTensorStruct {
  int n, c, h, w;
};
struct cudnnFilterStruct {
  int k, c, h, w;
};
struct cudnnConvolutionStruct {
  int padY, padX;
};

namespace {

cudnnContext context;

/* Calls work(weight index, input index, output index) for every product of the convolution. */
template <typename Work>
void everyProduct(const cudnnTensorStruct &x, const cudnnFilterStruct &w, const cudnnConvolutionStruct &conv,
                  const cudnnTensorStruct &y, Work work) {
  for (int tap = 0; tap < w.h * w.w; tap++) {
    const int down = tap / w.w - conv.padY, across = tap % w.w - conv.padX;
    for (int k = 0; k < w.k; k++)
      for (int c = 0; c < w.c; c++)
        for (int n = 0; n < x.n; n++)
          for (int row = 0; row < y.h; row++)
            for (int column = 0; column < y.w; column++) {
              const int inRow = row + down, inColumn = column + across;
              if (inRow < 0 || inRow >= x.h || inColumn < 0 || inColumn >= x.w) continue;
              work((k * w.c + c) * w.h * w.w + tap, ((n * x.c + c) * x.h + inRow) * x.w + inColumn,
                   ((n * y.c + k) * y.h + row) * y.w + column);
            }
  }
}

const float *in(const void *pointer) { return static_cast<const float *>(pointer); }
float *cleared(void *pointer, int count) {
  float *values = static_cast<float *>(pointer);
  for (int at = 0; at < count; at++) values[at] = 0;
  return values;
}

} // namespace

extern "C" {

size_t cudnnGetVersion(void) { return CUDNN_VERSION; }
size_t cudnnGetCudartVersion(void) { return CUDART_VERSION; }
cudnnStatus_t cudnnCreate(cudnnHandle_t *handle) { return *handle = &context, CUDNN_STATUS_SUCCESS; }
cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t *t) {
  return *t = new cudnnTensorStruct, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t *f) {
  return *f = new cudnnFilterStruct, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t *c) {
  return *c = new cudnnConvolutionStruct, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetTensor4dDescriptor(cudnnTensorDescriptor_t t, cudnnTensorFormat_t, cudnnDataType_t, int n, int c,
                                         int h, int w) {
  return *t = {n, c, h, w}, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t f, cudnnDataType_t, cudnnTensorFormat_t, int k, int c,
                                         int h, int w) {
  return *f = {k, c, h, w}, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t c, int padY, int padX, int, int, int, int,
                                              cudnnConvolutionMode_t, cudnnDataType_t) {
  return *c = {padY, padX}, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t, cudnnMathType_t) { return CUDNN_STATUS_SUCCESS; }
cudnnStatus_t cudnnGetConvolutionForwardWorkspaceSize(cudnnHandle_t, const cudnnTensorDescriptor_t,
                                                      const cudnnFilterDescriptor_t, const cudnnConvolutionDescriptor_t,
                                                      const cudnnTensorDescriptor_t, cudnnConvolutionFwdAlgo_t,
                                                      size_t *bytes) {
  return *bytes = 0, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnGetConvolutionBackwardDataWorkspaceSize(cudnnHandle_t, const cudnnFilterDescriptor_t,
                                                           const cudnnTensorDescriptor_t,
                                                           const cudnnConvolutionDescriptor_t,
                                                           const cudnnTensorDescriptor_t, cudnnConvolutionBwdDataAlgo_t,
                                                           size_t *bytes) {
  return *bytes = 0, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnGetConvolutionBackwardFilterWorkspaceSize(cudnnHandle_t, const cudnnTensorDescriptor_t,
                                                             const cudnnTensorDescriptor_t,
                                                             const cudnnConvolutionDescriptor_t,
                                                             const cudnnFilterDescriptor_t,
                                                             cudnnConvolutionBwdFilterAlgo_t, size_t *bytes) {
  return *bytes = 0, CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnConvolutionForward(cudnnHandle_t, const void *, const cudnnTensorDescriptor_t xd, const void *x,
                                      const cudnnFilterDescriptor_t wd, const void *w,
                                      const cudnnConvolutionDescriptor_t conv, cudnnConvolutionFwdAlgo_t, void *, size_t,
                                      const void *, const cudnnTensorDescriptor_t yd, void *y) {
  float *out = cleared(y, yd->n * yd->c * yd->h * yd->w);
  everyProduct(*xd, *wd, *conv, *yd, [&](int wi, int xi, int yi) { out[yi] += in(w)[wi] * in(x)[xi]; });
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnConvolutionBackwardData(cudnnHandle_t, const void *, const cudnnFilterDescriptor_t wd, const void *w,
                                           const cudnnTensorDescriptor_t dyd, const void *dy,
                                           const cudnnConvolutionDescriptor_t conv, cudnnConvolutionBwdDataAlgo_t, void *,
                                           size_t, const void *, const cudnnTensorDescriptor_t dxd, void *dx) {
  float *out = cleared(dx, dxd->n * dxd->c * dxd->h * dxd->w);
  everyProduct(*dxd, *wd, *conv, *dyd, [&](int wi, int xi, int yi) { out[xi] += in(w)[wi] * in(dy)[yi]; });
  return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnConvolutionBackwardFilter(cudnnHandle_t, const void *, const cudnnTensorDescriptor_t xd, const void *x,
                                             const cudnnTensorDescriptor_t dyd, const void *dy,
                                             const cudnnConvolutionDescriptor_t conv, cudnnConvolutionBwdFilterAlgo_t,
                                             void *, size_t, const void *, const cudnnFilterDescriptor_t dwd, void *dw) {
  float *out = cleared(dw, dwd->k * dwd->c * dwd->h * dwd->w);
  everyProduct(*xd, *dwd, *conv, *dyd, [&](int wi, int xi, int yi) { out[wi] += in(x)[xi] * in(dy)[yi]; });
  return CUDNN_STATUS_SUCCESS;
}
}
