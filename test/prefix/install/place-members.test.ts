import { describe, expect, it } from 'vitest';
import { placeMembers, type Placement } from '../../../src/prefix/install/place-members.ts';
import { layoutOf, type Layout } from '../../../src/prefix/layout/layout.ts';
import type { Component } from '../../../src/prefix/layout/component.ts';
import { VirtualRoot, type TreeMember } from '../../../src/prefix/install/virtual-root.ts';

const member = (path: string, changes: Partial<TreeMember> = {}): TreeMember => ({
  path,
  type: 'file',
  package: 'p',
  size: 1,
  mode: 0o644,
  mtime: 0,
  sha256: `sha:${path}`,
  target: null,
  ...changes,
});
const link = (path: string, target: string): TreeMember =>
  member(path, { type: 'link', target, size: 0, sha256: null });

/** A layout from pairs "member path" -> "path in the prefix", by prefix of the path. */
function table(
  rules: Readonly<Record<string, string | { drop: string }>>,
  component: Component = 'libraries',
): Layout {
  return {
    nameFor: () => 'nvidia',
    place(_, path) {
      const key = Object.keys(rules).find((from) => path === from || path.startsWith(`${from}/`));
      if (key === undefined) return null;
      const to = rules[key]!;
      return typeof to === 'string' ? { to: to + path.slice(key.length), component, also: [] } : to;
    },
  };
}

function placed(members: TreeMember[], layout: Layout, components: Component[] = ['libraries']): Placement {
  const root = new VirtualRoot();
  for (const one of members) root.add(one);
  return placeMembers(root, { layout, cuda: '10.0', components });
}
const shown = ({ entries }: Placement): string[] =>
  entries.map((entry) => (entry.type === 'link' ? `${entry.to} -> ${entry.target}` : entry.to));

describe('placing members', () => {
  it('places files, and keeps chains of links as chains, relative within the prefix', () => {
    const result = placed(
      [
        member('usr/lib/x86/libx.so.1.2'),
        link('usr/lib/x86/libx.so.1', 'libx.so.1.2'),
        link('usr/lib/x86/libx.so', '/usr/lib/x86/libx.so.1'),
        link('usr/local/bin/tool', '../../lib/x86/libx.so.1'),
      ],
      table({ 'usr/lib/x86': 'lib64', 'usr/local/bin': 'bin' }),
    );
    expect(shown(result)).toEqual([
      'bin/tool -> ../lib64/libx.so.1',
      'lib64/libx.so -> libx.so.1',
      'lib64/libx.so.1 -> libx.so.1.2',
      'lib64/libx.so.1.2',
    ]);
  });

  it("finds where a folder went, and rewrites links to it (Debian's libdevice, NVIDIA's lib64)", () => {
    const result = placed(
      [
        member('usr/lib/toolkit/libdevice/a.bc'),
        link('usr/lib/cuda/nvvm/libdevice', '../../toolkit/libdevice'),
        member('usr/local/cuda-10.0/targets/x86/lib/libx.so'),
        link('usr/local/cuda-10.0/lib64', 'targets/x86/lib'),
      ],
      table({
        'usr/lib/toolkit/libdevice': 'share/libdevice',
        'usr/lib/cuda': 'c',
        'usr/local/cuda-10.0': 'c',
      }),
    );
    expect(shown(result)).toEqual([
      'c/lib64 -> targets/x86/lib',
      'c/nvvm/libdevice -> ../../share/libdevice',
      'c/targets/x86/lib/libx.so',
      'share/libdevice/a.bc',
    ]);
  });

  it.each([
    ['below usr/src, with a link on PATH', '../src/tensorrt/bin/trtexec'],
    ['below usr/src, with an absolute link', '/usr/src/tensorrt/bin/trtexec'],
  ])("has one trtexec in bin where NVIDIA's package has it %s", (_, target) => {
    const package_ = { package: 'libnvinfer-bin', mode: 0o755 };
    const result = placed(
      [
        member('usr/src/tensorrt/bin/trtexec', package_),
        { ...link('usr/bin/trtexec', target), package: 'libnvinfer-bin' },
      ],
      layoutOf('nvidia'),
      ['tensorrt'],
    );
    expect(result.entries).toMatchObject([{ to: 'bin/trtexec', type: 'file' }]);
  });

  it('leaves a link out whose place its own target takes, and one through a dropped link follows on', () => {
    const result = placed(
      [
        member('usr/lib/libx.so.1'),
        link('opt/libx.so.1', '../usr/lib/libx.so.1'),
        link('etc/alternatives/x', '/usr/lib/libx.so.1'),
        link('usr/lib/liby.so', '/etc/alternatives/x'),
      ],
      table({ 'usr/lib': 'lib64', opt: 'lib64', 'etc/alternatives': { drop: 'made by the system' } }),
    );
    expect(shown(result)).toEqual(['lib64/libx.so.1', 'lib64/liby.so -> libx.so.1']);
    expect(result.dropped).toEqual(['p: etc/alternatives/x -> made by the system']);
  });

  it('writes only what a component asks for, and records a link whose target is not among it', () => {
    const layout: Layout = {
      nameFor: () => 'nvidia',
      place: (_, path) => ({ to: path, component: path.endsWith('.a') ? 'static' : 'libraries', also: [] }),
    };
    const result = placed(
      [member('lib64/libx_static.a'), link('lib64/libx.lib', 'libx_static.a'), member('lib64/libx.so')],
      layout,
    );
    expect(shown(result)).toEqual(['lib64/libx.so']);
    expect(result.dropped).toEqual([
      'p: lib64/libx.lib -> a link to lib64/libx_static.a, which is not part of this prefix',
    ]);
  });

  it('refuses a member without a place, naming package and path', () => {
    expect(() => placed([member('opt/new/thing')], table({ usr: 'x' }))).toThrow(
      expect.objectContaining({
        code: 'unmapped-member',
        message: expect.stringMatching(/package p .*"opt\/new\/thing"/) as string,
      }),
    );
  });

  it.each(['/etc/passwd', '../../../../../etc/passwd', 'missing'])(
    'refuses a link to %s that the map does not drop',
    (target) => {
      expect(() => placed([link('usr/lib/x', target)], table({ usr: 'u' }))).toThrow(
        expect.objectContaining({ code: 'link-outside' }),
      );
    },
  );

  it('refuses links that go round in a circle', () => {
    expect(() =>
      placed([link('usr/a', 'b'), link('usr/b', 'c'), link('usr/c', 'b')], {
        nameFor: () => 'nvidia',
        place: (_, path) =>
          path === 'usr/a' ? { to: 'a', component: 'libraries', also: [] } : { drop: 'no' },
      }),
    ).toThrow(expect.objectContaining({ code: 'link-outside' }));
  });

  it('refuses two different files in one place, accepts the same content twice', () => {
    const layout = table({ 'usr/include': 'include', 'opt/include': 'include' });
    expect(() => placed([member('usr/include/x.h'), member('opt/include/x.h')], layout)).toThrow(
      expect.objectContaining({ code: 'layout-collision' }),
    );
    const same = placed(
      [member('usr/include/x.h', { sha256: 's' }), member('opt/include/x.h', { sha256: 's' })],
      layout,
    );
    expect(shown(same)).toEqual(['include/x.h']);
  });

  it('refuses a file below the place of a link: it would be written somewhere else', () => {
    const layout = table({ 'usr/local/lib64': 'lib64', 'usr/local/targets': 'targets', 'usr/lib': 'lib64' });
    expect(() =>
      placed(
        [member('usr/local/targets/lib/a'), link('usr/local/lib64', 'targets/lib'), member('usr/lib/b')],
        layout,
      ),
    ).toThrow(expect.objectContaining({ code: 'layout-collision' }));
  });

  it("places Debian's and NVIDIA's shapes with the real path maps", () => {
    const debian = placed(
      [
        member('usr/lib/x86_64-linux-gnu/libcudart.so.11.8.89', { package: 'libcudart11.0' }),
        {
          ...link('usr/lib/x86_64-linux-gnu/libcudart.so.11.0', 'libcudart.so.11.8.89'),
          package: 'libcudart11.0',
        },
        { ...link('usr/lib/x86_64-linux-gnu/libcudart.so', 'libcudart.so.11.0'), package: 'nvidia-cuda-dev' },
        member('usr/lib/x86_64-linux-gnu/libcublas_static.a', { package: 'nvidia-cuda-dev', sha256: null }),
        member('etc/nvcc.profile', { package: 'nvidia-cuda-toolkit', sha256: null }),
        {
          ...link('usr/lib/nvidia-cuda-toolkit/bin/nvcc.profile', '/etc/nvcc.profile'),
          package: 'nvidia-cuda-toolkit',
        },
      ],
      layoutOf('debian'),
    );
    expect(shown(debian)).toEqual([
      'lib64/libcudart.so -> libcudart.so.11.0',
      'lib64/libcudart.so.11.0 -> libcudart.so.11.8.89',
      'lib64/libcudart.so.11.8.89',
    ]);
  });
});
