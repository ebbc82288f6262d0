//! The operations of a document, found by name.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Document, Operation, nearest, normalise, operation, refs,
    schemas::Schemas,
    walk::{self, Object},
};

/// The operations of a document and the schemas they use.
///
/// It can be written as JSON and read back, which is how the bindings carry it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationIndex {
    /// Sorted by their names.
    operations: Vec<Operation>,
    schemas: Schemas,
}

impl OperationIndex {
    /// Returns the operations of a document.
    ///
    /// ```
    /// use airway_spec::{Document, OperationIndex};
    ///
    /// let text = "openapi: 3.0.3\npaths:\n  /v1/jobs/list:\n    post: {operationId: listJobsFor}\n";
    /// let index = OperationIndex::of(&Document::parse(text, "jobs.yaml")?);
    /// assert_eq!(index.get("jobs/list").unwrap().id, "listJobsFor");
    /// assert_eq!(index.nearest("job/list"), Some("jobs/list"));
    /// # Ok::<(), airway_spec::SpecError>(())
    /// ```
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let document = normalise::for_index(document);
        let mut operations: Vec<Operation> =
            walk::operations(&document).map(|(path, method, source)| Operation::read(path, method, source)).collect();
        operations.sort_by(|one, other| one.name().cmp(other.name()));
        let mut used = BTreeSet::new();
        let parameters = operations.iter().flat_map(|operation| &operation.parameters);
        let bodies = operations.iter().flat_map(|o| o.request.iter().chain(&o.response));
        let roots = bodies.map(|body| &body.schema).chain(parameters.map(|p| &p.schema));
        for schema in roots {
            walk::references(schema, &mut |target| {
                used.insert(target.to_owned());
            });
        }
        let used = normalise::closure(&document, used);
        let schemas: Object = walk::components(&document)
            .into_iter()
            .flatten()
            .filter(|(name, _)| used.contains(&(refs::SCHEMAS.to_owned() + name)))
            .map(|(name, schema)| (name.clone(), schema.clone()))
            .collect();
        Self { operations, schemas: Schemas::of(&schemas) }
    }

    /// Finds an operation by its id or its path; of the path, the start
    /// (`/api/v1/`) may be left out, and a method may stand before it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Operation> {
        if let Some(found) = self.iter().find(|operation| operation.id == name) {
            return Some(found);
        }
        let exactly = self.operations.partition_point(|operation| operation.name() < name);
        if let Some(found) = self.operations.get(exactly).filter(|operation| operation.name() == name) {
            return Some(found);
        }
        let (method, path) = match name.split_once(' ') {
            Some((method, path)) => (Some(method), path.trim()),
            None => (None, name),
        };
        let path = path.trim_matches('/');
        let path = operation::short(path.strip_prefix("api/").unwrap_or(path));
        self.iter().find(|operation| {
            let alias = operation.alias.as_deref().map(operation::short);
            (operation.name().trim_end_matches('/') == path || alias == Some(path))
                && method.is_none_or(|method| method.eq_ignore_ascii_case(&operation.method))
        })
    }

    /// Returns the name or id that a mistyped one probably means.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let path = name.trim_matches('/');
        let path = operation::short(path.strip_prefix("api/").unwrap_or(path));
        let names = self.iter().map(Operation::name);
        let ids = self.iter().map(|operation| operation.id.as_str());
        nearest::nearest(path, names.chain(ids))
    }

    /// Visits all operations, in the order of their names.
    pub fn iter(&self) -> std::slice::Iter<'_, Operation> {
        self.operations.iter()
    }

    /// Returns a named schema.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<&Value> {
        self.schemas.get(name)
    }

    /// Returns a schema with the references at its top resolved, and the name
    /// the last of them had.
    #[must_use]
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> (Option<&'a str>, &'a Value) {
        let mut name = None;
        let mut schema = schema;
        for _ in 0..64 {
            let target = refs::target(schema).and_then(|target| target.strip_prefix(refs::SCHEMAS));
            let Some(target) = target else { break };
            let Some(found) = self.schema(target) else { break };
            name = Some(target);
            schema = found;
        }
        (name, schema)
    }
}

impl<'a> IntoIterator for &'a OperationIndex {
    type Item = &'a Operation;
    type IntoIter = std::slice::Iter<'a, Operation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Effect, Paging, PagingStyle, Place};

    fn index() -> OperationIndex {
        let value = json!({
            "openapi": "3.0.3",
            "paths": {
                "/v1/connections/list": {"post": {
                    "operationId": "listConnectionsForWorkspace",
                    "tags": ["connection"],
                    "x-airbyte-since": "0.50",
                    "x-airway-effect": "read",
                    "x-airway-paging": {"style": "offset", "items": "/connections", "default-size": 20},
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ask"}}}},
                    "responses": {
                        "200": {"content": {"text/plain": {}, "application/json": {"schema": {"$ref": "#/components/schemas/Alias"}}}},
                        "404": {"$ref": "#/components/responses/Lost"},
                    },
                }},
                "/v1/jobs/{id}": {
                    "parameters": [{"in": "path", "name": "id", "required": true, "schema": {"type": "integer"}}],
                    "delete": {"x-airway-alias": "/v1/jobs/remove/{id}"},
                    "get": {"operationId": "getJob"},
                },
            },
            "components": {
                "responses": {"Lost": {"description": "not there"}},
                "schemas": {
                    "Ask": {"pattern": "kept", "properties": {"a": {"$ref": "#/components/schemas/Deep"}}},
                    "Deep": {"type": "string"}, "Unused": {},
                    "Alias": {"$ref": "#/components/schemas/Deep"},
                },
            },
        });
        OperationIndex::of(&Document::from_value(value, "a.yaml").unwrap())
    }

    #[test]
    fn an_operation_has_many_names() {
        let index = index();
        for name in [
            "connections/list",
            "/connections/list",
            "/v1/connections/list",
            "v1/connections/list/",
            "/api/v1/connections/list",
            "POST /v1/connections/list",
            "listConnectionsForWorkspace",
        ] {
            assert_eq!(index.get(name).unwrap().id, "listConnectionsForWorkspace", "{name}");
        }
        assert_eq!(index.get("delete jobs/{id}").unwrap().id, "deleteJobsId");
        assert_eq!(index.get("get jobs/{id}").unwrap().id, "getJob");
        assert_eq!(index.get("jobs/remove/{id}").unwrap().id, "deleteJobsId");
        assert_eq!(index.get("connections"), None);
        assert_eq!(index.get("PUT connections/list"), None);
    }

    #[test]
    fn a_mistyped_name_finds_the_nearest() {
        let index = index();
        assert_eq!(index.nearest("/v1/conections/list"), Some("connections/list"));
        assert_eq!(index.nearest("listConnectionForWorkspace"), Some("listConnectionsForWorkspace"));
        assert_eq!(index.nearest("zzz"), None);
    }

    #[test]
    fn an_operation_says_all_the_document_does() {
        let index = index();
        let list = index.get("connections/list").unwrap();
        assert_eq!(list.tag, "connection");
        assert_eq!(list.since.as_deref(), Some("0.50"));
        assert_eq!(list.effect, Effect::Read);
        assert_eq!(list.request.as_ref().unwrap().schema, json!({"$ref": "#/components/schemas/Ask"}));
        assert_eq!(list.response.as_ref().unwrap().media_type, "application/json");
        assert_eq!(list.failures[0].description, "not there");
        let Some(Paging { style: PagingStyle::Offset, default_size: Some(20), .. }) = &list.paging else {
            panic!("{:?}", list.paging);
        };
        let delete = index.get("DELETE jobs/{id}").unwrap();
        assert_eq!(delete.effect, Effect::Idempotent);
        assert_eq!(delete.parameters[0].place, Place::Path);
    }

    #[test]
    fn schemas_are_the_documents_own_and_only_those_in_use() {
        let index = index();
        assert_eq!(index.schema("Ask").unwrap()["pattern"], "kept");
        assert_eq!(index.schema("Unused"), None);
        let reference = json!({"$ref": "#/components/schemas/Alias"});
        assert_eq!(index.resolve(&reference), (Some("Deep"), &json!({"type": "string"})));
    }

    #[test]
    fn it_survives_being_written_and_read() {
        let index = index();
        let text = serde_json::to_string(&index).unwrap();
        assert_eq!(serde_json::from_str::<OperationIndex>(&text).unwrap(), index);
    }
}
