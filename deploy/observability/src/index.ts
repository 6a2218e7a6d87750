export type { Alert, AlertingRule } from './alerts/alert.js';
export { type AlertGroup, alertFile, alertGroups, alerts } from './alerts/groups.js';
export { type DashboardFile, dashboards } from './dashboards/dashboards.js';
export { type PanelQuery, panelQueries } from './dashboards/queries.js';
