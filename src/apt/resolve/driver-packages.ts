/** Which packages are the driver's. */
import names from './data/driver-packages.json' with { type: 'json' };

const whole = (patterns: readonly string[]): RegExp => new RegExp(`^(?:${patterns.join('|')})$`);
const DRIVER = whole(names.drivers);
const TOOLKIT = whole(names.not);

export function isDriverPackage(name: string): boolean {
  return DRIVER.test(name) && !TOOLKIT.test(name);
}
