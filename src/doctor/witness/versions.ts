/** Versions as programs print them, made dotted. */

/** 12080 -> "12.8", 9020 -> "9.2", as cudaDriverGetVersion and cudaRuntimeGetVersion count. */
export function dottedCuda(number: number): string {
  return `${Math.floor(number / 1000)}.${Math.floor((number % 1000) / 10)}`;
}

/** 7101 -> "7.1.1", 8907 -> "8.9.7", 90100 -> "9.1.0"; what has dots already stays. */
export function dottedCudnn(version: string): string {
  if (version.includes('.')) return version.replace(/\.$/, '');
  const number = Number(version);
  return number >= 90_000
    ? `${Math.floor(number / 10_000)}.${Math.floor(number / 100) % 100}.${number % 100}`
    : `${Math.floor(number / 1000)}.${Math.floor(number / 100) % 10}.${number % 100}`;
}

/** "sm_86", "compute_120a" -> "8.6", "12.0" */
export function dottedCapability(digits: string): string {
  return `${digits.slice(0, -1)}.${digits.slice(-1)}`;
}

/** (8, 0), as Python's torch.cuda.get_device_capability gives it: "8, 0" -> "8.0" */
export const capabilityOfPair = (pair: string): string => pair.replace(', ', '.');

/** Every sm_NN or compute_NN of a list, dotted, each once. */
export function capabilitiesIn(text: string): string[] {
  const found = text.match(/(?:sm|compute)_\d{2,3}/g) ?? [];
  return [...new Set(found.map((one) => dottedCapability(one.slice(one.indexOf('_') + 1))))];
}
