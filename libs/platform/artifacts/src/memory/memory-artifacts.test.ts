import { artifactsContract } from '../contract.js';
import { openArtifacts } from '../open-artifacts.js';

artifactsContract('memory', () => openArtifacts('memory:'));
