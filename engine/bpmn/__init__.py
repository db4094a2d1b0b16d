"""BPMN: the only place that speaks SpiffWorkflow and lxml.

reading      bytes → XML → Drawing; what a drawing leaves unsaid is said
model        the values of a drawing; `findings`: what is told of one
checks       the rules on drawings, each with its page
expressions  the safe language of conditions; `decisions`: tables (DMN)
ways         every way through a drawing; `budgets`: their time; `soundness`: their tokens
execution    SpiffWorkflow's specs, the acts on a case's tokens, their text
layout       where figures stand; `lettering`: how names are set; `pictures`: figures as SVG
"""
