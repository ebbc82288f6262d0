//! Functions that are part of the language: described here, served by Rhai.

use crate::registry::{Registry, Ty};

pub(super) fn describe(api: &mut Registry) {
    api.function("print")
        .doc("Writes a value and a line end to standard output; with `--output json` to standard error.")
        .param("value", "anything: a handle prints its name, a secret `***`")
        .example("print(`${1 + 1} of ${[1, 2]}`);")
        .of_the_language(None, &[Ty::Any], 1, Ty::Nothing);
    api.function("debug")
        .doc("Writes a value with its type, and the place of the call, to standard error.")
        .param("value", "anything")
        .example("debug(connect().workspace());")
        .of_the_language(None, &[Ty::Any], 1, Ty::Nothing);
    api.function("type_of")
        .doc("Returns the name of the type of a value: `string`, `i64`, `array`, `map`, `Source`, `Error`, `()`.")
        .param("value", "anything")
        .example("expect_eq(type_of(duration(\"90s\")), \"Duration\");")
        .pure()
        .of_the_language(None, &[Ty::Any], 1, Ty::Text);
    api.function("is_def_var")
        .doc("Says whether there is a variable of that name here.")
        .param("name", "the name of the variable")
        .example("expect(!is_def_var(\"nothing\"));")
        .pure()
        .of_the_language(None, &[Ty::Text], 1, Ty::Bool);
    api.function("is_def_fn")
        .doc("Says whether the script has a function of that name with so many parameters.")
        .param("name", "the name of the function")
        .param("count", "how many parameters it takes")
        .example("fn twice(x) { x * 2 }\nexpect(is_def_fn(\"twice\", 1));")
        .pure()
        .of_the_language(None, &[Ty::Text, Ty::Int], 2, Ty::Bool);
    api.function("is_shared")
        .doc("Says whether a closure has captured the variable, so that both see changes.")
        .param("value", "a variable")
        .example("let n = 1;\nlet f = || n;\nexpect(is_shared(n));")
        .pure()
        .of_the_language(None, &[Ty::Any], 1, Ty::Bool);
    api.function("Fn")
        .doc("Returns a function of the script, or of the reference, by its name.")
        .param("name", "the name of the function")
        .example("fn twice(x) { x * 2 }\nexpect_eq(Fn(\"twice\").call(2), 4);")
        .pure()
        .of_the_language(None, &[Ty::Text], 1, Ty::Function);
    api.method("call")
        .doc("Calls a function that is held in a variable.")
        .param("first", "its first argument")
        .param("second", "its second argument; there can be more")
        .example("let twice = |x| x * 2;\nexpect_eq(twice.call(2), 4);")
        .of_the_language(Some(Ty::Function), &[Ty::Any; 2], 0, Ty::Any);
    api.method("curry")
        .doc("Returns a function whose first arguments are set already.")
        .param("first", "the first argument")
        .param("second", "the second argument; there can be more")
        .example("let add = |a, b| a + b;\nexpect_eq(add.curry(1).call(2), 3);")
        .pure()
        .of_the_language(Some(Ty::Function), &[Ty::Any; 2], 1, Ty::Function);
}
