/*
 * Training steps of one convolution with batch normalisation and leaky ReLU, as darknet does them: im2col and cuBLAS for the
 * convolution, kernels for the rest. The target comes from other weights of the same layer, so that it can be learned. The
 * loss must fall, and the first gradient must agree with the difference quotient of the loss.
 */
#include "check.h"
#include <cmath>
#include <cublas_v2.h>
#include <vector>

static const int IMAGES = 8, CHANNELS = 3, SIDE = 16, FILTERS = 8, SIZE = 3;
static const int PIXELS = SIDE * SIDE, TAPS = CHANNELS * SIZE * SIZE, OUTPUTS = IMAGES * FILTERS * PIXELS;
static const float EPSILON = 1e-5f, LEAK = 0.1f;

/* columns[tap][pixel], one image. */
__global__ void unfold(const float *image, float *columns) {
  const int at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= TAPS * PIXELS) return;
  const int pixel = at % PIXELS, tap = at / PIXELS;
  const int y = pixel / SIDE + tap / SIZE % SIZE - SIZE / 2, x = pixel % SIDE + tap % SIZE - SIZE / 2;
  const int channel = tap / (SIZE * SIZE);
  const bool inside = y >= 0 && y < SIDE && x >= 0 && x < SIDE;
  columns[at] = inside ? image[(channel * SIDE + y) * SIDE + x] : 0.0f;
}

/* One block per filter: mean and variance over all images. */
__global__ void statistics(const float *values, float *mean, float *variance) {
  __shared__ float sums[256];
  __shared__ float squares[256];
  const int filter = blockIdx.x;
  float sum = 0, square = 0;
  for (int at = threadIdx.x; at < IMAGES * PIXELS; at += blockDim.x) {
    const float value = values[(at / PIXELS * FILTERS + filter) * PIXELS + at % PIXELS];
    sum += value;
    square += value * value;
  }
  sums[threadIdx.x] = sum;
  squares[threadIdx.x] = square;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      sums[threadIdx.x] += sums[threadIdx.x + half];
      squares[threadIdx.x] += squares[threadIdx.x + half];
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    const float m = sums[0] / (IMAGES * PIXELS);
    mean[filter] = m;
    variance[filter] = squares[0] / (IMAGES * PIXELS) - m * m;
  }
}

__global__ void normalize(const float *values, const float *mean, const float *variance, float *normal, float *output) {
  const int at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= OUTPUTS) return;
  const int filter = at / PIXELS % FILTERS;
  const float value = (values[at] - mean[filter]) * rsqrtf(variance[filter] + EPSILON);
  normal[at] = value;
  output[at] = value < 0 ? LEAK * value : value;
}

/* Through the mean squared error and the activation: the gradient of the normalised values. */
__global__ void backThroughLoss(const float *output, const float *target, const float *normal, float *gradient) {
  const int at = blockIdx.x * blockDim.x + threadIdx.x;
  if (at >= OUTPUTS) return;
  const float slope = normal[at] < 0 ? LEAK : 1.0f;
  gradient[at] = 2.0f / OUTPUTS * (output[at] - target[at]) * slope;
}

/* One block per filter; in place. */
__global__ void backThroughNorm(float *gradient, const float *normal, const float *variance) {
  __shared__ float sums[256];
  __shared__ float products[256];
  const int filter = blockIdx.x, count = IMAGES * PIXELS;
  float sum = 0, product = 0;
  for (int at = threadIdx.x; at < count; at += blockDim.x) {
    const int place = (at / PIXELS * FILTERS + filter) * PIXELS + at % PIXELS;
    sum += gradient[place];
    product += gradient[place] * normal[place];
  }
  sums[threadIdx.x] = sum;
  products[threadIdx.x] = product;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      sums[threadIdx.x] += sums[threadIdx.x + half];
      products[threadIdx.x] += products[threadIdx.x + half];
    }
    __syncthreads();
  }
  const float scale = rsqrtf(variance[filter] + EPSILON);
  for (int at = threadIdx.x; at < count; at += blockDim.x) {
    const int place = (at / PIXELS * FILTERS + filter) * PIXELS + at % PIXELS;
    gradient[place] = scale * (gradient[place] - sums[0] / count - normal[place] * products[0] / count);
  }
}

struct Layer {
  cublasHandle_t handle;
  float *images, *columns, *weights, *values, *mean, *variance, *normal, *output, *target, *gradient, *change;

  void forward() const {
    const float one = 1.0f, zero = 0.0f;
    for (int image = 0; image < IMAGES; image++) {
      unfold<<<(TAPS * PIXELS + 255) / 256, 256>>>(images + image * CHANNELS * PIXELS, columns);
      /* Rows after one another: values = weights * columns is, by columns, columns^T * weights^T. */
      checkStatus(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, PIXELS, FILTERS, TAPS, &one, columns, PIXELS, weights, TAPS,
                              &zero, values + image * FILTERS * PIXELS, PIXELS),
                  "cublasSgemm forward");
    }
    statistics<<<FILTERS, 256>>>(values, mean, variance);
    normalize<<<(OUTPUTS + 255) / 256, 256>>>(values, mean, variance, normal, output);
    check(cudaGetLastError(), "kernel launch");
  }

  void backward() const {
    const float one = 1.0f, zero = 0.0f;
    backThroughLoss<<<(OUTPUTS + 255) / 256, 256>>>(output, target, normal, gradient);
    backThroughNorm<<<FILTERS, 256>>>(gradient, normal, variance);
    for (int image = 0; image < IMAGES; image++) {
      unfold<<<(TAPS * PIXELS + 255) / 256, 256>>>(images + image * CHANNELS * PIXELS, columns);
      checkStatus(cublasSgemm(handle, CUBLAS_OP_T, CUBLAS_OP_N, TAPS, FILTERS, PIXELS, &one, columns, PIXELS,
                              gradient + image * FILTERS * PIXELS, PIXELS, image == 0 ? &zero : &one, change, TAPS),
                  "cublasSgemm backward");
    }
    check(cudaGetLastError(), "kernel launch");
  }

  double loss() const {
    std::vector<float> got(OUTPUTS), wanted(OUTPUTS);
    toHost(got.data(), output, OUTPUTS);
    toHost(wanted.data(), target, OUTPUTS);
    double sum = 0;
    for (int at = 0; at < OUTPUTS; at++) sum += std::pow(static_cast<double>(got[at]) - wanted[at], 2);
    return sum / OUTPUTS;
  }
};

int main() {
  Layer layer;
  checkStatus(cublasCreate(&layer.handle), "cublasCreate");
  layer.images = onDevice<float>(IMAGES * CHANNELS * PIXELS);
  layer.columns = onDevice<float>(TAPS * PIXELS);
  layer.weights = onDevice<float>(FILTERS * TAPS);
  layer.change = onDevice<float>(FILTERS * TAPS);
  layer.mean = onDevice<float>(FILTERS);
  layer.variance = onDevice<float>(FILTERS);
  layer.values = onDevice<float>(OUTPUTS);
  layer.normal = onDevice<float>(OUTPUTS);
  layer.output = onDevice<float>(OUTPUTS);
  layer.target = onDevice<float>(OUTPUTS);
  layer.gradient = onDevice<float>(OUTPUTS);

  Numbers numbers(7);
  std::vector<float> images(IMAGES * CHANNELS * PIXELS), weights(FILTERS * TAPS), change(FILTERS * TAPS), output(OUTPUTS);
  for (size_t at = 0; at < images.size(); at++) images[at] = numbers.next();
  toDevice(layer.images, images.data(), images.size());
  for (size_t at = 0; at < weights.size(); at++) weights[at] = numbers.next();
  toDevice(layer.weights, weights.data(), weights.size());
  layer.forward();
  toHost(output.data(), layer.output, OUTPUTS);
  toDevice(layer.target, output.data(), OUTPUTS);
  for (size_t at = 0; at < weights.size(); at++) weights[at] = numbers.next();

  /* The gradient of one weight, by the layer and by the difference of losses. */
  const size_t probe = 5;
  const float step = 0.01f;
  double beside[2];
  for (int side = 0; side < 2; side++) {
    std::vector<float> moved = weights;
    moved[probe] += side == 0 ? -step : step;
    toDevice(layer.weights, moved.data(), moved.size());
    layer.forward();
    beside[side] = layer.loss();
  }
  const double quotient = (beside[1] - beside[0]) / (2 * step);
  toDevice(layer.weights, weights.data(), weights.size());
  layer.forward();
  const double firstLoss = layer.loss();
  layer.backward();
  toHost(change.data(), layer.change, change.size());
  const double gradient = change[probe];

  const int steps = 200;
  const float rate = 2.0f;
  for (int at = 0; at < steps; at++) {
    const float down = -rate;
    checkStatus(cublasSaxpy(layer.handle, FILTERS * TAPS, &down, layer.change, 1, layer.weights, 1), "cublasSaxpy");
    layer.forward();
    layer.backward();
  }
  const double lastLoss = layer.loss();
  const double error = std::fabs(gradient - quotient) / (std::fabs(quotient) + 1e-4);
  const bool right = error <= 0.05 && lastLoss < firstLoss / 2;
  std::printf("{\"steps\":%d,\"firstLoss\":%.6f,\"lastLoss\":%.6f,\"gradient\":%.6f,\"differenceQuotient\":%.6f,"
              "\"error\":%.4f,\"tolerance\":0.05}\n",
              steps, firstLoss, lastLoss, gradient, quotient, error);
  return right ? 0 : 1;
}
