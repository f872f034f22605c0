// The cases of the install part: what is measured, against whom, and what the ratio is to be.
import { existsSync } from 'node:fs';
import { pathWithoutXz } from './ours.mjs';
import { payloadShapes } from './payload-shapes.mjs';

export const COLD = 'cold install of cuda11 (Debian 12 packages)';
const DOWNLOADED = 'install from downloaded packages, default components';

/**
 * By name: `what`, `peerName`, `goal`; `ours` and `peer` are measured in turn after the steps of `prepare`; `times`, where it is not
 * as often as was asked for; `skipped` says why it cannot be measured here, `finish` cleans up.
 */
export function installCases(work, ours, peers) {
  const isRoot = process.getuid() === 0;
  const needsRoot = isRoot ? undefined : 'needs root';
  const needsDebian = isRoot && existsSync('/usr/bin/mmdebstrap') ? undefined : 'needs root and mmdebstrap';
  const first = ours.fromCache();
  const onNode = ours.fromCache({ program: ours.onNode });
  const withoutXz = ours.fromCache({ path: pathWithoutXz(work) });
  const againstApt = (title, goal, call) => ({
    what: `${DOWNLOADED}${title}`,
    goal,
    skipped: needsDebian,
    ...peers.aptInstall,
    prepare: [...peers.aptInstall.prepare, call],
    ours: call,
  });
  const copied = {
    what: 'second prefix from the store, by copies',
    goal: '<= 1.3',
    skipped: needsRoot,
    prepare: [first],
    ours: ours.anotherByCopies('copied'),
  };
  return {
    defaults: {
      what: `${COLD}, default components`,
      goal: '<= 0.75',
      ...peers.fetching,
      ours: ours.cold(),
    },
    cold: {
      what: `${COLD}, static libraries too`,
      goal: '<= 0.95',
      ...peers.fetching,
      ours: ours.cold('--with', 'static'),
    },
    wanted: { what: DOWNLOADED, goal: '<= 0.6', ...peers.decoding, prepare: [first], ours: first },
    'wanted-node': {
      what: `${DOWNLOADED}, on Node`,
      goal: '<= 0.9',
      ...peers.decoding,
      prepare: [first],
      ours: onNode,
    },
    second: {
      what: 'second prefix from the store',
      goal: '<= 0.03',
      peerName: 'install from downloaded packages',
      peer: first,
      prepare: [first],
      ours: ours.another('again'),
    },
    apt: againstApt('', '<= 0.4', first),
    'apt-bare': againstApt(', no xz program', '<= 0.5', withoutXz),
    'apt-node': againstApt(', on Node', '<= 0.5', onNode),
    'second-link': {
      what: 'second prefix from the store, by links',
      goal: '< 1',
      ...peers.copying,
      prepare: [first],
      ours: ours.another('linked'),
    },
    'second-copy': { ...copied, ...peers.copying },
    'second-copy-synced': { ...copied, ...peers.copyingSynced },
    ...payloadShapes(work, ours.binary),
    verify: {
      what: '`verify` of a prefix',
      goal: '<= 0.6',
      ...peers.hashing,
      prepare: [first],
      ours: ours.verify,
    },
    indexes: {
      what: 'plan from indexes of 60,000 packages, cached',
      goal: '<= 0.5',
      ...peers.planning,
      prepare: [...peers.planning.prepare, ours.plan],
      ours: ours.plan,
      times: 9,
    },
    use: {
      what: '`run -- true` in a prefix',
      goal: '<= 2',
      ...peers.starting,
      prepare: [first],
      ours: ours.run,
      times: 15,
    },
    env: {
      what: '`env` of a prefix',
      goal: '<= 2',
      ...peers.starting,
      prepare: [first],
      ours: ours.env,
      times: 15,
    },
  };
}
