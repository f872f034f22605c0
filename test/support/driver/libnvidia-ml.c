/* A libnvidia-ml of the tests: some functions of nvml.h, with its signatures and structures, for two GPUs that are not there. -DOLD
 * leaves out what came with later drivers. Of the second GPU STANDIN=lost loses the handle. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_SUPPORTED 3
#define GPU_IS_LOST 15

/* Handles are addresses: passed by value they must come back whole. */
static char devices[2];
static int number(void *device) { return (int)((char *)device - devices); }

struct pci { char legacy[16]; uint32_t domain, bus, device, id, subsystem; char bus_id[32]; };
struct memory { uint64_t total, free, used; };
struct utilization { uint32_t gpu, memory; };
struct process { uint32_t pid; uint64_t used; uint32_t gpu_instance, compute_instance; };
struct old_process { uint32_t pid; uint64_t used; };
struct field { uint32_t id, scope; int64_t at, latency; uint32_t type, code; union { uint32_t u; uint64_t ull; } value; };
struct sram { uint32_t version; uint64_t counts[11]; uint32_t exceeded; };
struct fabric { uint32_t version; uint8_t cluster[16]; uint32_t status, clique; uint8_t state; uint32_t health; };

int nvmlInit_v2(void) { return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
  const char *mode = getenv("STANDIN");
  if (index == 1 && mode && strcmp(mode, "lost") == 0) return GPU_IS_LOST;
  *device = &devices[index];
  return 0;
}
int nvmlDeviceGetPciInfo_v3(void *device, struct pci *pci) {
  memset(pci, 0, sizeof *pci);
  pci->bus = 0x41 + number(device);
  return 0;
}
int nvmlDeviceGetName(void *device, char *name, unsigned length) {
  (void)device;
  snprintf(name, length, "NVIDIA H100 80GB HBM3");
  return 0;
}
int nvmlDeviceGetVirtualizationMode(void *device, unsigned *mode) { (void)device; *mode = 0; return 0; }
int nvmlDeviceGetPersistenceMode(void *device, unsigned *on) { (void)device; *on = 1; return 0; }
int nvmlDeviceGetComputeMode(void *device, unsigned *mode) { *mode = number(device) == 0 ? 0 : 3; return 0; }
int nvmlDeviceGetTotalEccErrors(void *device, unsigned type, unsigned counter, uint64_t *count) {
  (void)device;
  *count = type == 1 ? 2 + 5 * counter : 999;
  return 0;
}
int nvmlDeviceGetRemappedRows(void *device, unsigned *correctable, unsigned *uncorrectable, unsigned *pending, unsigned *failed) {
  (void)device;
  *correctable = 4, *uncorrectable = 1, *pending = 1, *failed = 0;
  return 0;
}
int nvmlDeviceGetPerformanceState(void *device, unsigned *state) { (void)device; *state = 0; return 0; }
int nvmlDeviceGetTemperature(void *device, unsigned sensor, unsigned *degrees) {
  *degrees = 41;
  return sensor == 0 ? (number(device) == 0 ? 0 : 999) : 2;
}
int nvmlDeviceGetTemperatureThreshold(void *device, unsigned which, unsigned *degrees) {
  (void)device;
  *degrees = which == 1 ? 92 : 95;
  return 0;
}
int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts) { (void)device; *milliwatts = 71500; return 0; }
int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned *milliwatts) { (void)device; *milliwatts = 700000; return 0; }
int nvmlDeviceGetCurrPcieLinkWidth(void *device, unsigned *width) { (void)device; *width = 8; return 0; }
int nvmlDeviceGetMaxPcieLinkWidth(void *device, unsigned *width) { (void)device; *width = 16; return 0; }
int nvmlDeviceGetUtilizationRates(void *device, struct utilization *rates) { (void)device; rates->gpu = 98, rates->memory = 7; return 0; }
int nvmlDeviceGetMemoryInfo(void *device, struct memory *memory) {
  (void)device;
  memory->total = 85520809984u, memory->free = 0, memory->used = 1073741824u;
  return 0;
}
int nvmlDeviceGetNvLinkState(void *device, unsigned link, unsigned *active) {
  (void)device;
  *active = link != 1;
  return link < 4 ? 0 : 2;
}
int nvmlDeviceGetNvLinkErrorCounter(void *device, unsigned link, unsigned counter, uint64_t *count) {
  (void)device;
  *count = link == 2 ? counter + 1 : 0;
  return 0;
}
int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, uint64_t *reasons) { (void)device; *reasons = 0x44; return 0; }

#ifdef OLD
int nvmlDeviceGetComputeRunningProcesses(void *device, unsigned *count, struct old_process *list) {
  (void)device;
  list[0].pid = 1534, list[0].used = 104857600, list[1].pid = 1535, list[1].used = UINT64_MAX;
  *count = 2;
  return 0;
}
#else
int nvmlDeviceGetComputeRunningProcesses_v3(void *device, unsigned *count, struct process *list) {
  (void)device;
  list[0].pid = 1534, list[0].used = 104857600, list[1].pid = 1535, list[1].used = UINT64_MAX;
  *count = 2;
  return 0;
}
int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending) { *current = 0, *pending = number(device); return 0; }
int nvmlDeviceGetFieldValues(void *device, int count, struct field *values) {
  (void)device;
  for (int i = 0; i < count; i++) {
    values[i].code = values[i].id == 230 ? 0 : NOT_SUPPORTED;
    values[i].value.u = 4;
  }
  return 0;
}
int nvmlDeviceGetSramEccErrorStatus(void *device, struct sram *status) {
  (void)device;
  status->exceeded = 1;
  return status->version == (sizeof *status | 1u << 24) ? 0 : 25;
}
int nvmlDeviceGetGpuFabricInfoV(void *device, struct fabric *fabric) {
  if (fabric->version != (sizeof *fabric | 2u << 24)) return 25;
  fabric->state = number(device) == 0 ? 3 : 2;
  fabric->status = 0;
  return 0;
}
int nvmlDeviceValidateInforom(void *device) { return number(device) == 0 ? 0 : 14; }
#endif
