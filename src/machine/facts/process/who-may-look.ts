/** ptrace(2): root of a container may lack the capability that root of a host has, and sudo does not give it. */
export const WHO_MAY_LOOK =
  'only its owner may, and root with CAP_SYS_PTRACE (which a container has with docker run --cap-add SYS_PTRACE)';
