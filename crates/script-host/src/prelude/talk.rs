//! `log` and `warn`: what a script says to the person, not to the next program.

use crate::registry::{Call, Registry};

pub(super) fn describe(api: &mut Registry) {
    api.function("log")
        .doc("Writes a line to standard error, unless the run is quiet.")
        .param("text", "what to say")
        .example(r#"log("nothing to do");"#)
        .native(|call: &Call<'_>, text: String| call.host().screen.say(text));
    api.function("warn")
        .doc("Writes a warning to standard error, whatever the verbosity.")
        .param("text", "what to warn of")
        .example(r#"warn("the source has no primary key");"#)
        .native(|call: &Call<'_>, text: String| call.host().screen.warn(text));
}
