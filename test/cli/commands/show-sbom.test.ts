/** `show --sbom` on a prefix that was installed from a repository with an address that nobody else is to know. */
import { describe, expect, it } from 'vitest';
import { command as show } from '../../../src/cli/commands/show.ts';
import { fakeBuild } from '../../support/build.ts';
import { commandContext, terminal } from '../../support/context.ts';
import { MovingRepository, packages } from '../../support/locked.ts';
import { validateSpdx } from '../../support/spdx.ts';

const repository = new MovingRepository();

describe('show --sbom', () => {
  it('is one document, the same each time, with --json and without, and names no address', async () => {
    await repository.publish(packages());
    const machine = repository.machine();
    const { plan } = await machine.install({ name: 'cuda9' });
    const call = (form: string) => show.run(['cuda9'], { sbom: form }, commandContext(machine.dir));
    const [spdx, again, cyclonedx] = [await call('spdx'), await call('spdx'), await call('cyclonedx')];
    expect(validateSpdx(spdx.json as Record<string, unknown>)).toEqual([]);
    const text = spdx.text!(terminal);
    expect(again.text!(terminal)).toBe(text);
    expect(JSON.parse(text)).toEqual(spdx.json);
    for (const { name, version, sha256 } of plan.packages)
      for (const one of [text, cyclonedx.text!(terminal)])
        for (const said of [name, version, sha256]) expect(one).toContain(said);
    for (const one of [text, cyclonedx.text!(terminal)]) {
      expect(one).not.toContain(new URL(repository.server.url).host);
      expect(one).not.toContain(machine.dir);
      // Signed by a key that is not NVIDIA's: nobody says that these packages are NVIDIA's.
      expect(one).not.toContain('pkg:deb/nvidia');
    }
    await expect(
      show.run(['cuda9'], { sbom: 'spdx', licenses: true }, commandContext(machine.dir)),
    ).rejects.toMatchObject({ code: 'options-conflict' });
    await fakeBuild(`${machine.dir}/home`, 'darknet');
    await expect(
      show.run(['darknet-1'], { sbom: 'spdx' }, commandContext(machine.dir)),
    ).rejects.toMatchObject({ code: 'options-conflict', exitCode: 2 });
  });
});
