/** A recording of a runtime's configuration holds what is judged of it, and nothing else. */
import { describe, expect, it } from 'vitest';
import {
  parseContainerd,
  parseDocker,
  parseToolkit,
} from '../../../src/machine/facts/container/parse-runtimes.ts';
import {
  CONTAINERD_FILE,
  DOCKER_FILE,
  TOOLKIT_FILE,
} from '../../../src/machine/facts/container/runtime-files.ts';
import { keptRuntimes } from '../../../src/machine/snapshot/runtime-files.ts';

const DAEMON =
  '{"proxies": {}, "default-runtime": "nvidia", "runtimes": {"nvidia": {"path": "nvidia-container-runtime"}}}';
const CONTAINERD =
  'imports = ["/etc/a.toml"]\n[plugins."io.containerd.cri.v1.runtime".containerd]\ndefault_runtime_name = "nvidia"\n' +
  '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.nvidia.options]\nBinaryName = "/usr/bin/nvidia-container-runtime"\n';

describe('what is kept of a configuration', () => {
  it.each([DAEMON, '', '{"runtimes": ', '{"default-runtime": "runc"}'])(
    'says the same to Docker: %s',
    (text) => {
      expect(parseDocker(keptRuntimes(DOCKER_FILE, text)!)).toEqual(parseDocker(text));
    },
  );

  it.each([CONTAINERD, '', 'version = 2\n[plugins."'])('says the same to containerd: %s', (text) => {
    expect(parseContainerd(keptRuntimes(CONTAINERD_FILE, text)!)).toEqual(parseContainerd(text));
  });

  it.each([
    '[nvidia-container-cli]\nno-cgroups = true\n[nvidia-container-runtime]\nmode = "cdi"\n',
    '',
    '[nvidia-container-cli]\n\nno-cgroups',
  ])('says the same to the toolkit: %s', (text) => {
    expect(parseToolkit(keptRuntimes(TOOLKIT_FILE, text)!)).toEqual(parseToolkit(text));
  });

  it('is nothing of other files', () => {
    expect(keptRuntimes('/etc/hosts', DAEMON)).toBeNull();
  });
});
