/* A libcuda of the tests: the functions that the doctor calls, with cuda.h's signatures, on devices that are not there. It computes
 * what the kernel would. STANDIN says how it does, as in STANDIN=wrong: fine, wrong, error:CALL:CODE, crash:CALL, hang:CALL, flood:CALL,
 * print:CALL (to standard output), exit:CALL, devices:N. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *mode(void) {
  const char *text = getenv("STANDIN");
  return text ? text : "fine";
}

/* The code that this call gives, after it did what the mode has it do. */
static int enter(const char *call) {
  char what[16] = "", where[64] = "";
  int code = 0;
  sscanf(mode(), "%15[a-z]:%63[A-Za-z0-9_]:%d", what, where, &code);
  if (strcmp(where, call) != 0) return 0;
  if (strcmp(what, "crash") == 0) *(volatile int *)0 = 1;
  if (strcmp(what, "hang") == 0)
    for (;;) sleep(1);
  if (strcmp(what, "flood") == 0)
    for (;;) puts("the library prints and prints and prints and does not end");
  if (strcmp(what, "print") == 0) {
    puts("{\"calls\": []}");
    fflush(stdout);
  }
  if (strcmp(what, "exit") == 0) exit(7);
  return strcmp(what, "error") == 0 ? code : 0;
}

#define ENTER                     \
  int code = enter(__func__);     \
  if (code != 0) return code;

int cuDriverGetVersion(int *version) {
  ENTER
  *version = 12020;
  return 0;
}

int cuInit(unsigned flags) {
  ENTER
  return flags == 0 ? 0 : 1;
}

int cuDeviceGetCount(int *count) {
  int devices = 1;
  ENTER
  sscanf(mode(), "devices:%d", &devices);
  *count = devices;
  return 0;
}

int cuDeviceGet(int *device, int ordinal) {
  ENTER
  *device = ordinal;
  return 0;
}

int cuDeviceGetName(char *name, int length, int device) {
  ENTER
  snprintf(name, length, "NVIDIA Stand-in %d", device);
  return 0;
}

int cuDeviceGetPCIBusId(char *bus, int length, int device) {
  ENTER
  snprintf(bus, length, "0000:%02X:00.0", device + 1);
  return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  (void)device;
  ENTER
  *value = attribute == 75 ? 7 : attribute == 76 ? 5 : -1;
  return *value < 0;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  (void)device;
  ENTER
  *bytes = 6442450944u;
  return 0;
}

int cuCtxCreate_v2(void **context, unsigned flags, int device) {
  ENTER
  *context = malloc(1);
  return flags == 0 && device >= 0 ? 0 : 1;
}

int cuModuleLoadData(void **module, const void *image) {
  ENTER
  *module = strdup(image);
  return strstr(image, ".target sm_30") ? 0 : 218;
}

int cuModuleGetFunction(void **function, void *module, const char *name) {
  char entry[128];
  ENTER
  snprintf(entry, sizeof entry, ".entry %s(", name);
  *function = strstr(module, entry);
  return *function ? 0 : 500;
}

int cuMemAlloc_v2(uint64_t *memory, size_t bytes) {
  ENTER
  /* As far up as addresses of a device lie. */
  *memory = (uint64_t)(uintptr_t)calloc(1, bytes);
  return 0;
}

int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, void *stream, void **parameters, void **extra) {
  ENTER
  if (!function || gy != 1 || gz != 1 || by != 1 || bz != 1 || shared || stream || extra) return 1;
  uint32_t *numbers = (uint32_t *)(uintptr_t) * (uint64_t *)parameters[0];
  for (uint32_t i = 0; i < gx * bx; i++) numbers[i] = (i + 1) * (i + 1) + 7;
  if (strcmp(mode(), "wrong") == 0) numbers[3] ^= 1u << 20;
  return 0;
}

int cuCtxSynchronize(void) {
  ENTER
  return 0;
}

int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
  ENTER
  memcpy(to, (void *)(uintptr_t)from, bytes);
  return 0;
}

int cuCtxDestroy_v2(void *context) {
  ENTER
  free(context);
  return 0;
}
