"""Reports of a run; each takes results one by one and never holds up the run.

==================================  =====================================================================
`terminal`, `jsonl`, `junit`        as the run goes on
`record`                            the run as data: kept until its end, or read from JSON lines afterwards
`writers`                           what is written from a record: `markdown`, `badge`, `page`
`matrix`, `rules`, `exhibits`       what they show: counts, rules and their coverage, bytes with fields
`pack`, ``page/``                   the data block of the HTML page; its template, style and script
`cli`                               ``sciwire conform report``
==================================  =====================================================================
"""
