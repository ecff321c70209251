"""Functions as C++: what `kestrel-gen ffi` writes.

names     names of Kestrel as identifiers, texts as literals
types     types of Kestrel as types of C++, and the order of their declarations
values    how an expression's value is at hand in C++
ops       the table of operations, each as C++
emit      bodies of functions: expressions and statements
foreign   handles, statuses, and calls of C
module    the whole translation unit
stubs     the `.pyi` beside it
files     all files of a module
"""
