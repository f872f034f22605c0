/**
 * ptrace(2): root of a container may lack the capability that root of a host has, and sudo does not give it.
 *
 * @param call what somebody may type as root: "doctor --pid ..."
 */
export const whoMayLook = (call: string): string =>
  `only its owner may, and root (sudo gpu-setup ${call}); root of a container needs CAP_SYS_PTRACE, as docker run --cap-add SYS_PTRACE gives it`;
