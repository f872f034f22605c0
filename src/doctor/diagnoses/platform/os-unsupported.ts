import {
  CONTAINER_REPOSITORY,
  hasMusl,
  servedFolder,
  servedRelease,
  servedToday,
} from '../../../compat/nvidia-served.ts';
import { familyOf } from '../../../compat/package-families.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts, OsFacts } from '../../../machine/facts.ts';
import { moduleLoaded } from '../../../machine/questions/driver.ts';
import { gpuSeen } from '../../../machine/questions/gpu.ts';
import { inContainer, onJetson, ownsItsKernel } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { byHand, command } from '../../fix/steps.ts';
import { isServedProcessor, runsNothingOfNvidias } from '../../question/os-support.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['os'],
  severity: 'error',
  title: 'NVIDIA does not support this system',
  causes: [
    { code: 'driver-not-installed', when: runsNothingOfNvidias },
    { code: 'module-not-loaded', when: runsNothingOfNvidias },
    { code: 'device-nodes-missing', when: runsNothingOfNvidias },
    { code: 'libcuda-missing', when: runsNothingOfNvidias },
    { code: 'apt-index-stale' },
  ],
  related: ['driver-not-installed', 'apt-index-stale', 'glibc-too-old'],
  textSummary: 'NVIDIA has no repository for this distribution or release',
  hears: hearing(['package'], ({ reason, repository }) => {
    if (reason === 'no-repository' && repository === CONTAINER_REPOSITORY)
      return { confidence: 'certain', namesCause: true, rank: 12 };
    const folder = CUDA_FOLDER.exec(repository ?? '')?.[1];
    if (folder === undefined || (reason !== 'no-repository' && reason !== 'stale-index')) return null;
    // The folder of a release that is no longer served stays where it is: then it is the index that does not fit.
    if (servedFolder(folder) !== null) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      rank: 12,
      summary: `NVIDIA's repositories have no folder ${folder}: it does not serve that release`,
    };
  }),
  judge(facts) {
    if (onJetson(facts) || !gpuSeen(facts)) return [];
    const os = valueOf(facts.platform.os);
    return [
      ...(os === undefined ? [] : otherLibrary(os, facts)),
      ...otherProcessor(facts),
      ...(os === undefined || !ownsItsKernel(facts) ? [] : unserved(os, facts)),
    ].slice(0, 1);
  },
  remedy: (facts) => withoutRepository(facts),
};

const CUDA_FOLDER = /\/compute\/cuda\/repos\/([a-z]{2,12}\d{1,4})\//;

function otherLibrary(os: OsFacts, facts: Facts): Finding[] {
  if (!hasMusl(os.id)) return [];
  const inside = inContainer(facts);
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: `${os.prettyName} has the C library musl, and NVIDIA's driver libraries and CUDA are built for glibc: they cannot be loaded here`,
      evidence: [evidence(facts.platform.os, 'distribution', ({ prettyName }) => prettyName)],
      fix: inside
        ? [
            byHand(
              'glibc-image',
              'Build the image from one of a distribution with glibc (debian, ubuntu, rockylinux, or nvidia/cuda, which has the toolkit): the GPU is lent to it as to this one',
            ),
          ]
        : [
            byHand(
              'glibc-distribution',
              'Install a distribution with glibc: the kernel driver of NVIDIA is packaged for none with musl',
            ),
          ],
    },
  ];
}

/** A machine whose driver runs is one that NVIDIA served at its time. */
function otherProcessor(facts: Facts): Finding[] {
  const machine = valueOf(facts.platform.architecture);
  if (machine === undefined || isServedProcessor(machine) || moduleLoaded(facts) !== false) return [];
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'likely',
      summary: `NVIDIA's drivers of today and CUDA are made for x86_64 and aarch64; the programs here are for ${machine}`,
      evidence: [evidence(facts.platform.architecture, 'architecture', String)],
      fix: [
        byHand(
          'other-system',
          'Where the processor can run one of these (a 32-bit system on a 64-bit processor): install a 64-bit system; else NVIDIA has no driver for it, or an old one alone',
        ),
      ],
    },
  ];
}

/** The driver comes from the distribution then, and CUDA needs no repository for its release. */
function unserved(os: OsFacts, facts: Facts): Finding[] {
  const served = servedRelease(os.id, os.version);
  if (served !== null && served !== undefined && served.newestCuda === null) return [];
  // Of a derivative whose releases are numbered otherwise it is not known which of them its base's serve.
  const family = familyOf(os.id, os.idLike);
  if (served === undefined && family !== null && family.family !== 'arch') return [];
  const ended = served?.newestCuda ?? null;
  const foreign =
    ended === null
      ? (valueOf(facts.apt.nvidiaSources) ?? []).find(({ enabled, uri }) => enabled && CUDA_FOLDER.test(uri))
      : undefined;
  const says =
    ended === null
      ? `NVIDIA's repositories do not serve ${os.prettyName}`
      : `NVIDIA's repository for ${os.prettyName} has ended with CUDA ${ended}`;
  if (foreign !== undefined)
    return [
      {
        subject: 'machine',
        severity: 'warning',
        confidence: 'likely',
        summary: `${says}, and apt is given the one of another release (${CUDA_FOLDER.exec(foreign.uri)![1]!}): what it installs may not fit`,
        evidence: [
          evidence(facts.platform.os, 'distribution', ({ prettyName }) => prettyName),
          { from: `file: ${foreign.file}`, excerpt: `line ${foreign.line}: ${foreign.uri}` },
        ],
        fix: [
          byHand('drop-source', `Take the entry out of ${foreign.file}, and then: apt update`, {
            root: true,
          }),
          ...withoutRepository(facts),
        ],
      },
    ];
  if (moduleLoaded(facts) !== false) return [];
  return [
    {
      subject: 'machine',
      severity: 'info',
      confidence: 'likely',
      summary: says,
      evidence: [evidence(facts.platform.os, 'distribution', ({ prettyName }) => prettyName)],
      fix: withoutRepository(facts),
    },
  ];
}

function withoutRepository(facts: Facts | null): FixStep[] {
  const os = facts === null ? undefined : valueOf(facts.platform.os);
  const today = os === undefined ? [] : servedToday(os.id);
  return [
    byHand(
      'own-driver',
      "Take the driver from the distribution's own packages, in none of which NVIDIA's repositories have a part (where it has none: NVIDIA's installer, https://www.nvidia.com/drivers)",
      { root: true },
    ),
    ...supplyCuda({ cuda: null }, facts),
    ...(today.length === 0
      ? []
      : [
          byHand(
            'served-release',
            `Or upgrade to a release that NVIDIA serves (its repositories: ${today.join(', ')})`,
            { root: true, alternativeTo: 'own-driver' },
          ),
        ]),
    command(
      'see-repositories',
      'See what is configured of NVIDIA',
      ['grep', '-rn', 'developer.download.nvidia.com', '/etc/apt', '/etc/yum.repos.d'],
      { root: false },
    ),
  ];
}
