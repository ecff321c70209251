"""Functions that are compiled, and the C that they call.

foreign     `extern` blocks → handles, statuses, structs and functions of C
functions   signatures and bodies of functions; which function a call means
statements  blocks, `let`, `var`, `:=`, loops, `defer`, `unsafe`
exits       `return`, `?`, `Ok` and `Err`
invoke      calls of C, `audit.log`
ranges      between which bounds an integer lies
effects     what each function may do
obligations what each function must do on every way out
boundaries  what a function of a kind of boundary may and must do
"""
