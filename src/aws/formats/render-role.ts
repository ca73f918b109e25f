import type { RolePlan } from '../role-setup.js';
import { renderCloudFormation } from './cloudformation.js';
import { renderConsoleSteps } from './console-steps.js';
import { renderShellScript } from './shell-script.js';
import { renderTerraform } from './terraform.js';
import { renderJson } from './whole-json.js';

/** The forms in which a set-up is handed to the owner of the account; by the names of the API. */
export const ROLE_FORMATS = ['json', 'cli', 'console', 'cloudformation', 'terraform'] as const;
export type RoleFormat = (typeof ROLE_FORMATS)[number];

/** The plan as one text that ends with a line feed. The same plan always gives the same bytes. */
export function renderRole(plan: RolePlan, format: RoleFormat): string {
  return RENDERERS[format].render(plan);
}

/** The name under which the text is saved. */
export function roleFileName({ setup }: RolePlan, format: RoleFormat): string {
  return `headgate-${setup.schema.toLowerCase()}${RENDERERS[format].ending}`;
}

const RENDERERS: Readonly<Record<RoleFormat, { render(plan: RolePlan): string; readonly ending: string }>> = {
  json: { render: renderJson, ending: '.json' },
  cli: { render: renderShellScript, ending: '.sh' },
  console: { render: renderConsoleSteps, ending: '.txt' },
  cloudformation: { render: renderCloudFormation, ending: '.template.json' },
  terraform: { render: renderTerraform, ending: '.tf' },
};
