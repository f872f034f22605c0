/** What version 0.1 wrote as .gpu-setup/gpu-setup.lock: prefixes that carry it must go on working. */
export const LOCK_OF_0_1 = `{
  "schema": "gpu-setup/lock@1",
  "request": {
    "name": "cuda10",
    "recipe": "cuda10",
    "specs": [
      { "name": "cuda", "version": "10.0" },
      { "name": "cudnn", "version": "7.5" }
    ],
    "components": ["compiler", "libraries", "cudnn"],
    "sources": ["nvidia-cuda-ubuntu1804", "nvidia-ml-ubuntu1804"],
    "architecture": "amd64"
  },
  "cuda": "10.0.130",
  "cudnn": "7.5.0.56",
  "sources": [
    {
      "id": "nvidia-cuda-ubuntu1804",
      "suite": "/",
      "overridden": false,
      "signedWith": "EB693B3035CD5710E231E123A4B469963BF863CC",
      "date": "2024-01-01T00:00:00.000Z",
      "proof": { "inRelease": "-----BEGIN PGP SIGNED MESSAGE-----" }
    },
    {
      "id": "nvidia-ml-ubuntu1804",
      "suite": "/",
      "overridden": true,
      "signedWith": "AE09FE4BBD223A84B2CCFCE3F60F4B3D7FA2AF80",
      "date": null,
      "proof": { "release": "Origin: NVIDIA", "signature": "LS0tLS1CRUdJTg==" }
    }
  ],
  "packages": [
    {
      "name": "cuda-cudart-10-0",
      "version": "10.0.130-1",
      "architecture": "amd64",
      "sourceId": "nvidia-cuda-ubuntu1804",
      "suite": "/",
      "path": "cuda-cudart-10-0_10.0.130-1_amd64.deb",
      "size": 114412,
      "sha256": "f9b4b0b0a8e4a4c5f38f6ac1d4a9b9e6f6a0d6e9f1f3b0a6d4c2e0f8a6b4c2d0",
      "payloadSha256": "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
      "installedBytes": 401408,
      "components": ["libraries"]
    }
  ]
}
`;
