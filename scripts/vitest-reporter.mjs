// Names every skipped test with its reason (the part of its title in brackets), and appends the counts of the run to the
// file that GPU_SETUP_TEST_COUNTS names, so that CI can add up several runs.
import { appendFileSync } from 'node:fs';

export default class NamingReporter {
  onTestRunEnd(modules) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped = [];
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state] = (counts[state] ?? 0) + 1;
        if (state === 'skipped') skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
    const file = process.env.GPU_SETUP_TEST_COUNTS;
    if (file) appendFileSync(file, `${counts.passed} ${counts.failed} ${counts.skipped}\n`);
  }
}
