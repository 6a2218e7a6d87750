import { checkModel } from '../checks/check-model.js';
import { dummy } from './dummy.js';

checkModel(dummy, { learns: false });
