/** Which darknet of a home is tried: the current build, or the newest other one that can start here. */
import { valueOf } from '../../machine/answer.ts';
import { findLibrary } from '../../machine/loader.ts';
import type { Machine } from '../../machine/machine.ts';
import type { BuildRecord } from '../../machine/records/build-record.ts';
import { buildsOf, currentBuild } from '../../prefix/home/builds.ts';
import { inspectDarknet, type Darknet } from './darknet.ts';

export interface Choice {
  darknet: Darknet;
  /** Null for a program that the user named. */
  build: BuildRecord | null;
}

export interface NoDarknet {
  because: string;
  hint: string;
}

/** @throws GpuSetupError `bad-darknet` */
export async function chooseDarknet(home: string, machine: Machine): Promise<Choice | NoDarknet> {
  const current = await currentBuild(home, 'darknet');
  const all = await buildsOf(home, 'darknet');
  const order = [...(current === null ? [] : [current]), ...all.filter(({ name }) => name !== current?.name)];
  if (order.length === 0) {
    return { because: 'no darknet is built in this home', hint: 'gpu-setup build darknet' };
  }
  for (const build of order) {
    const darknet = await inspectDarknet(build.program.path);
    if (!darknet.cuda || (await driverIsHere(machine))) return { darknet, build };
  }
  return {
    because: `${order[0]!.name} is built for GPUs and does not start without a driver (libcuda.so.1)`,
    hint: 'gpu-setup build darknet (without --prefix) makes one for the CPU',
  };
}

async function driverIsHere(machine: Machine): Promise<boolean> {
  const found = valueOf(await findLibrary(machine, 'libcuda.so.1', { searchPath: '' }));
  return found !== undefined && !found.realPath.includes('/stubs/');
}
