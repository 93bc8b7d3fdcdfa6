"""How fast it is: the measurements of ``ics-flow bench``. They print figures and judge nothing: a figure is no test, and a busy machine is no fault."""
