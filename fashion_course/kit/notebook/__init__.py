"""The notebook's door to a student's answers: cells are saved into `fashion_course/<unit>.py`.

Read in this order: `cells` (what a notebook defines), `needs` (what an answer needs), `surgery`
(how text gets into a module), `modulefile` and `memory` (files), `refresh` (modules in the kernel),
`saving` (what may be replaced), `telling` (words), `desk` (when all this happens), `extension`.
"""
