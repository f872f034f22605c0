import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/machine/snapshot/redact.ts';

const redactor = () => createRedactor({ users: ['alice'], hosts: ['wonderland.example.org', 'wonderland'] });
const redact = (text: string): string => redactor().text(text);

describe('redactor: what goes', () => {
  it.each([
    ['user name', 'drwxr-xr-x 2 alice alice 4096 /home/alice/cuda', /alice/],
    ['home of somebody else', 'LD_LIBRARY_PATH=/home/bobby/lib:/Users/carol/x', /bobby|carol/],
    ['short home', 'cd /home/al/cuda', /\bal\b/],
    ['host name', 'Linux wonderland 5.15.0-91-generic #101-Ubuntu SMP', /wonderland/],
    ['qualified host name', 'ssh wonderland.example.org', /wonderland|example/],
    [
      'host name in a log of somebody else',
      'Jun 25 11:05:02 looking-glass kernel: NVRM: loading',
      /looking-glass/,
    ],
    ['GPU UUID', 'GPU 0: NVIDIA (UUID: GPU-8f6b6a2e-1b9c-4b6f-9c53-0d7e2a0b7a11)', /8f6b6a2e/],
    ['root file system', 'BOOT_IMAGE=/vmlinuz root=UUID=8f6b6a2e-1b9c-4b6f-9c53-0d7e2a0b7a11 ro', /8f6b6a2e/],
    ['MAC address', 'link/ether 3c:7c:3f:12:34:56 brd', /3c:7c:3f/],
    ['serial number', '    Serial Number                     : 0324117012345', /0324117012345/],
    ['serial of lshw', '       serial: 3c7c3f123456', /3c7c3f123456/],
    ['PCIe serial', 'Capabilities: Device Serial Number 3c-7c-3f-ff-ff-12-34-56', /3c-7c/],
    ['address in a URL', 'http://10.1.2.3:8080/x', /10\.1\.2\.3/],
    ['address of an interface', 'inet 10.1.2.3/24', /10\.1\.2\.3/],
    ['address of whoever logged in', 'Accepted publickey for root from 203.0.113.77 ssh2', /203\.0\.113\.77/],
    ['address of a route', 'default via 203.0.113.1 dev eth0', /203\.0\.113\.1\b/],
    ['private address', 'nameserver is 192.168.178.1', /192\.168/],
    ['IPv6 address', 'inet6 fe80::3e7c:3fff:fe12:3456/64', /fe80/],
    ['e-mail address', 'Author: Alice <alice.liddell@example.com>', /liddell/],
    ['login in a URL', 'Acquire::http::Proxy "http://alice:s3cret@proxy:3128"', /s3cret/],
    ['token', 'HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz', /hf_abc/],
    ['password', 'password: "hunter22"', /hunter22/],
    ['header', 'Authorization: Bearer abcdefgh', /abcdefgh/],
  ])('%s', (_, text, secret) => {
    expect(redact(text)).not.toMatch(secret);
  });
});

describe('redactor: what stays', () => {
  it.each([
    'cudnn 7.5.0.56, cublas 10.2.2.89-1, 192.168.1.1-ubuntu1',
    'Version: 10.0.130.1',
    'Upgrading libcudnn8 from 8.2.4.15 to 8.9.7.29',
    'Unpacking libcublas10 (10.2.2.89-1) over (10.2.1.243-1) ...',
    'VBIOS Version                         : 96.00.74.00',
    'TensorRT was linked against cuDNN 8.9.2.26 but loaded cuDNN 8.9.0.131',
    'nvidia-cublas-cu12==12.1.3.1 requires nvidia-cudnn-cu12 8.9.2.26 from 12.1.3.1',
    'NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.183.01  Wed Jun',
    'NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x26:0x56:1474)',
    '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile] [10de:2191] (rev a1)',
    '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c',
    'at::cuda::blas c10::cuda std::__cxx11::basic_string',
    'crw-rw-rw- 1 root root 195, 0 Jun 25 11:05 /dev/nvidia0',
    'Maintainer: cudatools <cudatools@nvidia.com>',
    'nvidia-persistenced@boot.service',
    'http://127.0.0.1:8888 localhost',
    'Serial: 8250/16550 driver, 32 ports',
    'Product Serial Number: N/A',
    'Linux version 5.15.0-91-generic (buildd@lcy02-amd64-045) (gcc (Ubuntu 11.4.0))',
    '/root/.bashrc /home/linuxbrew/bin',
    'Key fingerprint = AE09 FE4B BD22 3A84 B2CC  FCE3 F60F 4B3D 7FA2 AF80',
    '2019-05-01 12:34:56.789 12:34:56:78',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('leaves words of the trade alone, even where they are somebody’s name', () => {
    const common = createRedactor({ users: ['nvidia', 'dev', 'root'], hosts: ['ubuntu', 'cuda'] });
    const text = '/dev/nvidia0 ubuntu1804 /usr/local/cuda root@ubuntu';
    expect(common.text(text)).toBe(text);
  });
});

describe('redactor: pseudonyms', () => {
  it('are the same for the same value, and different for different ones', () => {
    const r = redactor();
    const [a, b] = ['GPU-8f6b6a2e-1b9c-4b6f-9c53-0d7e2a0b7a11', 'GPU-8f6b6a2e-1b9c-4b6f-9c53-0d7e2a0b7a12'];
    expect(r.text(a)).toBe(r.text(a.toUpperCase().replace('GPU', 'GPU')));
    expect(r.text(a)).not.toBe(r.text(b));
    expect(r.text('/home/alice/x')).toBe(`/home/${r.text('alice')}/x`);
  });

  it('keep the length of names, so that tables stay aligned', () => {
    for (const name of ['alice', 'al', 'x', 'a-very-long-name'])
      expect(redact(`/home/${name}/`)).toHaveLength(name.length + 7);
  });

  it('do not change when they are redacted again', () => {
    const once = redact('alice@wonderland /home/bobby fe80::1 http://u:p@h/ inet 10.1.2.3 a.b@example.com');
    expect(
      createRedactor({ users: [], hosts: [] })
        .text(once)
        .replace(/user\d+|192\.0\.2\.\d+|redacted\d/g, ''),
    ).toBe(once.replace(/user\d+|192\.0\.2\.\d+|redacted\d/g, ''));
  });

  it('leave binary files as long as they were', () => {
    const bytes = Buffer.from('\0\xff/home/alice/lib\0GPU-8f6b6a2e-1b9c-4b6f-9c53-0d7e2a0b7a11\0', 'latin1');
    const replaced = redactor().bytes(bytes);
    expect(replaced).toHaveLength(bytes.length);
    expect(Buffer.from(replaced).toString('latin1')).not.toContain('alice');
    expect(replaced[1]).toBe(0xff);
  });

  it('are told by kind', () => {
    const r = redactor();
    expect(r.kinds()).toEqual(['user-name', 'host-name']);
    r.text('GPU-8f6b6a2e-1b9c-4b6f-9c53-0d7e2a0b7a11');
    expect(r.kinds()).toContain('uuid');
  });
});

describe('redactor: speed', () => {
  it('stays fast on hostile text', () => {
    const started = performance.now();
    for (const piece of [
      'a',
      '1.',
      'a:',
      '0:',
      'a@',
      'serial ',
      'http://',
      '/home/',
      'token=',
      '-',
      'aa-',
      '2001:',
      ' host ',
    ]) {
      redact(piece.repeat(Math.ceil(200_000 / piece.length)));
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
