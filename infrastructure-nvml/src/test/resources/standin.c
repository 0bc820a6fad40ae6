/* A stand-in for libnvidia-ml.so.1: two GPUs, with the layouts of nvml.h 13.3.29. What it answers is set by the
   test with standin_set(name, value). Synthetic: it stands for no driver version. */
#include <stdio.h>
#include <string.h>

typedef unsigned int u32;
typedef unsigned long long u64;

static char names[64][48];
static u64 values[64];
static int known;
static int inits, shutdowns;

void standin_set(const char *name, u64 value) {
  for (int i = 0; i < known; i++)
    if (!strcmp(names[i], name)) { values[i] = value; return; }
  strncpy(names[known], name, 47);
  values[known++] = value;
}
static u64 get(const char *name, u64 otherwise) {
  for (int i = 0; i < known; i++)
    if (!strcmp(names[i], name)) return values[i];
  return otherwise;
}
static u64 of(const char *what, void *dev, u64 otherwise) {
  char name[48];
  snprintf(name, sizeof name, "%s%d", what, (int)(long)dev - 1);
  return get(name, otherwise);
}
void standin_reset(void) { known = 0; inits = shutdowns = 0; }
int standin_open(void) { return inits - shutdowns; }

/* Handles: 1 and 2 are GPUs, 11 and 13 parts of the first. */
int nvmlInit_v2(void) { int rc = (int)get("init", 0); if (!rc) inits++; return rc; }
int nvmlShutdown(void) { shutdowns++; return 0; }
int nvmlSystemGetDriverVersion(char *text, u32 n) { strncpy(text, "610.62", n); return 0; }
int nvmlDeviceGetCount_v2(u32 *n) { *n = (u32)get("count", 2); return 0; }
int nvmlDeviceGetHandleByIndex_v2(u32 i, void **dev) {
  *dev = (void *)(long)(i + 1);
  return (int)of("handle", *dev, 0);
}
int nvmlDeviceGetUUID(void *dev, char *text, u32 n) {
  long d = (long)dev;
  if (d > 10) snprintf(text, n, "MIG-%ld", d - 10); else snprintf(text, n, "GPU-%ld", d - 1);
  return (int)of("uuid", dev, 0);
}
int nvmlDeviceGetName(void *dev, char *text, u32 n) { snprintf(text, n, "Stand-in %ld", (long)dev); return 0; }
int nvmlDeviceGetPciInfo_v3(void *dev, char *pci) { memset(pci, 0, 68); snprintf(pci + 36, 32, "00000000:8%ld:00.0", (long)dev); return 0; }
int nvmlDeviceGetMigMode(void *dev, u32 *now, u32 *pending) { *now = *pending = (u32)of("mig", dev, 0); return 0; }
int nvmlDeviceGetMaxMigDeviceCount(void *dev, u32 *n) { *n = 4; return 0; }
int nvmlDeviceGetMigDeviceHandleByIndex(void *dev, u32 i, void **part) {
  if (i != 0 && i != 2) return 6;
  *part = (void *)(long)(11 + i);
  return 0;
}
#ifndef WITHOUT_V2
int nvmlDeviceGetMemoryInfo_v2(void *dev, char *m) {
  if (*(u32 *)m != 0x02000028u) return 25;
  int rc = (int)of("memory", dev, 0);
  if (rc) return rc;
  *(u64 *)(m + 8) = 85000000000ull;
  *(u64 *)(m + 16) = 500000000ull;
  *(u64 *)(m + 32) = of("used", dev, 1000000000ull);
  *(u64 *)(m + 24) = 84500000000ull - *(u64 *)(m + 32);
  return 0;
}
#endif
int nvmlDeviceGetMemoryInfo(void *dev, u64 *m) {
  int rc = (int)of("memory", dev, 0);
  m[0] = 85000000000ull; m[1] = 83500000000ull; m[2] = 1500000000ull;
  return rc;
}
int nvmlDeviceGetUtilizationRates(void *dev, u32 *u) { u[0] = 42; u[1] = 7; return (int)of("utilization", dev, 0); }
int nvmlDeviceGetTemperature(void *dev, u32 sensor, u32 *t) { *t = 55; return (int)of("temperature", dev, 0); }
int nvmlDeviceGetTemperatureV(void *dev, u32 *t) { if (t[0] != 0x0100000cu) return 25; t[2] = 56; return 0; }
int nvmlDeviceGetPowerUsage(void *dev, u32 *mw) { *mw = 300500; return 0; }
int nvmlDeviceGetEnforcedPowerLimit(void *dev, u32 *mw) { *mw = 700000; return 0; }
int nvmlDeviceGetCurrentClocksThrottleReasons(void *dev, u64 *r) { *r = of("slow", dev, 0); return 0; }
int nvmlDeviceGetTotalEccErrors(void *dev, u32 type, u32 counter, u64 *n) { *n = of("ecc", dev, 0); return 0; }
int nvmlDeviceGetFieldValues(void *dev, int n, char *f) {
  if (*(u32 *)f != 230) return 2;
  *(u32 *)(f + 28) = 0;
  *(u32 *)(f + 32) = (u32)of("recovery", dev, 0);
  return 0;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *dev, u32 *n, char *p) {
  u32 have = (u32)of("processes", dev, 0), room = *n;
  *n = have;
  if (room < have) return 7;
  for (u32 i = 0; i < have; i++, p += 24) {
    *(u32 *)p = 4000 + i;
    *(u64 *)(p + 8) = i == 1 ? ~0ull : 1048576ull * (i + 1);
  }
  return 0;
}
int nvmlEventSetCreate(void **set) { *set = (void *)99; return 0; }
int nvmlEventSetFree(void *set) { return 0; }
int nvmlDeviceRegisterEvents(void *dev, u64 types, void *set) { return types == 8 && set == (void *)99 ? 0 : 2; }
int nvmlEventSetWait_v2(void *set, char *e, u32 ms) {
  u64 xid = get("xid", 0);
  if (!xid) return 10;
  standin_set("xid", 0);
  *(void **)e = (void *)2;
  *(u64 *)(e + 8) = 8;
  *(u64 *)(e + 16) = xid;
  return 0;
}
