/**
 * NCCL of all ages: its lines of NCCL_DEBUG, which frameworks print again as "Last error". What it says of CUDA is read by cuda-errors.ts.
 *
 *     node:29880:30398 [0] init.cc:497 NCCL WARN Duplicate GPU detected : rank 2 and rank 0 both on CUDA device 1000
 *     Mismatched NCCL version detected : rank 0 version 22005 rank 1 version 21903 range [21903, 22005]
 *     ncclSystemError: System call (e.g. socket, malloc) or external library call failed or device error.
 */
import { familyOf, type Sentence } from '../family.ts';
import { firstGroup, mismatch, outOfMemory, troubled } from '../said.ts';
import { dottedCuda } from '../versions.ts';

/** 22005 -> "2.20.5", 2304 -> "2.3.4": from 2.9 on the minor has two digits. */
function dottedNccl(version: string): string {
  const number = Number(version);
  return number >= 10_000
    ? `${Math.floor(number / 10_000)}.${Math.floor(number / 100) % 100}.${number % 100}`
    : `${Math.floor(number / 1000)}.${Math.floor(number / 100) % 10}.${number % 100}`;
}

const SENTENCES: readonly Sentence[] = [
  {
    // From 2.29 on: Multiple Ranks are using the same GPU/Partition.
    literal: ['duplicate gpu detected', 'multiple ranks are using the same gpu'],
    pattern:
      /Duplicate GPU detected ?: ?rank \d{1,6} and rank \d{1,6} both on CUDA device|Multiple Ranks are using the same GPU/i,
    says: () => ({ kind: 'error-code', library: 'nccl', number: null, name: 'Duplicate GPU detected' }),
  },
  {
    literal: 'mismatched nccl version detected',
    pattern:
      /Mismatched NCCL version detected ?: ?rank \d{1,6} version (\d{4,6}) rank \d{1,6} version (\d{4,6})/i,
    says: ([, one, other]) => ({
      kind: 'version-mismatch',
      of: 'nccl',
      found: dottedNccl(other!),
      expected: dottedNccl(one!),
      atLeast: false,
    }),
  },
  {
    literal: 'cuda driver version found is ',
    pattern: /CUDA Driver version found is (\d{4,5})\. Minimum requirement is (\d{4,5})/i,
    says: ([, found, least]) =>
      mismatch('cuda-of-driver', dottedCuda(Number(found)), dottedCuda(Number(least)), true, 'NCCL'),
  },
  {
    literal: 'failed to cuda ',
    pattern: /NCCL WARN Failed to CUDA (?:malloc|calloc|host alloc)(?: async)? \d{1,15} bytes/i,
    says: () => outOfMemory(),
  },
  // Of memory that the NVSwitches are to share
  troubled(
    'fabric-suspected',
    'configuration error in the fabric manager or nvswitches',
    /system or configuration error in the Fabric Manager or NVSwitches/i,
  ),
  {
    // NCCL version 2.21.5+cuda12.4: its own first line, and what torch puts behind an error
    literal: 'nccl version ',
    pattern: /\bNCCL version (\d\.\d{1,2}\.\d{1,3})(?:\+cuda|[\s,;]|$)/,
    says: ([, version]) => ({ kind: 'version', of: 'nccl', version: version! }),
  },
  {
    literal: ['unhandled cuda error', 'unhandled system error'],
    pattern: /(?:NCCL|nccl).{0,200}unhandled (cuda|system) error/,
    says: ([, of]) => ({
      kind: 'error-code',
      library: 'nccl',
      number: of === 'cuda' ? 1 : 2,
      name: of === 'cuda' ? 'ncclUnhandledCudaError' : 'ncclSystemError',
    }),
  },
];

/**
 * Between machines: InfiniBand or RoCE (net_ib.cc), and sockets. That there is no card of InfiniBand it says without a warning, and goes on.
 *
 *     NCCL WARN NET/IB : Got async event : port error
 *     NCCL WARN NET/IB : Got completion from peer 10.0.0.2<41394> with status=12 opcode=0 len=0 vendor err 129 (Recv)
 *     NCCL WARN Call to ibv_modify_qp failed with error Connection timed out
 *     NCCL WARN socketStartConnect: Connect to 10.0.0.2<51373> failed : No route to host
 */
const NETWORK: readonly Sentence[] = [
  troubled(
    'rank-network-fault',
    ['got async ', 'got completion from peer', 'call to ibv_', '> failed : ', 'no socket interface found'],
    /NCCL WARN (?:.{0,60}?)(Got async (?:fatal )?event ?: [\w ]{3,40}|Got completion from peer \S{3,60} with (?:error|status[ =])\s?\d{1,3}|Call to ibv_\w{3,30} failed.{0,80}|Connect to [^\s<]{3,50}<\d{1,5}> failed : [\w ]{3,40}|Bootstrap ?: no socket interface found)/i,
    firstGroup,
  ),
];

/** torch's process group, which waits for NCCL: some of the ranks did not come, or what they sent did not. */
const WATCHDOG: readonly Sentence[] = [
  {
    // WorkNCCL(SeqNum=1, OpType=ALLREDUCE, TensorShape=[1], Timeout(ms)=1800000) ran for 1800116 milliseconds before timing out.
    literal: 'caught collective operation timeout',
    pattern: /Watchdog caught collective operation timeout(?:.{0,60}\bOpType=(\w{3,30}))?/i,
    says: ([, operation = null]) => ({ kind: 'trouble', what: 'collective-timed-out', detail: operation }),
  },
  // The first operation, at which the ranks tell each other where they are; a call of another operation; a rank that went away or
  // cannot be reached (through its own files NCCL hands on 2, a system error, or 6, a remote one)
  troubled(
    'collective-timed-out',
    [
      'retrieving nccluniqueid',
      'connection closed by remote peer',
      'may be caused by a collective mismatch',
      'nccl info misc/socket.cc:',
    ],
    /NCCL WARN Your program may be hanging, this may be caused by a collective mismatch|NCCL INFO misc\/socket\.cc:\d{1,5} -> [26]\b|retrieving ncclUniqueId .{0,200}(?:time(?:d )?out|wait timeout)|NCCL WARN .{0,80}Connection closed by remote peer/i,
  ),
  // What it says before it ends the process, of all releases; and where its own watchdog is stuck
  troubled(
    'collective-timed-out',
    ['some nccl operations have failed or timed out', 'watchdog got stuck for'],
    /Some NCCL operations have failed or timed out|ProcessGroupNCCL's watchdog got stuck for/i,
  ),
];

export const family = familyOf(
  'NCCL',
  [...SENTENCES, ...NETWORK, ...WATCHDOG],
  [
    { literal: 'nccl warn ', pattern: /NCCL WARN (?!NET\/IB : Unable|Missing "iommu=pt")/ },
    { literal: ['nccl error', 'nccl failure'], pattern: /NCCL (?:error|failure)\b/i },
  ],
);
