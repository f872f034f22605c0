/** Where the prefixes lie that root made for everybody. By itself, since tests put a folder in its place that this machine has not. */
export { SYSTEM_HOME } from '../../base/folders.ts';
