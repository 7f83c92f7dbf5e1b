/** All kernels of the published module. */
import { arithmeticTemplates } from './arithmetic-templates.ts';
import { foldTemplates } from './fold-templates.ts';
import { groupTemplates } from './group-templates.ts';
import { lowerModule } from './lower.ts';
import { selectTemplates } from './select-templates.ts';

/** The module as AssemblyScript. */
export const kernelSource = (): string => lowerModule([...selectTemplates(), ...arithmeticTemplates(), ...foldTemplates(), ...groupTemplates()]);
