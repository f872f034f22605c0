/**
 * cuDNN's frontend, which puts a computation together as a graph and asks cuDNN for an engine that takes it: its own words (error_code_t,
 * its exceptions), as PyTorch, ONNX Runtime, JAX and Transformer Engine pass them on.
 *
 *     RuntimeError: cuDNN Frontend error: [cudnn_frontend] Error: No execution plans support the graph.
 *     RuntimeError: cuDNN Frontend error: No valid engine configs for Matmul_MUL_Reduction_
 *     CUDNN_FE failure 11: CUDNN_BACKEND_API_FAILED ; GPU=0 ; hostname=x ; expr=graph->create_execution_plans({heur_mode});
 *     Status Message: Failed to initialize CUDNN Frontend
 */
import { familyOf, type Sentence } from '../family.ts';
import { troubled } from '../said.ts';

/** Of its codes those that say that the caller's graph is no graph: a shape, a name, a value. */
const OF_THE_CALLER =
  'ATTRIBUTE_NOT_SET|SHAPE_DEDUCTION_FAILED|INVALID_TENSOR_NAME|INVALID_VARIANT_PACK|INVALID_VALUE|UNSUPPORTED_GRAPH_FORMAT';

const SENTENCES: readonly Sentence[] = [
  troubled(
    'no-algorithm',
    ['no valid engine configs for', 'no execution plans support the graph'],
    /No valid engine configs for|No execution plans support the graph/i,
  ),
  troubled(
    'input-fits-no-operator',
    'cudnn_fe failure',
    new RegExp(String.raw`CUDNN_FE failure \d{1,4}: (?:${OF_THE_CALLER})\b`),
  ),
  // No plan that the GPU can take, or cuDNN's own functions that fail at one
  troubled(
    'no-algorithm',
    'cudnn_fe failure',
    new RegExp(String.raw`CUDNN_FE failure \d{1,4}: (?!${OF_THE_CALLER})[A-Z]`),
  ),
  troubled(
    'no-algorithm',
    ['cudnn frontend error: ', 'failed to initialize cudnn frontend'],
    /cuDNN Frontend error: |Failed to initialize cuDNN Frontend/i,
  ),
];

export const family = familyOf("cuDNN's frontend", SENTENCES);
