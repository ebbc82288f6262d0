//! What scripts catch.

use rhai::Dynamic;

use crate::registry::{Call, Handle, Registry};
use crate::values::Fault;

impl Handle for Fault {
    const NAME: &'static str = "Error";
    const DOC: &'static str = "What `catch (e)` gives: an error of a function or of the language. A property that an error does not have is `()`. What a script throws itself is caught as it is.";

    fn show(&self) -> String {
        self.message().to_owned()
    }

    fn same(&self, other: &Self) -> bool {
        self.is(other)
    }
}

/// The properties that are worth a word; an error may have more.
const PROPERTIES: [(&str, &str, &str); 9] = [
    (
        "kind",
        "What went wrong in a word that does not change. Of the server: `not_found`, `ambiguous`, `conflict`, `refused`, `auth`, `unreachable`, `timeout`, `check_failed`, `discover_failed`, `job_failed`, `still_running`, `unobserved`, `unsupported` and others. Of what never got there: `argument`, `configuration`, `catalog`, `schedule`, `invalid_request`. Of files and settings: `file`, `parameter`, `environment`. Of the language: `bounds`, `type`, `unknown`, `arithmetic`, `constant`, `limit`. Of `fail` and `expect`: `failed`, `expectation`.",
        "try { connect().workspace(\"none\") } catch (e) { expect_eq(e.kind, \"not_found\") }\ntry { print([1][2]) } catch (e) { expect_eq(e.kind, \"bounds\") }",
    ),
    ("message", "What went wrong in a sentence.", "try { fail(\"no\") } catch (e) { expect_eq(e.message, \"no\") }"),
    ("hint", "What to do about it.", "try { connect().workspace(\"none\") } catch (e) { print(e.hint) }"),
    (
        "status",
        "The HTTP status of an answer of the server.",
        "try { connect().job(9999) } catch (e) { print(e.status) }",
    ),
    (
        "operation",
        "The operation of the API that failed.",
        "try { connect().job(9999) } catch (e) { print(e.operation) }",
    ),
    (
        "job",
        "The number of the job that failed, or that could not be waited for.",
        "try { connect().job(1).wait() } catch (e) { print(e.job) }",
    ),
    ("line", "The line where it happened.", "try { fail(\"no\") } catch (e) { expect_eq(e.line, 1) }"),
    ("position", "The column where it happened.", "try { fail(\"no\") } catch (e) { expect_eq(e.position, 7) }"),
    ("source", "The file where it happened.", "try { fail(\"no\") } catch (e) { expect_eq(e.source, \"main.rhai\") }"),
];

pub(super) fn describe(api: &mut Registry) {
    api.handle::<Fault>();
    for (name, doc, example) in PROPERTIES {
        api.property(name).doc(doc).example(example).native(move |_: &Call<'_>, fault: Fault| fault.get(name));
    }
    api.index()
        .doc("Any property by name: `()` when the error does not have it.")
        .param("name", "the name of the property")
        .example("try { fail(\"no\") } catch (e) { expect_eq(e[\"status\"], ()) }")
        .native(|_: &Call<'_>, fault: Fault, name: String| -> Dynamic { fault.get(&name) });
}
