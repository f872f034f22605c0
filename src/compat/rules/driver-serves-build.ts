/** Whether a driver serves a framework's build: the CUDA that it is for, and what its makers ask for besides. */
import { compareDottedVersions } from '../dotted-version.ts';
import type { FrameworkBuild } from '../frameworks.ts';
import { driverServesToolkit } from './driver-serves-toolkit.ts';
import type { Judgement } from './judgement.ts';
import { judged, knownField, refused, standingOn } from './judged.ts';
import { buildInWords } from './words.ts';

export function driverServesBuild(build: FrameworkBuild, driver: string): Judgement {
  const what = buildInWords(build);
  const { cuda, minDriver } = build;
  if (minDriver !== null && compareDottedVersions(driver, minDriver) < 0) {
    const text = `${what} asks for driver ${minDriver} or newer`;
    const own = refused(
      'build-asks-for-driver',
      `${text}, not ${driver}`,
      knownField(build, 'minDriver', text),
    );
    if (own.fit === 'no') return own;
  }
  if (cuda === null)
    return judged('build-asks-for-driver', 'unknown', `which driver ${what} asks for is in no table`);
  const toolkit = driverServesToolkit(driver, cuda);
  const isFor = `${what} is for CUDA ${cuda}`;
  return standingOn(toolkit, `${isFor}: ${toolkit.text}`, knownField(build, 'cuda', isFor));
}
