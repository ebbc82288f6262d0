//! Documents as other people write them: large, and with every construct that a
//! generator can stumble over. Made from a seed, so that a failure repeats.

mod operations;
mod schemas;
mod yaml;

use serde_json::{Value, json};

pub(crate) use yaml::text;

/// Returns a document with this many operations and named schemas.
pub(crate) fn document(seed: u64, operations: usize, schemas: usize) -> Value {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let names: Vec<String> = (0..schemas).map(schemas::name).collect();
    let mut components = serde_json::Map::new();
    for (index, name) in names.iter().enumerate() {
        let schema = schemas::named(&mut random, &names, index);
        components.insert(name.clone(), schema);
    }
    json!({
        "openapi": "3.0.1",
        "info": {"title": "Foreign \"API\"", "version": 1.0, "description": "*/ `x` {y} \\z"},
        "servers": [{"url": "https://{host}/api", "variables": {"host": {"default": "h"}}}],
        "tags": [{"name": "a"}, {"name": "b"}],
        "paths": operations::paths(&mut random, &names, operations),
        "components": {
            "schemas": components,
            "responses": operations::shared_responses(&names),
            "parameters": operations::shared_parameters(),
            "requestBodies": {"Shared": {"content": {"application/json": {"schema": reference(&names[0])}}}},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    })
}

fn reference(name: &str) -> Value {
    let name = name.replace('~', "~0").replace('/', "~1").replace(' ', "%20");
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A stream of numbers that looks random and is not.
pub(crate) struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("less than a usize")
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}
