"""The notebook's door to a student's answers: cells are saved into `fashion_course/<unit>.py`.

Read in this order: `cells` (what a notebook defines), `needs` (what an answer needs), `surgery`
(how text gets into a module), `modulefile` and `memory` (files), `saving` (what may be replaced),
`refresh` (modules in the kernel), `telling` (words), `desk` (when all this happens), `extension`.
"""
