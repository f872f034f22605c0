/** What a recipe that trains and times a network says of it. */
export interface TrainingDefinition {
  /** Text of the .cfg. */
  network: string;
  iterations: number;
  /** The training stops so often to measure mAP. */
  rounds: number;
  /** mAP@0.5 on held-out pictures that must be reached. */
  leastMap50: number;
}

export interface SmokeDefinition {
  training: TrainingDefinition;
  inference: {
    /** File name and text of the .cfg that is timed. */
    file: string;
    network: string;
    /** Id of the device whose budget counts unless --target names another. */
    target: string;
  };
}
