/*
 * A convolution by cuDNN against the CPU: forward, and the gradients of its input and of its weights. Calls that cuDNN 7.0 to
 * 9 all have; FP32 without TF32, so that a tight tolerance holds.
 */
#include "check.h"
#include <cmath>
#include <cudnn.h>
#include <vector>

static const int IMAGES = 2, CHANNELS = 8, SIDE = 12, FILTERS = 16, SIZE = 3, PAD = 1;

static int inputAt(int image, int channel, int y, int x) { return ((image * CHANNELS + channel) * SIDE + y) * SIDE + x; }
static int outputAt(int image, int filter, int y, int x) { return ((image * FILTERS + filter) * SIDE + y) * SIDE + x; }
static int weightAt(int filter, int channel, int y, int x) { return ((filter * CHANNELS + channel) * SIZE + y) * SIZE + x; }

struct Arrays {
  std::vector<double> output, inputGradient, weightGradient;
};

static Arrays onCpu(const std::vector<float> &input, const std::vector<float> &weights, const std::vector<float> &gradient) {
  Arrays result;
  result.output.assign(IMAGES * FILTERS * SIDE * SIDE, 0.0);
  result.inputGradient.assign(input.size(), 0.0);
  result.weightGradient.assign(weights.size(), 0.0);
  for (int image = 0; image < IMAGES; image++)
    for (int filter = 0; filter < FILTERS; filter++)
      for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
          for (int channel = 0; channel < CHANNELS; channel++)
            for (int down = 0; down < SIZE; down++)
              for (int across = 0; across < SIZE; across++) {
                const int row = y + down - PAD, column = x + across - PAD;
                if (row < 0 || row >= SIDE || column < 0 || column >= SIDE) continue;
                const int in = inputAt(image, channel, row, column);
                const int weight = weightAt(filter, channel, down, across);
                const int out = outputAt(image, filter, y, x);
                result.output[out] += static_cast<double>(input[in]) * weights[weight];
                result.inputGradient[in] += static_cast<double>(gradient[out]) * weights[weight];
                result.weightGradient[weight] += static_cast<double>(gradient[out]) * input[in];
              }
  return result;
}

/* Largest difference, as a share of the largest value. */
static double errorOf(const std::vector<float> &got, const std::vector<double> &wanted) {
  double largest = 0, difference = 0;
  for (size_t at = 0; at < wanted.size(); at++) {
    if (std::fabs(wanted[at]) > largest) largest = std::fabs(wanted[at]);
    const double one = std::fabs(wanted[at] - static_cast<double>(got[at]));
    if (!(one <= difference)) difference = one;
  }
  return difference / largest;
}

int main() {
  std::vector<float> input(IMAGES * CHANNELS * SIDE * SIDE), weights(FILTERS * CHANNELS * SIZE * SIZE);
  std::vector<float> gradient(IMAGES * FILTERS * SIDE * SIDE);
  Numbers numbers(3);
  for (size_t at = 0; at < input.size(); at++) input[at] = numbers.next();
  for (size_t at = 0; at < weights.size(); at++) weights[at] = numbers.next();
  for (size_t at = 0; at < gradient.size(); at++) gradient[at] = numbers.next();

  cudnnHandle_t handle;
  checkStatus(cudnnCreate(&handle), "cudnnCreate");
  cudnnTensorDescriptor_t inputShape, outputShape;
  cudnnFilterDescriptor_t filterShape;
  cudnnConvolutionDescriptor_t convolution;
  checkStatus(cudnnCreateTensorDescriptor(&inputShape), "cudnnCreateTensorDescriptor");
  checkStatus(cudnnCreateTensorDescriptor(&outputShape), "cudnnCreateTensorDescriptor");
  checkStatus(cudnnCreateFilterDescriptor(&filterShape), "cudnnCreateFilterDescriptor");
  checkStatus(cudnnCreateConvolutionDescriptor(&convolution), "cudnnCreateConvolutionDescriptor");
  checkStatus(cudnnSetTensor4dDescriptor(inputShape, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, IMAGES, CHANNELS, SIDE, SIDE),
              "cudnnSetTensor4dDescriptor");
  checkStatus(cudnnSetTensor4dDescriptor(outputShape, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, IMAGES, FILTERS, SIDE, SIDE),
              "cudnnSetTensor4dDescriptor");
  checkStatus(cudnnSetFilter4dDescriptor(filterShape, CUDNN_DATA_FLOAT, CUDNN_TENSOR_NCHW, FILTERS, CHANNELS, SIZE, SIZE),
              "cudnnSetFilter4dDescriptor");
  checkStatus(cudnnSetConvolution2dDescriptor(convolution, PAD, PAD, 1, 1, 1, 1, CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
              "cudnnSetConvolution2dDescriptor");
#if CUDNN_MAJOR >= 8
  /* The default may calculate in TF32 there. */
  checkStatus(cudnnSetConvolutionMathType(convolution, CUDNN_FMA_MATH), "cudnnSetConvolutionMathType");
#endif

  const cudnnConvolutionFwdAlgo_t forward = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM;
  const cudnnConvolutionBwdDataAlgo_t backData = CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
  const cudnnConvolutionBwdFilterAlgo_t backFilter = CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;
  size_t bytes[3] = {0, 0, 0};
  checkStatus(cudnnGetConvolutionForwardWorkspaceSize(handle, inputShape, filterShape, convolution, outputShape, forward,
                                                      &bytes[0]),
              "cudnnGetConvolutionForwardWorkspaceSize");
  checkStatus(cudnnGetConvolutionBackwardDataWorkspaceSize(handle, filterShape, outputShape, convolution, inputShape,
                                                           backData, &bytes[1]),
              "cudnnGetConvolutionBackwardDataWorkspaceSize");
  checkStatus(cudnnGetConvolutionBackwardFilterWorkspaceSize(handle, inputShape, outputShape, convolution, filterShape,
                                                             backFilter, &bytes[2]),
              "cudnnGetConvolutionBackwardFilterWorkspaceSize");
  size_t largest = 1;
  for (int at = 0; at < 3; at++) largest = bytes[at] > largest ? bytes[at] : largest;
  char *workspace = onDevice<char>(largest);

  float *deviceInput = onDevice<float>(input.size());
  float *deviceWeights = onDevice<float>(weights.size());
  float *deviceGradient = onDevice<float>(gradient.size());
  float *deviceOutput = onDevice<float>(gradient.size());
  float *deviceInputGradient = onDevice<float>(input.size());
  float *deviceWeightGradient = onDevice<float>(weights.size());
  toDevice(deviceInput, input.data(), input.size());
  toDevice(deviceWeights, weights.data(), weights.size());
  toDevice(deviceGradient, gradient.data(), gradient.size());
  const float one = 1.0f, zero = 0.0f;
  checkStatus(cudnnConvolutionForward(handle, &one, inputShape, deviceInput, filterShape, deviceWeights, convolution, forward,
                                      workspace, largest, &zero, outputShape, deviceOutput),
              "cudnnConvolutionForward");
  checkStatus(cudnnConvolutionBackwardData(handle, &one, filterShape, deviceWeights, outputShape, deviceGradient, convolution,
                                           backData, workspace, largest, &zero, inputShape, deviceInputGradient),
              "cudnnConvolutionBackwardData");
  checkStatus(cudnnConvolutionBackwardFilter(handle, &one, inputShape, deviceInput, outputShape, deviceGradient, convolution,
                                             backFilter, workspace, largest, &zero, filterShape, deviceWeightGradient),
              "cudnnConvolutionBackwardFilter");
  std::vector<float> output(gradient.size()), inputGradient(input.size()), weightGradient(weights.size());
  toHost(output.data(), deviceOutput, output.size());
  toHost(inputGradient.data(), deviceInputGradient, inputGradient.size());
  toHost(weightGradient.data(), deviceWeightGradient, weightGradient.size());

  const Arrays wanted = onCpu(input, weights, gradient);
  const double errors[3] = {errorOf(output, wanted.output), errorOf(inputGradient, wanted.inputGradient),
                            errorOf(weightGradient, wanted.weightGradient)};
  const double tolerance = 1e-4;
  const bool right = errors[0] <= tolerance && errors[1] <= tolerance && errors[2] <= tolerance;
  std::printf("{\"forwardError\":%.3g,\"backwardDataError\":%.3g,\"backwardFilterError\":%.3g,\"tolerance\":%.3g}\n",
              errors[0], errors[1], errors[2], tolerance);
  return right ? 0 : 1;
}
