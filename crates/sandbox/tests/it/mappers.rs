//! Mappers: tried out, refused when they cannot work, and their secrets kept.

use serde_json::{Value, json};

use crate::support::{Airbyte, MASK, id};

fn stream(mappers: Value) -> Value {
    json!({
        "stream": {"name": "customers", "namespace": "public", "jsonSchema": {"type": "object", "properties": {
            "id": {"type": "number", "airbyte_type": "integer"}, "email": {"type": "string"},
        }}},
        "config": {"syncMode": "full_refresh", "destinationSyncMode": "overwrite", "selected": true, "mappers": mappers},
    })
}

fn connection(airbyte: &Airbyte, mappers: Value) -> String {
    airbyte.connection_with(json!({"syncCatalog": {"streams": [stream(mappers)]}}))
}

fn mapper(kind: &str, configuration: Value) -> Value {
    json!({"type": kind, "mapperConfiguration": configuration})
}

fn names(fields: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    fields.as_array().unwrap().iter().map(|field| (text(&field["name"]), text(&field["type"]))).collect()
}

#[test]
fn each_mapper_sees_what_the_one_before_it_made() {
    let airbyte = Airbyte::new();
    let connection = connection(&airbyte, json!([]));
    let answer = airbyte.ok(
        "web_backend/mappers/validate",
        json!({
            "connectionId": connection, "streamDescriptor": {"name": "customers", "namespace": "public"},
            "mappers": [
                mapper("hashing", json!({"targetField": "id", "method": "SHA-256", "fieldNameSuffix": "_hashed"})),
                mapper("field-renaming", json!({"originalFieldName": "email", "newFieldName": "mail"})),
                mapper("field-renaming", json!({"originalFieldName": "email", "newFieldName": "post"})),
                mapper("field-renaming", json!({"originalFieldName": "mail", "newFieldName": "id_hashed"})),
                mapper("row-filtering", json!({"conditions": {"type": "NOT", "conditions": [
                    {"type": "EQUAL", "fieldName": "mail", "comparisonValue": "x"},
                ]}})),
                mapper("field-filtering", json!({"targetField": "id_hashed"})),
            ],
        }),
    );
    let field = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
    assert_eq!(names(&answer["initialFields"]), [field("email", "STRING"), field("id", "INTEGER")]);
    let first = &answer["mappers"][0];
    assert_eq!(names(&first["outputFields"]), [field("email", "STRING"), field("id_hashed", "STRING")]);
    let kinds: Vec<&Value> = (0..6).map(|at| &answer["mappers"][at]["validationError"]["type"]).collect();
    let none = &Value::Null;
    assert_eq!(kinds, [none, none, &json!("FIELD_NOT_FOUND"), &json!("FIELD_ALREADY_EXISTS"), none, none]);
    assert_eq!(names(&answer["outputFields"]), [field("mail", "STRING")]);
}

#[test]
fn a_connection_with_a_mapper_that_cannot_work_is_a_400_problem() {
    let airbyte = Airbyte::new();
    let kept = connection(&airbyte, json!([]));
    for (kind, configuration, error) in [
        ("field-filtering", json!({"targetField": "nothing"}), "FIELD_NOT_FOUND"),
        ("hashing", json!({"targetField": "id"}), "INVALID_MAPPER_CONFIG"),
        ("translating", json!({}), "MISSING_MAPPER"),
    ] {
        let streams = json!([stream(json!([mapper(kind, configuration)]))]);
        let answer =
            airbyte.post("connections/update", json!({"connectionId": kept, "syncCatalog": {"streams": streams}}));
        assert_eq!((answer.status, &answer.body["type"]), (400, &json!("error:mapper-validation")));
        assert_eq!(answer.body["data"]["errors"][0]["error"], error);
    }
}

#[test]
fn the_key_of_a_mapper_is_masked_and_a_mask_stands_for_the_stored_one() {
    let airbyte = Airbyte::new();
    let own = "11111111-1111-4111-8111-111111111111";
    let encryption = |id: &str, key: &str| {
        let mut mapper = mapper(
            "encryption",
            json!({
                "algorithm": "AES", "targetField": "email", "mode": "CBC", "padding": "NoPadding", "fieldNameSuffix": "_x",
                "key": key,
            }),
        );
        mapper["id"] = json!(id);
        json!([mapper])
    };
    let connection = connection(&airbyte, encryption(own, "00ff"));
    let read = || airbyte.ok("connections/get", json!({"connectionId": connection}));
    let key =
        |read: &Value| read["syncCatalog"]["streams"][0]["config"]["mappers"][0]["mapperConfiguration"]["key"].clone();
    assert_eq!(key(&read()), MASK);
    let update = |mappers: Value| {
        let streams = json!([stream(mappers)]);
        airbyte.post("connections/update", json!({"connectionId": connection, "syncCatalog": {"streams": streams}}))
    };
    assert_eq!(update(encryption(own, MASK)).status, 200);
    let answer = update(encryption("22222222-2222-4222-8222-222222222222", MASK));
    assert_eq!((answer.status, &answer.body["type"]), (400, &json!("error:mapper-validation/secret-not-found")));
    assert_eq!(id(&answer.body["data"], "mapperType"), "encryption");
}

#[test]
fn a_mapper_without_an_id_gets_one_so_that_its_secret_survives_reading_and_putting_back() {
    let airbyte = Airbyte::new();
    let encryption = json!({
        "algorithm": "AES", "targetField": "email", "mode": "CBC", "padding": "NoPadding", "fieldNameSuffix": "_x",
        "key": "00ff",
    });
    let connection = connection(&airbyte, json!([mapper("encryption", encryption)]));
    let read = || airbyte.ok("connections/get", json!({"connectionId": connection}))["syncCatalog"].clone();
    let catalog = read();
    let own = &catalog["streams"][0]["config"]["mappers"][0];
    assert_eq!((id(own, "id").len(), &own["mapperConfiguration"]["key"]), (36, &json!(MASK)));
    airbyte.ok("connections/update", json!({"connectionId": connection, "syncCatalog": catalog}));
    assert_eq!(read(), catalog);
}
