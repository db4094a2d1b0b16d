"""BPMN: the only place that speaks SpiffWorkflow and lxml."""
