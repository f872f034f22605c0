/**
 * Secure Boot and the keys of modules: mokutil, bootctl, the kernel's own first lines, and what signs a module that is built here (dkms,
 * kmodgenca, sign-file, the .run installer).
 *
 *     SecureBoot enabled
 *     EFI variables are not supported on this system
 *     Failed to enroll new keys
 *     /var/lib/shim-signed/mok/MOK.der is not enrolled
 *     Binary update-secureboot-policy not found, modules won't be signed
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    // mokutil --sb-state; bootctl: Secure Boot: enabled (user); inxi's and hwinfo's are alike
    literal: ['secureboot enabled', 'secureboot disabled', 'secure boot'],
    pattern:
      /^\s{0,8}SecureBoot (enabled|disabled)|Secure Boot: (enabled|disabled)|(?:secureboot: |]\s?)Secure boot (enabled|disabled)/i,
    says: ([, ...words]) => ({
      kind: 'secure-boot',
      on: words.some((word) => word?.toLowerCase() === 'enabled'),
    }),
  },
  {
    literal: [
      'kernel is locked down from efi secure boot',
      'uefi secure boot requires additional configuration',
    ],
    pattern: /Kernel is locked down from EFI Secure Boot|UEFI Secure Boot requires additional configuration/i,
    says: () => ({ kind: 'secure-boot', on: true }),
  },
  {
    literal: ['efi variables are not supported', "doesn't support secure boot"],
    pattern:
      /^\s{0,8}(?:EFI variables are not supported on this system|This system doesn't support Secure Boot)/i,
    says: () => ({ kind: 'secure-boot', on: false }),
  },
  {
    // mokutil --import, where the firmware or shim does not take the request
    literal: 'failed to enroll new keys',
    pattern: /Failed to enroll new keys/i,
    says: () => ({ kind: 'signing', what: 'not-enrolled', detail: null }),
  },
  {
    literal: ' is not enrolled',
    pattern: /(\/[\w./-]{1,160}\.(?:der|cer|crt|pub)) is not enrolled/i,
    says: ([, key]) => ({ kind: 'signing', what: 'not-enrolled', detail: key! }),
  },
  {
    literal: "modules won't be signed",
    pattern:
      /\b((?:Binary|Certificate file|Key file|Kernel config) \S{2,160}) not found.{0,40}modules won't be signed/i,
    says: ([, what]) => ({ kind: 'signing', what: 'not-signed', detail: what! }),
  },
  {
    literal: [
      'failed to sign module',
      'failed to sign precompiled',
      'cannot sign ',
      'unable to generate key pair',
    ],
    pattern:
      /Failed to sign (?:precompiled kernel )?module|(?:nvidia-)?installer cannot sign \S{2,80}|Unable to generate key pair: openssl not/i,
    says: () => ({ kind: 'signing', what: 'not-signed', detail: null }),
  },
  {
    // sign-file of the kernel's scripts: At main.c:167: - SSL error:FFFFFFFF80000002:system library::No such file or directory
    literal: 'ssl error:',
    pattern: /At main\.c:\d{1,4}:\s{1,3}- SSL error:\w{4,20}:system library:.{0,12}:No such file/i,
    says: () => ({ kind: 'signing', what: 'not-signed', detail: 'sign-file' }),
  },
];

export const family = familyOf('Secure Boot', SENTENCES, [
  { literal: 'mok', pattern: /^(?:Failed to .{0,60}?\bMOK|mokutil: )/i },
]);
