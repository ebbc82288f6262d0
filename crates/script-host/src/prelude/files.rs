//! `read_text`, `read_json`, `read_yaml` and `write_json`, inside of granted folders.

use std::fmt::Display;
use std::path::Path;

use rhai::Dynamic;
use serde_json::Value;

use super::data::json_of;
use super::folders::Denied;
use crate::diagnostics::{in_words, of_yaml};
use crate::registry::{Call, Json, Raise, Registry};
use crate::values::{Fault, FaultKind};

pub(super) fn describe(api: &mut Registry) {
    api.function("read_text")
        .doc("Returns the content of a text file below the script's folder or a folder of `--allow-read`.")
        .param("path", "relative to the script that was started")
        .example("print(read_text(\"note.txt\").len);")
        .native(|call: &Call<'_>, path: String| read(call, &path));
    api.function("read_json")
        .doc("Returns the value in a JSON file below the script's folder or a folder of `--allow-read`.")
        .param("path", "relative to the script that was started")
        .example("print(read_json(\"settings.json\").host);")
        .native(|call: &Call<'_>, path: String| {
            serde_json::from_str::<Value>(&read(call, &path)?).map(Json).map_err(|error| malformed(&path, &error))
        });
    api.function("read_yaml")
        .doc("Returns the value in a YAML file below the script's folder or a folder of `--allow-read`.")
        .param("path", "relative to the script that was started")
        .example("for table in read_yaml(\"tables.yaml\") { print(table); }")
        .native(|call: &Call<'_>, path: String| {
            serde_saphyr::from_str::<Value>(&read(call, &path)?)
                .map(Json)
                .map_err(|error| malformed(&path, &of_yaml(&error)))
        });
    api.function("write_json")
        .doc("Writes a value as JSON to a file below the script's folder or a folder of `--allow-write`; secrets become `***`, handles maps of their properties.")
        .param("path", "relative to the script that was started")
        .param("value", "what to write")
        .example("write_json(\"made.json\", #{ records: 12 });\nexpect_eq(read_json(\"made.json\").records, 12);")
        .native(|call: &Call<'_>, path: String, value: Dynamic| -> Result<(), Raise> {
            let value = json_of(call, "write_json", "value", &value)?;
            let file = call.host().folders.to_write(&path)?;
            let text = format!("{:#}\n", call.host().screen.redacted(&value));
            std::fs::write(&file, text).map_err(|error| unusable(&file, "write", &error))
        });
}

fn read(call: &Call<'_>, path: &str) -> Result<String, Raise> {
    let file = call.host().folders.to_read(path)?;
    std::fs::read_to_string(&file).map_err(|error| unusable(&file, "read", &error))
}

fn malformed(path: &str, error: &dyn Display) -> Raise {
    Raise::new(FaultKind::File, format!("cannot read `{path}`: {error}"))
}

fn unusable(file: &Path, verb: &str, error: &std::io::Error) -> Raise {
    Raise::new(FaultKind::File, format!("cannot {verb} `{}`: {}", file.display(), in_words(error)))
}

impl From<Denied> for Raise {
    fn from(denied: Denied) -> Self {
        Fault::new(FaultKind::File, denied.to_string()).hint(denied.hint()).into()
    }
}
