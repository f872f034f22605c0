/** Where runtimes of containers are configured. */
export const DOCKER_FILE = '/etc/docker/daemon.json';
export const CONTAINERD_FILE = '/etc/containerd/config.toml';
export const TOOLKIT_FILE = '/etc/nvidia-container-runtime/config.toml';
